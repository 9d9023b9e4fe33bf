# By name; or by id, with `id` instead.
data "windows365_role_resource_namespace" "cloud_pc" {
  name = "Microsoft.CloudPC"
}

# What a role of Windows 365 can allow.
output "actions" {
  value = [for action in data.windows365_role_resource_namespace.cloud_pc.resource_actions : action.name]
}
