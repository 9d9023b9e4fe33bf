# By name; or by id, with `id` instead. Built-in roles are found too.
data "windows365_role_definition" "administrator" {
  display_name = "Cloud PC Administrator"
}

output "administrator" {
  value = data.windows365_role_definition.administrator.id
}
