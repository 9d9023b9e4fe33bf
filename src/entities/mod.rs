//! The entities that Terraform serves: one file each, in folders by area, and the list of them all.
//!
//! Invariant: descriptions only. No HTTP, no async, no Terraform value; this room uses `spec` (its tests also `engine`).
//! Start reading at [`windows365::user_setting`]; a new entity is one file and one line in [`ALL`].

pub mod actions;
pub mod drafts;
pub mod intune;
pub mod windows365;

use crate::spec::Entity;

/// Every entity, by name.
pub static ALL: &[&Entity] = &[
    &intune::rbac_assignment::ENTITY,
    &intune::role_definition::ENTITY,
    &windows365::alert_record::ENTITY,
    &windows365::alert_rule::ENTITY,
    &windows365::audit_activity_type::ENTITY,
    &windows365::audit_event::ENTITY,
    &windows365::bulk_action::ENTITY,
    &windows365::cloud_app::ENTITY,
    &windows365::cloud_pc::ENTITY,
    &windows365::cloud_pc_count_by_status::ENTITY,
    &windows365::cloud_pc_pool::ENTITY,
    &windows365::cloud_pc_remote_action_result::ENTITY,
    &windows365::connectivity_issue::ENTITY,
    &windows365::cross_cloud_government_organization_mapping::ENTITY,
    &windows365::device_image::ENTITY,
    &windows365::effective_permission::ENTITY,
    &windows365::external_partner::ENTITY,
    &windows365::front_line_service_plan::ENTITY,
    &windows365::gallery_image::ENTITY,
    &windows365::managed_license::ENTITY,
    &windows365::on_premises_connection::ENTITY,
    &windows365::organization_settings::ENTITY,
    &windows365::provisioning_policy::ENTITY,
    &windows365::report::ENTITY,
    &windows365::role_assignment::ENTITY,
    &windows365::role_definition::ENTITY,
    &windows365::role_resource_namespace::ENTITY,
    &windows365::scoped_permission::ENTITY,
    &windows365::service_plan::ENTITY,
    &windows365::snapshot::ENTITY,
    &windows365::snapshot_storage_account::ENTITY,
    &windows365::snapshot_subscription::ENTITY,
    &windows365::source_device_image::ENTITY,
    &windows365::supported_region::ENTITY,
    &windows365::tenant_encryption_setting::ENTITY,
    &windows365::user_setting::ENTITY,
];

pub use actions::{ACTIONS, RUNNERS};

/// The entity of a Terraform type.
pub fn find(name: &str) -> Option<&'static Entity> {
    ALL.iter().copied().find(|entity| entity.name == name)
}

#[cfg(test)]
mod tests;
