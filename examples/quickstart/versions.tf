terraform {
  required_version = ">= 1.8"

  required_providers {
    windows365 = {
      source = "windows365-rs/windows365"
    }
    intune = {
      source = "windows365-rs/intune"
    }
  }
}

# No provider block is needed: tenant, app and secret come from the environment.
#
#   export WINDOWS365_TENANT_ID=contoso.onmicrosoft.com
#   export WINDOWS365_CLIENT_ID=00000000-0000-0000-0000-000000000000
#   export WINDOWS365_CLIENT_SECRET=...
#
# Without a tenant, `terraform-provider-windows365 mock` prints the lines for a mock one.
