# By id.
terraform import windows365_cloud_pc_pool.agents a1b2c3d4-e5f6-7890-abcd-ef1234567890

# By name.
terraform import windows365_cloud_pc_pool.agents "name:Agents of the back office"
