resource "windows365_provisioning_policy" "engineering" {
  display_name             = "Engineering"
  description              = "Windows 11 for engineers"
  provisioning_type        = "dedicated"
  image_type               = "gallery"
  image_id                 = "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365"
  image_display_name       = "Windows 11 Enterprise + Microsoft 365 Apps 24H2"
  enable_single_sign_on    = true
  cloud_pc_naming_template = "CPC-%USERNAME:5%-%RAND:5%"

  # In order of priority.
  domain_join_configurations = [
    {
      domain_join_type = "azureADJoin"
      region_group     = "usWest"
      region_name      = "automatic"
    },
    {
      domain_join_type = "azureADJoin"
      region_group     = "usEast"
      region_name      = "automatic"
    },
  ]

  windows_setting           = { locale = "en-US" }
  microsoft_managed_desktop = { managed_type = "notManaged" }

  # The whole set: a group that is removed here puts the Cloud PCs of its members into their grace period.
  # Leave `assignments` out to manage them elsewhere.
  assignments = [{ group_id = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11" }]

  timeouts = {
    create = "45m"
  }
}
