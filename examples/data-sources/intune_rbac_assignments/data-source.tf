# All of them.
data "intune_rbac_assignments" "all" {}

# Those that the service finds by an OData filter.
data "intune_rbac_assignments" "found" {
  filter = "displayName eq 'Help desk west'"
}

output "names" {
  value = sort([for assignment in data.intune_rbac_assignments.all.items : assignment.display_name])
}
