//! Descriptions that no resource is served from yet: one for each shape that is further from plain than the served ones. They keep
//! the vocabulary honest, and each is the start of a file in its area.

pub mod configuration_policy;
pub mod device_compliance_policy;
pub mod notification_message;
pub mod terms_and_conditions;

use crate::spec::{Entity, Permissions};

/// Every draft, by name.
pub static DRAFTS: &[&Entity] = &[
    &configuration_policy::DRAFT,
    &device_compliance_policy::DRAFT,
    &notification_message::DRAFT,
    &terms_and_conditions::DRAFT,
];

const CONFIGURATION: Permissions = Permissions::read_write(
    &["DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All"],
    &["DeviceManagementConfiguration.ReadWrite.All"],
);

const SERVICE_CONFIG: Permissions = Permissions::read_write(
    &["DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All"],
    &["DeviceManagementServiceConfig.ReadWrite.All"],
);
