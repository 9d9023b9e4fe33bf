data "windows365_front_line_service_plans" "all" {}

output "total_by_plan" {
  value = { for plan in data.windows365_front_line_service_plans.all.items : plan.id => plan.total_count }
}
