# Microsoft offers alert rules to signed-in people only, not to apps.
# By name; or by id, with `id` instead.
data "windows365_alert_rule" "network" {
  display_name = "Azure network connection failure impacting Cloud PCs"
}

output "network_rule_is_on" {
  value = data.windows365_alert_rule.network.enabled
}
