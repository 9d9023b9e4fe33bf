# By name; or by id, with `id` instead.
data "windows365_managed_license" "frontline" {
  display_name = "Windows 365 Frontline 2vCPU/8GB/128GB"
}

output "expires" {
  value = data.windows365_managed_license.frontline.expiration_date_time
}
