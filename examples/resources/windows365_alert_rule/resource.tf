# Microsoft offers alert rules to signed-in people only, not to apps.
resource "windows365_alert_rule" "provisioning" {
  display_name        = "Provisioning fails for several people"
  description         = "More Cloud PCs than usual cannot be provisioned"
  alert_rule_template = "cloudPcProvisionScenario"
  severity            = "critical"
  enabled             = true

  conditions = [{
    relationship_type  = "or"
    condition_category = "provisionFailures"
    aggregation        = "affectedCloudPcCount"
    operator           = "greaterOrEqual"
    threshold_value    = "5"
  }]

  notification_channels = [
    { notification_channel_type = "portal" },
    {
      notification_channel_type = "email"
      notification_receivers = [
        { contact_information = "serena.davis@contoso.com", locale = "en-us" },
      ]
    },
  ]
}
