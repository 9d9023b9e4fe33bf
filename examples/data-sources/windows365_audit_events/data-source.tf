# The latest ones. Without `top` there can be very many.
data "windows365_audit_events" "latest" {
  order_by = "activityDateTime desc"
  top      = 50
}

output "failed" {
  value = [for event in data.windows365_audit_events.latest.items : event.id if event.activity_result != "success"]
}
