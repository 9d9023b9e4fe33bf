data "windows365_service_plans" "all" {}

# Plans with 16 gigabytes of memory and more.
output "large" {
  value = { for plan in data.windows365_service_plans.all.items : plan.id => plan.display_name if plan.ram_in_gb >= 16 }
}
