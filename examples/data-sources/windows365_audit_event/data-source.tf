data "windows365_audit_event" "change" {
  id = "250473f5-029f-4037-813d-ba4768201d61"
}

output "who" {
  value = data.windows365_audit_event.change.actor.user_principal_name
}
