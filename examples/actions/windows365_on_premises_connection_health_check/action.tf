# Needs Terraform 1.14 or later.
action "windows365_on_premises_connection_health_check" "example" {
  config {
    target_ids = ["1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f"]
  }
}
