data "windows365_source_device_image" "finance" {
  display_name = "img-finance-win11"
}

# What a device image takes.
output "source_image_resource_id" {
  value = data.windows365_source_device_image.finance.resource_id
}
