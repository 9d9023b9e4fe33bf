# All of them.
data "windows365_device_images" "all" {}

# Those that the service finds by an OData filter.
data "windows365_device_images" "finance" {
  filter = "displayName eq 'Finance Windows 11'"
}

output "versions" {
  value = sort([for image in data.windows365_device_images.finance.items : image.version])
}
