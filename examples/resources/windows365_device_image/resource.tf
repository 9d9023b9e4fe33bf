resource "windows365_device_image" "finance" {
  display_name             = "Finance Windows 11"
  version                  = "1.0.3"
  source_image_resource_id = "/subscriptions/0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051/resourceGroups/rg-cloudpc/providers/Microsoft.Compute/images/img-finance-win11"

  # Every change is a new image; policies move to it before the old one goes.
  lifecycle {
    create_before_destroy = true
  }
}
