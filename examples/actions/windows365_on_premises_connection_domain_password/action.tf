# Needs Terraform 1.14 or later.
variable "domain_password" {
  type      = string
  sensitive = true
}

action "windows365_on_premises_connection_domain_password" "example" {
  config {
    target_ids         = ["1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f"]
    ad_domain_password = var.domain_password
  }
}
