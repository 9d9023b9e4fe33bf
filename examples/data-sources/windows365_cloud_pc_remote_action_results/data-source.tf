data "windows365_cloud_pc_remote_action_results" "failed" {
  cloud_pc_id = "b0a9cde2-e170-4dd9-97c3-ad1d3328a711"
  filter      = "actionState eq 'failed'"
}

output "reasons" {
  value = [for result in data.windows365_cloud_pc_remote_action_results.failed.items : result.status_detail]
}
