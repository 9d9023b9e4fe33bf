# Microsoft offers this to signed-in people only, not to apps.
data "windows365_cross_cloud_government_organization_mapping" "this" {}

output "government_tenants" {
  value = data.windows365_cross_cloud_government_organization_mapping.this.organization_ids_in_us_gov_cloud
}
