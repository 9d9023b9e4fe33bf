# All of them, built-in ones included.
data "windows365_role_definitions" "all" {}

output "custom_roles" {
  value = sort([for role in data.windows365_role_definitions.all.items : role.display_name if !role.is_built_in])
}
