data "windows365_snapshot" "before" {
  id = "A00009UV000_93cff428-61a9-467f-a879-1102af6fd4a8"
}

output "made" {
  value = data.windows365_snapshot.before.created_date_time
}
