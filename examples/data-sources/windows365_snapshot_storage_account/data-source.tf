data "windows365_snapshot_storage_account" "hot" {
  subscription_id      = "5f3e2a10-7b64-4c1d-9a0f-2d8c6b4e1f30"
  storage_account_name = "forensicshot"
}

output "account" {
  value = data.windows365_snapshot_storage_account.hot.storage_account_id
}
