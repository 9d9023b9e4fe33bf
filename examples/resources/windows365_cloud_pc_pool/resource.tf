resource "windows365_cloud_pc_pool" "agents" {
  display_name = "Agents of the back office"
  description  = "Cloud PCs for programs that work through invoices"

  cloud_pc_configuration = {
    image_type = "gallery"
    image_id   = "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365"
    os_locale  = "en-US"
  }

  # Changing it replaces the pool.
  network_configuration = {
    microsoft_hosted = {
      geographic_location_type = "usWest"
      region_groups = [{
        region_group = "usWest"
        regions      = ["westus2", "westus3"]
      }]
    }
  }

  agent = {
    billing_configuration = {
      billing_type    = "payAsYouGo"
      billing_plan_id = "00000000-0000-0000-0000-000000000001"
    }
    scaling_policy = { minimum_count = 2, maximum_count = 10 }
    capabilities   = { enable_single_sign_on = true }
  }

  # Users and service principals, by object id.
  assignments = [{ user_principal_id = "f6a7b8c9-d0e1-2345-f678-901234567890" }]
}
