# A policy whose users get single apps.
resource "windows365_provisioning_policy" "apps" {
  display_name         = "Apps for the front desk"
  provisioning_type    = "sharedByEntraGroup"
  user_experience_type = "cloudApp"
  image_type           = "gallery"
  image_id             = "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365"
  image_display_name   = "Windows 11 Enterprise + Microsoft 365 Apps 24H2"

  domain_join_configurations = [{
    domain_join_type = "azureADJoin"
    region_name      = "westeurope"
  }]
}

# By its path. Users see it once it is published, which is an action.
resource "windows365_cloud_app" "remote_desktop" {
  display_name           = "Remote Desktop"
  description            = "To the servers in the basement"
  provisioning_policy_id = windows365_provisioning_policy.apps.id
  discovered_app_name    = "Remote Desktop Connection"

  app_detail = {
    file_path = {
      file_path              = "C:\\Windows\\system32\\mstsc.exe"
      command_line_arguments = "/admin"
    }
  }
}

# As the service has found it on the image.
resource "windows365_cloud_app" "paint" {
  display_name           = "Paint"
  provisioning_policy_id = windows365_provisioning_policy.apps.id
  discovered_app_name    = "Paint"
  app_detail             = { automatic_discovered = {} }
}
