# By name; or by id, with `id` instead.
data "windows365_cloud_pc_pool" "agents" {
  display_name = "Agents of the back office"
}

output "pool_address" {
  value = data.windows365_cloud_pc_pool.agents.agent.pool_url
}
