# The network that the engineers' Cloud PCs join, and their own Windows image. The policy is not made before the network is found
# healthy and the image is ready.

resource "windows365_on_premises_connection" "engineers" {
  display_name       = "Rollout engineers"
  connection_type    = "azureADJoin"
  subscription_id    = var.subscription_id
  resource_group_id  = local.resource_group_id
  virtual_network_id = local.virtual_network_id
  subnet_id          = "${local.virtual_network_id}/subnets/snet-cloudpc"

  wait_for_health_check = true
}

resource "windows365_device_image" "engineers" {
  display_name             = "Rollout engineers"
  version                  = "1.0.0"
  source_image_resource_id = "${local.resource_group_id}/providers/Microsoft.Compute/images/img-engineering-win11"

  # Another version is another image; the policy moves to it before the old one goes.
  lifecycle {
    create_before_destroy = true
  }
}

locals {
  resource_group_id  = "/subscriptions/${var.subscription_id}/resourceGroups/rg-cloudpc"
  virtual_network_id = "${local.resource_group_id}/providers/Microsoft.Network/virtualNetworks/vnet-cloudpc"
}
