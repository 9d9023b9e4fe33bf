data "windows365_scoped_permissions" "policies" {
  filter = "startswith(permission, 'Microsoft.CloudPC/ProvisioningPolicies/')"
}

output "scope_tags_by_permission" {
  value = { for it in data.windows365_scoped_permissions.policies.items : it.permission => it.scope_ids }
}
