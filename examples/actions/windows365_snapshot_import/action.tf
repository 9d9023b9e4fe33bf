# Needs Terraform 1.14 or later.
variable "disk" {
  type      = string
  sensitive = true
}

action "windows365_snapshot_import" "example" {
  config {
    assigned_user_id = "0d9c8b7a-6f5e-4d3c-8b2a-1f0e9d8c7b6a"
    source_files = [{
      file_type   = "dataFile"
      source_type = "sasUrl"
      sas_url     = var.disk
    }]
  }
}
