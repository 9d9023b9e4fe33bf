# Microsoft offers this to signed-in people only, not to apps.
resource "windows365_cross_cloud_government_organization_mapping" "this" {
  organization_ids_in_us_gov_cloud = ["7e6e7d5b-8dd5-5078-16cf-d1e488be48a8"]
}
