resource "intune_role_definition" "helpdesk" {
  display_name = "Cloud PC help desk"
  description  = "Reads devices and reboots them"

  allowed_resource_actions = [
    "Microsoft.Intune_ManagedDevices_Read",
    "Microsoft.Intune_RemoteTasks_RebootNow",
  ]

  role_scope_tag_ids = ["0"]
}
