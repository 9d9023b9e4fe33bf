# Needs Terraform 1.14 or later.
action "windows365_cloud_pc_resize" "example" {
  config {
    target_ids             = ["b0a9cde2-e170-4dd9-97c3-ad1d3328a711", "c4d2f8a1-5b7e-4f0c-8d36-2e9b1a7c4f52"]
    target_service_plan_id = "d5b07a91-3e64-4c28-8f1d-7a90c2e4b661"
  }
}
