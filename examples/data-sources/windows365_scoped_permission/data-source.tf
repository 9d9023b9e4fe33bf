data "windows365_scoped_permission" "update" {
  permission = "Microsoft.CloudPC/ProvisioningPolicies/Update"
}

output "scope_tags" {
  value = data.windows365_scoped_permission.update.scope_ids
}
