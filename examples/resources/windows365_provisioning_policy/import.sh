# By id.
terraform import windows365_provisioning_policy.engineering 5b1f6a52-3c0e-4d0b-9a37-2f6c1e8d4411

# By name. Two objects of that name are an error that lists both.
terraform import windows365_provisioning_policy.engineering "name:Engineering"
