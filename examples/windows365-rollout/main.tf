# Cloud PCs for engineers, and shared ones for the night shift.

resource "windows365_provisioning_policy" "engineers" {
  display_name       = "Rollout engineers"
  provisioning_type  = "dedicated"
  image_type         = "custom"
  image_id           = windows365_device_image.engineers.id
  image_display_name = windows365_device_image.engineers.display_name

  domain_join_configurations = [{
    domain_join_type          = "azureADJoin"
    on_premises_connection_id = windows365_on_premises_connection.engineers.id
  }]

  assignments = [{ group_id = var.engineers_group_id }]
}

data "windows365_front_line_service_plan" "shared" {
  display_name = var.frontline_plan
}

resource "windows365_provisioning_policy" "night_shift" {
  display_name       = "Rollout night shift"
  provisioning_type  = "sharedByUser"
  image_type         = "gallery"
  image_id           = "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365"
  image_display_name = "Windows 11 Enterprise + Microsoft 365 Apps 24H2"

  domain_join_configurations = [{
    domain_join_type = "azureADJoin"
    region_group     = "usWest"
    region_name      = "automatic"
  }]

  assignments = [{
    group_id        = var.night_shift_group_id
    service_plan_id = data.windows365_front_line_service_plan.shared.id
  }]
}

resource "windows365_user_setting" "all" {
  display_name          = "Rollout"
  reset_enabled         = true
  restore_point_setting = { frequency_type = "twelveHours", user_restore_enabled = true }
  assignments           = [{ group_id = var.engineers_group_id }, { group_id = var.night_shift_group_id }]
}

resource "windows365_alert_rule" "provisioning" {
  display_name        = "Rollout: provisioning fails"
  description         = "A Cloud PC of the rollout could not be provisioned"
  alert_rule_template = "cloudPcProvisionScenario"
  severity            = "critical"
  enabled             = true

  conditions = [{
    relationship_type  = "or"
    condition_category = "provisionFailures"
    aggregation        = "affectedCloudPcCount"
    operator           = "greaterOrEqual"
    threshold_value    = "1"
  }]

  notification_channels = [{
    notification_channel_type = "email"
    notification_receivers    = [{ contact_information = var.alerts_to, locale = "en-us" }]
  }]
}

# The Cloud PCs that the engineers have got, and another size for them.

data "windows365_cloud_pcs" "engineers" {
  filter = "provisioningPolicyId eq '${windows365_provisioning_policy.engineers.id}'"
}

data "windows365_service_plan" "size" {
  display_name = var.size
}

resource "windows365_action" "resize" {
  action     = "windows365_cloud_pc_resize"
  target_ids = data.windows365_cloud_pcs.engineers.items[*].id
  arguments  = { target_service_plan_id = data.windows365_service_plan.size.id }
}
