# By name; or by id, with `id` instead.
data "windows365_user_setting" "engineering" {
  display_name = "Engineering"
}

output "local_admin_enabled" {
  value = data.windows365_user_setting.engineering.local_admin_enabled
}
