# Fails where the service knows no such activity.
data "windows365_audit_activity_type" "reboot" {
  activity_type = "rebootCloudPc"
}

output "filter" {
  value = "activityType eq '${data.windows365_audit_activity_type.reboot.activity_type}'"
}
