output "provisioning_policy_id" {
  description = "The policy, as the admin center and scripts know it."
  value       = windows365_provisioning_policy.engineering.id
}

output "provisioning_policies" {
  description = "Names of all policies of the tenant."
  value       = sort([for policy in data.windows365_provisioning_policies.all.items : policy.display_name])
}

output "read_only_operator_is_built_in" {
  description = "Whether Microsoft owns the role."
  value       = data.intune_role_definition.read_only.is_built_in
}
