# The service ended on 31 July 2024, so it is off unless the provider block enables it.
provider "windows365" {
  managed_desktop = { enabled = true }
}

data "windows365_managed_desktop_devices" "all" {}

output "devices_by_ring" {
  value = { for device in data.windows365_managed_desktop_devices.all.items : device.primary_update_ring => device.name... }
}
