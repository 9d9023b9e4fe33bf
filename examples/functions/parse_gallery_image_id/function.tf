locals {
  image = provider::windows365::parse_gallery_image_id("microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365")
}

output "sku" {
  value = local.image.sku
}

# The id of a device image has another form.
output "is_gallery_image" {
  value = can(provider::windows365::parse_gallery_image_id("7a1f0a55-64c8-4f2d-9a3e-1d2f3a4b5c66"))
}
