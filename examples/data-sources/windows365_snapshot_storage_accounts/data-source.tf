data "windows365_snapshot_subscription" "of_accounts" {
  subscription_name = "Forensics"
}

data "windows365_snapshot_storage_accounts" "all" {
  subscription_id = data.windows365_snapshot_subscription.of_accounts.subscription_id
}

output "immutable" {
  value = [for account in data.windows365_snapshot_storage_accounts.all.items : account.storage_account_name if account.immutable_storage == true]
}
