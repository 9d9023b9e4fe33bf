# Needs Terraform 1.14 or later.
action "windows365_organization_action" "example" {
  config {
    action_type = "activate"
  }
}
