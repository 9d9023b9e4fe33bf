# By name; or by id, with `id` instead.
data "windows365_service_plan" "small" {
  display_name = "Cloud PC Enterprise 2vCPU/8GB/128GB"
}

output "memory" {
  value = data.windows365_service_plan.small.ram_in_gb
}
