# Restarts every Cloud PC of the help desk, and again whenever the month changes.
data "windows365_cloud_pcs" "help_desk" {
  filter = "servicePlanName eq 'Cloud PC Enterprise 2vCPU/8GB/128GB'"
}

resource "windows365_action" "restart" {
  action     = "windows365_cloud_pc_reboot"
  target_ids = data.windows365_cloud_pcs.help_desk.items[*].id

  triggers = { month = "2026-03" }
}

output "restarted" {
  value = { for id, result in windows365_action.restart.results : id => result.status }
}
