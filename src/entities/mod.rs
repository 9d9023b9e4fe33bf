//! The entities that Terraform serves: one file each, in folders by area, and the list of them all.
//!
//! Invariant: descriptions only. No HTTP, no async, no Terraform value; this room uses `spec` (its tests also `engine`).
//! Start reading at [`windows365::user_setting`]; a new entity is one file and one line in [`ALL`].

pub mod drafts;
pub mod intune;
pub mod windows365;

use crate::spec::Entity;

/// Every entity, by name.
pub static ALL: &[&Entity] = &[
    &intune::rbac_assignment::ENTITY,
    &intune::role_definition::ENTITY,
    &windows365::provisioning_policy::ENTITY,
    &windows365::user_setting::ENTITY,
];

/// The entity of a Terraform type.
pub fn find(name: &str) -> Option<&'static Entity> {
    ALL.iter().copied().find(|entity| entity.name == name)
}
