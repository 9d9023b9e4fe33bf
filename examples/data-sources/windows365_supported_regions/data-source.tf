data "windows365_supported_regions" "all" {}

# Regions of one geography in which Cloud PCs can be made now.
output "us_west" {
  value = sort([
    for region in data.windows365_supported_regions.all.items : region.display_name
    if region.region_group == "usWest" && region.region_status == "available"
  ])
}
