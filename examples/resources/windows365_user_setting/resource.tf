resource "windows365_user_setting" "engineering" {
  display_name        = "Engineering"
  local_admin_enabled = true
  reset_enabled       = true

  restore_point_setting = {
    frequency_type       = "sixHours"
    user_restore_enabled = true
  }

  assignments = [{ group_id = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11" }]
}
