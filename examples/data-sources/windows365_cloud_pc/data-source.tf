# By name; or by id, with `id` instead.
data "windows365_cloud_pc" "ada" {
  display_name = "Engineering - Ada Lovelace"
}

output "status" {
  value = data.windows365_cloud_pc.ada.status
}
