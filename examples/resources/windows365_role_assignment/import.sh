# By id.
terraform import windows365_role_assignment.operators 47c88dcd-cc79-4b0c-ba7d-7af2199649c5

# By name. Two objects of that name are an error that lists both.
terraform import windows365_role_assignment.operators "name:Cloud PC operators"
