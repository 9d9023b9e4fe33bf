variable "naming_template" {
  type    = string
  default = "CPC-%USERNAME:5%-%RAND:5%"

  validation {
    condition     = provider::windows365::naming_template_valid(var.naming_template).valid
    error_message = coalesce(provider::windows365::naming_template_valid(var.naming_template).reason, "valid")
  }
}

output "checked" {
  value = provider::windows365::naming_template_valid(var.naming_template)
}
