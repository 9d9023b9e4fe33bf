data "windows365_role_resource_namespaces" "all" {}

output "namespaces" {
  value = data.windows365_role_resource_namespaces.all.items[*].name
}
