data "windows365_organization_settings" "this" {}

output "language" {
  value = data.windows365_organization_settings.this.windows_settings.language
}
