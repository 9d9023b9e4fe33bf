# By id.
terraform import windows365_on_premises_connection.west_europe 2d7c9e10-8b44-4f6a-b3d1-6a5e0c9f7712

# By name.
terraform import windows365_on_premises_connection.west_europe "name:West Europe"
