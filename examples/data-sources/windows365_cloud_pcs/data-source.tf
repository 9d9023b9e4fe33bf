# All of them.
data "windows365_cloud_pcs" "all" {}

# Those of one user.
data "windows365_cloud_pcs" "ada" {
  filter = "userPrincipalName eq 'ada@example.com'"
}

output "in_grace_period" {
  value = [for machine in data.windows365_cloud_pcs.all.items : machine.display_name if machine.status == "inGracePeriod"]
}
