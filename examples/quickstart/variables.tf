variable "people_group_id" {
  description = "Group of the people who get a Cloud PC. The default exists in the mock tenant."
  type        = string
  default     = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"
}

variable "devices_group_id" {
  description = "Group of the devices that the help desk looks after. The default exists in the mock tenant."
  type        = string
  default     = "7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10"
}
