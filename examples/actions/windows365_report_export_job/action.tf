# Needs Terraform 1.14 or later.
action "windows365_report_export_job" "example" {
  config {
    report_name = "cloudPcUsageCategoryReport"
    format      = "csv"
  }
}
