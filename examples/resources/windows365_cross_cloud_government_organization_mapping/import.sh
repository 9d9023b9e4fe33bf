# There is one in each tenant, so that any id will do.
terraform import windows365_cross_cloud_government_organization_mapping.this crossCloudGovernmentOrganizationMapping
