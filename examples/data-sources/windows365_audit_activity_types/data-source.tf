data "windows365_audit_activity_types" "all" {}

output "changes" {
  value = [for type in data.windows365_audit_activity_types.all.items : type if startswith(type, "patch")]
}
