# All of them.
data "windows365_cloud_pc_pools" "all" {}

output "largest_pools" {
  value = { for pool in data.windows365_cloud_pc_pools.all.items : pool.display_name => pool.agent.scaling_policy.maximum_count }
}
