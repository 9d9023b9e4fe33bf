# All of them.
data "windows365_external_partners" "all" {}

output "connected_partners" {
  value = sort([for partner in data.windows365_external_partners.all.items : partner.partner_id if partner.enable_connection])
}
