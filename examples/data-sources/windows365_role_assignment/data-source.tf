# By name; or by id, with `id` instead.
data "windows365_role_assignment" "operators" {
  display_name = "Cloud PC operators"
}

output "operator_groups" {
  value = data.windows365_role_assignment.operators.principal_ids
}
