# Needs Terraform 1.14 or later.
action "windows365_external_partner_agent" "example" {
  config {
    target_ids = ["8b7a6c5d-4e3f-4a2b-9c1d-0e9f8a7b6c5d"]
    agent_setting = {
      agent_url               = "https://agents.northgate.example/agent.msi"
      auto_deployment_enabled = true
    }
  }
}
