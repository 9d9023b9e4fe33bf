# By id.
terraform import windows365_cloud_app.remote_desktop 60a7bbf2-d831-4dc8-8375-1253403f7e74

# By name. Two apps of that name, in two policies, are an error that lists both.
terraform import windows365_cloud_app.remote_desktop "name:Remote Desktop"
