//! The entities that Terraform serves: one file each, in folders by area, and the list of them all.
//!
//! Invariant: descriptions only. No HTTP, no async, no Terraform value; this room uses `spec` (its tests also `engine`).

use crate::spec::Entity;

/// Every entity, by name.
pub static ALL: &[&Entity] = &[];

/// The entity of a Terraform type.
pub fn find(name: &str) -> Option<&'static Entity> {
    ALL.iter().copied().find(|entity| entity.name == name)
}
