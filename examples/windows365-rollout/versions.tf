terraform {
  required_version = ">= 1.8"

  required_providers {
    windows365 = {
      source = "windows365-rs/windows365"
    }
  }
}

# Alert rules and network connections can be written by signed-in people only, so sign in as one:
#
#   terraform-provider-windows365 auth login
#
# and then either set auth_method = "token_cache" in a provider block, or WINDOWS365_AUTH_METHOD=token_cache in the environment.
