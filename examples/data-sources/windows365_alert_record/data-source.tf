# By name; or by id, with `id` instead.
data "windows365_alert_record" "failed" {
  display_name = "Failed provisioning"
}

output "grave" {
  value = data.windows365_alert_record.failed.severity
}
