# By name, and by version too where there are several; or by id, with `id` instead.
data "windows365_device_image" "finance" {
  display_name = "Finance Windows 11"
  version      = "1.0.3"
}

output "image_status" {
  value = data.windows365_device_image.finance.status
}
