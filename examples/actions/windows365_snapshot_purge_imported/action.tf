# Needs Terraform 1.14 or later.
action "windows365_snapshot_purge_imported" "example" {
  config {
    target_ids = ["9e8d7c6b-5a4f-4e3d-8c2b-1a0f9e8d7c6b"]
  }
}
