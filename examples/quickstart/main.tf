# Cloud PCs for engineers, what they may do with them, and a help desk that looks after the machines.

resource "windows365_provisioning_policy" "engineering" {
  display_name             = "Engineering"
  description              = "Windows 11 for engineers"
  provisioning_type        = "dedicated"
  image_type               = "gallery"
  image_id                 = "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365"
  image_display_name       = "Windows 11 Enterprise + Microsoft 365 Apps 24H2"
  enable_single_sign_on    = true
  cloud_pc_naming_template = "CPC-%USERNAME:5%-%RAND:5%"

  # In order of priority: Graph tries the next one when a Cloud PC cannot be built with the one before.
  domain_join_configurations = [{
    domain_join_type = "azureADJoin"
    region_group     = "usWest"
    region_name      = "automatic"
  }]

  windows_setting           = { locale = "en-US" }
  microsoft_managed_desktop = { managed_type = "notManaged" }

  assignments = [{ group_id = var.people_group_id }]
}

resource "windows365_user_setting" "engineering" {
  display_name          = "Engineering"
  local_admin_enabled   = true
  reset_enabled         = true
  restore_point_setting = { frequency_type = "sixHours", user_restore_enabled = true }
  assignments           = [{ group_id = var.people_group_id }]
}

resource "intune_role_definition" "helpdesk" {
  display_name = "Cloud PC help desk"
  description  = "Reads devices and reboots them"

  allowed_resource_actions = [
    "Microsoft.Intune_ManagedDevices_Read",
    "Microsoft.Intune_RemoteTasks_RebootNow",
  ]

  role_scope_tag_ids = ["0"]
}

resource "intune_rbac_assignment" "helpdesk" {
  display_name       = "Help desk west"
  role_definition_id = intune_role_definition.helpdesk.id
  members            = [var.people_group_id]
  scope_type         = "resourceScope"
  resource_scopes    = [var.devices_group_id]
}

# A role that every tenant has, by name.
data "intune_role_definition" "read_only" {
  display_name = "Read Only Operator"
}

# All policies of the tenant, once ours is there.
data "windows365_provisioning_policies" "all" {
  depends_on = [windows365_provisioning_policy.engineering]
}
