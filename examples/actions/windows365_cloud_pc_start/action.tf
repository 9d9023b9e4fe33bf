# Needs Terraform 1.14 or later.
action "windows365_cloud_pc_start" "example" {
  config {
    target_ids = ["b0a9cde2-e170-4dd9-97c3-ad1d3328a711"]
  }
}
