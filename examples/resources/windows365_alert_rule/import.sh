# By id.
terraform import windows365_alert_rule.provisioning 215c55cc-b1c9-4d36-a870-be5778101714

# By name. Built-in rules are managed in this way, too.
terraform import windows365_alert_rule.provisioning "name:Provisioning fails for several people"
