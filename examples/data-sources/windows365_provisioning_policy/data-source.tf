# By name; or by id, with `id` instead.
data "windows365_provisioning_policy" "engineering" {
  display_name = "Engineering"
}

output "image_display_name" {
  value = data.windows365_provisioning_policy.engineering.image_display_name
}
