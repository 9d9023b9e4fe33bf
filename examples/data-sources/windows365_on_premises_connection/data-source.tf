# By name; or by id, with `id` instead.
data "windows365_on_premises_connection" "west_europe" {
  display_name = "West Europe"
}

output "failed_checks" {
  value = [
    for check in try(data.windows365_on_premises_connection.west_europe.health_check_status_detail.health_checks, []) :
    check.display_name if check.status == "failed"
  ]
}
