data "windows365_connectivity_issue" "monday" {
  id = "6b2f5d0c-94a1-4c7e-8f3d-1a0e5c7b9d24"
}

output "to_do" {
  value = data.windows365_connectivity_issue.monday.recommended_action
}
