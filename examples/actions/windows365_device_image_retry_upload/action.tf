# Needs Terraform 1.14 or later.
action "windows365_device_image_retry_upload" "example" {
  config {
    target_ids = ["3f2b1c0d-9e8a-4b7c-8d6e-5f4a3b2c1d0e"]
  }
}
