# The ten Cloud PCs that were used least.
data "windows365_report" "usage" {
  name     = "getTotalAggregatedRemoteConnectionReports"
  select   = ["CloudPcId", "ManagedDeviceName", "TotalUsageInHour"]
  order_by = ["TotalUsageInHour"]
  top      = 10
}

# One kind of a report that has several.
data "windows365_report" "licences" {
  name = "retrieveFrontlineReports"
  kind = "licenseUsageReport"
}

# Values are texts, whatever their column holds.
output "hours" {
  value = { for row in data.windows365_report.usage.rows : row.ManagedDeviceName => tonumber(row.TotalUsageInHour) }
}
