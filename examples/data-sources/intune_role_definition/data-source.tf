# By name; or by id, with `id` instead.
data "intune_role_definition" "read_only" {
  display_name = "Read Only Operator"
}

output "is_built_in" {
  value = data.intune_role_definition.read_only.is_built_in
}
