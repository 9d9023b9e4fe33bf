data "windows365_source_device_images" "all" {}

output "by_name" {
  value = { for image in data.windows365_source_device_images.all.items : image.resource_id => image.display_name }
}
