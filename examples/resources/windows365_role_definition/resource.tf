# For people who look after Cloud PCs and build none.
resource "windows365_role_definition" "operator" {
  display_name = "Cloud PC operator"
  description  = "Reads Cloud PCs and restarts them"
  allowed_resource_actions = [
    "Microsoft.CloudPC/CloudPCs/Read",
    "Microsoft.CloudPC/CloudPCs/Reboot",
  ]
}
