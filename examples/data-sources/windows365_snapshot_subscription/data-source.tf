data "windows365_snapshot_subscription" "forensics" {
  subscription_name = "Forensics"
}

output "subscription" {
  value = data.windows365_snapshot_subscription.forensics.subscription_id
}
