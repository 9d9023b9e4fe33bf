# A token for Intune's own API, which holds the data warehouse. Its address ends in a slash.
ephemeral "windows365_access_token" "data_warehouse" {
  audience = "https://api.manage.microsoft.com/"
}

# Whatever does not store it can use it: the block of another provider, a write-only attribute, a provisioner.
locals {
  data_warehouse_header = "Bearer ${ephemeral.windows365_access_token.data_warehouse.access_token}"
}

# Without an audience the token is for Microsoft Graph. A signed-in person may ask for less than was consented to.
ephemeral "windows365_access_token" "graph" {
  scopes = ["CloudPC.Read.All"]
}
