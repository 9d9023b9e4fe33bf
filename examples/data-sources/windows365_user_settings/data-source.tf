# All of them.
data "windows365_user_settings" "all" {}

# Those that the service finds by an OData filter.
data "windows365_user_settings" "found" {
  filter = "displayName eq 'Engineering'"
}

output "names" {
  value = sort([for setting in data.windows365_user_settings.all.items : setting.display_name])
}
