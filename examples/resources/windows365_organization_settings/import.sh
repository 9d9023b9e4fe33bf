# There is one in each tenant, so that any id will do.
terraform import windows365_organization_settings.this organizationSettings
