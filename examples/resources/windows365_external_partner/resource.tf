# Destroying it disables the connection: the service deletes none.
resource "windows365_external_partner" "monitoring" {
  partner_id        = "198d7140-80bb-4843-8cc4-811377a49a92"
  enable_connection = true

  agent_setting = {
    agent_url               = "https://www.external-partner.com/resources/agents/agent.msi"
    agent_sha256            = "EC6AF1EA0367D16DDE6639A89A080A524CEBC4D4BEDFE00ED0CAC4B865A918D8"
    install_parameters      = ["/quiet", "/norestart"]
    auto_deployment_enabled = true
  }
}
