# The service ended on 31 July 2024, so it is off unless the provider block enables it.
provider "windows365" {
  managed_desktop = { enabled = true }
}

data "windows365_managed_desktop_device" "example" {
  name = "DESKTOP-4F7K2"
}

output "update_ring" {
  value = data.windows365_managed_desktop_device.example.primary_update_ring
}
