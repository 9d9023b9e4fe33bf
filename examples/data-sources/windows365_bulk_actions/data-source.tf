# Those that still go on.
data "windows365_bulk_actions" "pending" {
  filter = "status eq 'pending'"
}

output "going_on" {
  value = data.windows365_bulk_actions.pending.items[*].display_name
}
