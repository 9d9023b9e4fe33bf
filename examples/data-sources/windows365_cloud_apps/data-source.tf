# All of them.
data "windows365_cloud_apps" "all" {}

output "app_names" {
  value = sort([for app in data.windows365_cloud_apps.all.items : app.display_name])
}
