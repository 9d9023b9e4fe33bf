# By id.
terraform import windows365_role_definition.operator b7f5ddc1-b7dc-4d37-abce-b9d6fc15a001

# By name.
terraform import windows365_role_definition.operator "name:Cloud PC operator"
