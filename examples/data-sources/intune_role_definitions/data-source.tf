# All of them.
data "intune_role_definitions" "all" {}

# Those that the service finds by an OData filter.
data "intune_role_definitions" "found" {
  filter = "displayName eq 'Read Only Operator'"
}

output "names" {
  value = sort([for role in data.intune_role_definitions.all.items : role.display_name])
}
