# By name; or by id, with `id` instead.
data "windows365_bulk_action" "resize" {
  display_name = "Resize of engineering"
}

output "failed" {
  value = data.windows365_bulk_action.resize.action_summary.failed_count
}
