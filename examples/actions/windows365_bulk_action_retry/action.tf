# Needs Terraform 1.14 or later.
action "windows365_bulk_action_retry" "example" {
  config {
    target_ids   = ["7a1e0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b42"]
    cloud_pc_ids = ["b0a9cde2-e170-4dd9-97c3-ad1d3328a711"]
  }
}
