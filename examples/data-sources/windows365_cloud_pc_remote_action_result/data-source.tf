# The newest of all reboots.
data "windows365_cloud_pc_remote_action_result" "reboot" {
  cloud_pc_id = "b0a9cde2-e170-4dd9-97c3-ad1d3328a711"
  action_name = "Reboot"
}

output "rebooted" {
  value = data.windows365_cloud_pc_remote_action_result.reboot.action_state == "done"
}
