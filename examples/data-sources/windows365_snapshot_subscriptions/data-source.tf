data "windows365_snapshot_subscriptions" "all" {}

output "names" {
  value = data.windows365_snapshot_subscriptions.all.items[*].subscription_name
}
