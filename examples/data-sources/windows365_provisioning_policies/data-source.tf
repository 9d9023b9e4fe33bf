# All of them.
data "windows365_provisioning_policies" "all" {}

# Those that the service finds by an OData filter.
data "windows365_provisioning_policies" "found" {
  filter = "displayName eq 'Engineering'"
}

output "names" {
  value = sort([for policy in data.windows365_provisioning_policies.all.items : policy.display_name])
}
