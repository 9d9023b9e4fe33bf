# By name; or by id, with `id` instead.
data "intune_rbac_assignment" "west" {
  display_name = "Help desk west"
}

output "members" {
  value = data.intune_rbac_assignment.west.members
}
