# By id.
terraform import windows365_device_image.finance b60d4f28-71ae-4c93-9e5b-0c8f3d2a1741

# By name. Several versions of that name are an error that lists them all.
terraform import windows365_device_image.finance "name:Finance Windows 11"
