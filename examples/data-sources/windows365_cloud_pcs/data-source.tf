# All of them.
data "windows365_cloud_pcs" "all" {}

# Those of one user.
data "windows365_cloud_pcs" "ada" {
  filter = "userPrincipalName eq 'ada@example.com'"
}

# Those that a policy has made and that are in use.
data "windows365_cloud_pcs" "of_policy" {
  filter = "provisioningPolicyId eq '7a1f0a55-64c8-4f2d-9a3e-1d2f3a4b5c66' and status eq 'provisioned'"
}

output "in_grace_period" {
  value = [for machine in data.windows365_cloud_pcs.all.items : machine.display_name if machine.status == "inGracePeriod"]
}
