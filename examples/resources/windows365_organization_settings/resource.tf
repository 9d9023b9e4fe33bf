# The tenant always has this object: creating the resource takes it over, destroying it leaves the settings as they are.
# What is not named here stays as the tenant has it.
resource "windows365_organization_settings" "this" {
  enable_mem_auto_enroll = true
  os_version             = "windows11"
  user_account_type      = "standardUser"
  windows_settings       = { language = "en-US" }
}
