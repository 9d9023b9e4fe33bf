# "microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365"
output "image_id" {
  value = provider::windows365::gallery_image_id("microsoftwindowsdesktop", "windows-ent-cpc", "win11-24h2-ent-cpc-m365")
}
