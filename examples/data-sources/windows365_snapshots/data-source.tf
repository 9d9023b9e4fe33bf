# Those of one Cloud PC.
data "windows365_snapshots" "engineering" {
  filter = "cloudPcId eq 'b0a9cde2-e170-4dd9-97c3-ad1d3328a711'"
}

output "ready" {
  value = [for snapshot in data.windows365_snapshots.engineering.items : snapshot.id if snapshot.status == "ready"]
}
