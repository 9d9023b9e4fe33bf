variable "engineers_group_id" {
  description = "Group of the people who get a Cloud PC of their own. The default exists in the mock tenant."
  type        = string
  default     = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"
}

variable "night_shift_group_id" {
  description = "Group of the people who share Frontline licences. The default exists in the mock tenant."
  type        = string
  default     = "a47e0d53-2c98-4e16-b7f0-8c6d1a2b3f22"
}

variable "subscription_id" {
  description = "Azure subscription with the network and the source image."
  type        = string
  default     = "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051"
}

variable "frontline_plan" {
  description = "Name of the Frontline service plan."
  type        = string
  default     = "Cloud PC Frontline 2vCPU/8GB/128GB"
}

variable "size" {
  description = "Name of the service plan that the engineers' Cloud PCs are moved to."
  type        = string
  default     = "Cloud PC Enterprise 2vCPU/8GB/128GB"
}

variable "alerts_to" {
  description = "Who gets a mail when provisioning fails."
  type        = string
  default     = "cloudpc-operations@northgate.example"
}
