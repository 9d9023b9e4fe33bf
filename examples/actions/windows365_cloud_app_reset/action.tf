# Needs Terraform 1.14 or later.
action "windows365_cloud_app_reset" "example" {
  config {
    target_ids = ["2f1d7c80-6a4b-4e1c-9a35-0c8e5b7d9f14"]
  }
}
