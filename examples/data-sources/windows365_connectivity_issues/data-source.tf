data "windows365_connectivity_issues" "all" {}

output "by_code" {
  value = { for issue in data.windows365_connectivity_issues.all.items : issue.error_code => issue.id... }
}
