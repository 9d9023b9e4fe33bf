data "windows365_tenant_encryption_setting" "this" {}

output "own_keys" {
  value = data.windows365_tenant_encryption_setting.this.tenant_disk_encryption_type == "customerManagedKey"
}
