# By name; or by id, with `id` instead.
data "windows365_cloud_app" "remote_desktop" {
  display_name = "Remote Desktop"
}

output "remote_desktop_is_visible" {
  value = data.windows365_cloud_app.remote_desktop.available_to_user
}
