# By name; or by id, with `id` instead.
data "windows365_gallery_image" "windows11" {
  display_name = "Windows 11 Enterprise 24H2"
}

output "image_id" {
  value = data.windows365_gallery_image.windows11.id
}
