# By id.
terraform import windows365_external_partner.monitoring b3548526-e615-3785-3118-be70b3968ec5

# By the id of the partner, which is what names it.
terraform import windows365_external_partner.monitoring "name:198d7140-80bb-4843-8cc4-811377a49a92"
