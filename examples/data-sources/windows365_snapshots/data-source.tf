# Those of one Cloud PC.
data "windows365_snapshots" "engineering" {
  cloud_pc_id = "b0a9cde2-e170-4dd9-97c3-ad1d3328a711"
}

# Those that people have made, of all Cloud PCs.
data "windows365_snapshots" "manual" {
  filter = "snapshotType eq 'manual'"
}

output "ready" {
  value = [for snapshot in data.windows365_snapshots.engineering.items : snapshot.id if snapshot.status == "ready"]
}
