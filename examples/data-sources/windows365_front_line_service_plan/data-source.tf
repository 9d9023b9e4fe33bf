# By name; or by id, with `id` instead.
data "windows365_front_line_service_plan" "shifts" {
  display_name = "Cloud PC Frontline 2vCPU/8GB/128GB"
}

output "left" {
  value = data.windows365_front_line_service_plan.shifts.total_count - data.windows365_front_line_service_plan.shifts.used_count
}
