# Needs Terraform 1.14 or later.
action "windows365_cloud_pc_restore" "example" {
  config {
    target_ids           = ["b0a9cde2-e170-4dd9-97c3-ad1d3328a711"]
    cloud_pc_snapshot_id = "A00009UV000_93cff428-61e6-4ea2-8bd8-8a9a1ef0b6b8"
  }
}
