resource "windows365_role_definition" "operator" {
  display_name             = "Cloud PC operator"
  allowed_resource_actions = ["Microsoft.CloudPC/CloudPCs/Read"]
}

# Over the whole tenant, since no scope is named.
resource "windows365_role_assignment" "operators" {
  display_name       = "Cloud PC operators"
  role_definition_id = windows365_role_definition.operator.id
  principal_ids      = ["3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"]
}

# A built-in role: Cloud PC Reader.
resource "windows365_role_assignment" "readers" {
  display_name        = "Auditors"
  description         = "May look at everything"
  role_definition_id  = "ea8e2fb8-e909-44e6-bae7-56757cf6f347"
  principal_ids       = ["91c2a7f4-6d35-4b80-8e1a-3f5d7b9c0e21"]
  directory_scope_ids = ["/"]
}
