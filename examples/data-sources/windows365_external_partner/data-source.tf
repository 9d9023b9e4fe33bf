# By the id of the partner; or by its own id, with `id` instead.
data "windows365_external_partner" "monitoring" {
  partner_id = "198d7140-80bb-4843-8cc4-811377a49a92"
}

output "connection_status" {
  value = data.windows365_external_partner.monitoring.connection_status
}
