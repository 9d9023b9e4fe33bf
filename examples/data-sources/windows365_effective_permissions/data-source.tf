data "windows365_effective_permissions" "mine" {}

output "may_reboot" {
  value = contains(data.windows365_effective_permissions.mine.items, "Microsoft.CloudPC/CloudPCs/Reboot")
}
