resource "intune_role_definition" "helpdesk" {
  display_name             = "Cloud PC help desk"
  allowed_resource_actions = ["Microsoft.Intune_ManagedDevices_Read"]
}

# Over the devices and users of some groups.
resource "intune_rbac_assignment" "west" {
  display_name       = "Help desk west"
  description        = "Support staff over the devices in the west"
  role_definition_id = intune_role_definition.helpdesk.id
  members            = ["3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"]
  scope_type         = "resourceScope"
  resource_scopes    = ["7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10"]
}

# Over all devices.
resource "intune_rbac_assignment" "everywhere" {
  display_name       = "Help desk everywhere"
  role_definition_id = intune_role_definition.helpdesk.id
  members            = ["91c2a7f4-6d35-4b80-8e1a-3f5d7b9c0e21"]
  scope_type         = "allDevices"
}
