data "windows365_cloud_pc_count_by_status" "provisioned" {
  status = "provisioned"
}

output "machines" {
  value = data.windows365_cloud_pc_count_by_status.provisioned.cloud_pc_count
}
