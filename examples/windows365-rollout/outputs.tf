output "cloud_pcs" {
  description = "How many Cloud PCs the engineers have."
  value       = length(data.windows365_cloud_pcs.engineers.items)
}

output "resized" {
  description = "What became of the resize, by Cloud PC."
  value       = { for id, result in windows365_action.resize.results : id => result.status }
}
