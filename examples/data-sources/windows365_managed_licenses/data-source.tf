data "windows365_managed_licenses" "all" {}

output "left" {
  value = { for license in data.windows365_managed_licenses.all.items : license.id => license.licenses_count - license.assigned_count }
}
