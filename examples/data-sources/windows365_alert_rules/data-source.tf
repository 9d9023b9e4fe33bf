# Microsoft offers alert rules to signed-in people only, not to apps.
data "windows365_alert_rules" "all" {}

output "rules_that_are_off" {
  value = sort([for rule in data.windows365_alert_rules.all.items : rule.display_name if !rule.enabled])
}
