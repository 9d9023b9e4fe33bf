# Needs Terraform 1.14 or later.
action "windows365_bulk_action" "example" {
  config {
    target_ids   = ["b0a9cde2-e170-4dd9-97c3-ad1d3328a711", "c4d2f8a1-5b7e-4f0c-8d36-2e9b1a7c4f52"]
    display_name = "Restart the help desk"
    restart      = {}
  }
}
