# Microsoft lets only signed-in people write connections: see `auth_method` of the provider.
variable "ad_domain_password" {
  type      = string
  sensitive = true
}

resource "windows365_on_premises_connection" "west_europe" {
  display_name       = "West Europe"
  connection_type    = "hybridAzureADJoin"
  subscription_id    = "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051"
  resource_group_id  = "/subscriptions/0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051/resourceGroups/rg-cloudpc"
  virtual_network_id = "/subscriptions/0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051/resourceGroups/rg-cloudpc/providers/Microsoft.Network/virtualNetworks/vnet-weu"
  subnet_id          = "/subscriptions/0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051/resourceGroups/rg-cloudpc/providers/Microsoft.Network/virtualNetworks/vnet-weu/subnets/snet-cloudpc"

  ad_domain_name      = "corp.example.com"
  ad_domain_username  = "svc-join@corp.example.com"
  organizational_unit = "OU=CloudPC,DC=corp,DC=example,DC=com"

  # Not stored in the state; raise the version to send a new password. Before Terraform 1.11: ad_domain_password.
  ad_domain_password_wo         = var.ad_domain_password
  ad_domain_password_wo_version = 1

  # Without it, an apply is done as soon as the connection exists, whatever its health.
  wait_for_health_check = true
  health_check_triggers = { firewall_rules = "2026-03-01" }

  timeouts = { create = "2h" }
}
