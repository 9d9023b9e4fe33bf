# By name; or by id, with `id` instead.
data "windows365_supported_region" "west" {
  display_name = "westus3"
}

output "region_group" {
  value = data.windows365_supported_region.west.region_group
}
