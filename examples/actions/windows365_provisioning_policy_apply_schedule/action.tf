# Needs Terraform 1.14 or later.
action "windows365_provisioning_policy_apply_schedule" "example" {
  config {
    target_ids = ["5f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b77"]
    scheduled_rule = {
      cron_schedule_expression = "0 0 22 ? * 6#1 *"
      timezone                 = "cet"
      reserve_percentage       = 50
    }
  }
}
