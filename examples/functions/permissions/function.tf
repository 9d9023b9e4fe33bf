# What an app needs to manage user settings and to look at Cloud PCs.
output "permissions" {
  value = provider::windows365::permissions(["windows365_user_setting", "data.windows365_cloud_pcs"]).application
}
