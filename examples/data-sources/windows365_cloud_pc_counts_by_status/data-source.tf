data "windows365_cloud_pc_counts_by_status" "all" {}

# A state that no Cloud PC is in may be missing.
output "failed" {
  value = lookup({ for it in data.windows365_cloud_pc_counts_by_status.all.items : it.status => it.cloud_pc_count }, "failed", 0)
}
