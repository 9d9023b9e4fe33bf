# Fails where the signed-in person may not reboot Cloud PCs.
data "windows365_effective_permission" "reboot" {
  permission = "Microsoft.CloudPC/CloudPCs/Reboot"
}

output "may" {
  value = data.windows365_effective_permission.reboot.permission
}
