# All of them.
data "windows365_role_assignments" "all" {}

# The groups that hold any role of Windows 365.
output "groups_with_roles" {
  value = distinct(flatten([for assignment in data.windows365_role_assignments.all.items : tolist(assignment.principal_ids)]))
}
