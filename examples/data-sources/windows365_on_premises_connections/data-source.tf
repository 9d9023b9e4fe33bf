# All of them.
data "windows365_on_premises_connections" "all" {}

output "usable" {
  value = sort([
    for connection in data.windows365_on_premises_connections.all.items : connection.display_name
    if contains(["passed", "warning", "informational"], connection.health_check_status)
  ])
}
