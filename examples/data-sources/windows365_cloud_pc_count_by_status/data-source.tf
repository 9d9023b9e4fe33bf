data "windows365_cloud_pc_count_by_status" "failed" {
  status = "failed"
}

output "machines" {
  value = data.windows365_cloud_pc_count_by_status.failed.cloud_pc_count
}
