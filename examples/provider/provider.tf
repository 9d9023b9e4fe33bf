terraform {
  required_providers {
    windows365 = {
      source = "windows365-rs/windows365"
    }
    intune = {
      source = "windows365-rs/intune"
    }
  }
}

variable "client_secret" {
  description = "Secret of the app registration."
  type        = string
  sensitive   = true
}

# Everything in these blocks may come from the environment instead; then they can be left out.
provider "windows365" {
  tenant_id     = "contoso.onmicrosoft.com"
  client_id     = "5d0c6a0e-7a44-4f6b-8f0b-2f5f3c1f9a10"
  client_secret = var.client_secret
}

provider "intune" {
  tenant_id     = "contoso.onmicrosoft.com"
  client_id     = "5d0c6a0e-7a44-4f6b-8f0b-2f5f3c1f9a10"
  client_secret = var.client_secret
}

# Another tenant, by alias.
provider "windows365" {
  alias = "fabrikam"

  tenant_id     = "fabrikam.onmicrosoft.com"
  client_id     = "5d0c6a0e-7a44-4f6b-8f0b-2f5f3c1f9a10"
  client_secret = var.client_secret
}
