# By id.
terraform import intune_rbac_assignment.west 5b1f6a52-3c0e-4d0b-9a37-2f6c1e8d4411

# By name. Two objects of that name are an error that lists both.
terraform import intune_rbac_assignment.west "name:Help desk west"
