# All of them.
data "windows365_gallery_images" "all" {}

# Those that can be used without a warning.
output "supported" {
  value = [for image in data.windows365_gallery_images.all.items : image.id if image.status == "supported"]
}
