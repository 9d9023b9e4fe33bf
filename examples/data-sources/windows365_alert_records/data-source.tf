# Those that are not resolved, the latest first.
data "windows365_alert_records" "active" {
  filter = "status eq 'active'"
}

output "alerts" {
  value = [for alert in data.windows365_alert_records.active.items : alert.display_name]
}
