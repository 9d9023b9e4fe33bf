//! What can be done to objects of Windows 365: the table of actions, one `static` each, by area.
//!
//! Both forms come from it: the actions of Terraform itself, and the resource that runs any of them for clients without actions.

pub mod bulk;
pub mod cloud_app;
pub mod cloud_pc;
pub mod cloud_pc_power;
pub mod cloud_pc_state;
pub mod kinds;
pub mod network;
pub mod provisioning_policy;
pub mod snapshot;
pub mod tenant;

mod words;

use crate::spec::{Action, Runner};

/// Every action, by name.
pub static ACTIONS: &[&Action] = &[
    &bulk::ACTION,
    &bulk::RETRY,
    &cloud_app::PUBLISH,
    &cloud_app::RESET,
    &cloud_app::UNPUBLISH,
    &cloud_pc::CHANGE_USER_ACCOUNT_TYPE,
    &cloud_pc_state::CREATE_SNAPSHOT,
    &cloud_pc_state::END_GRACE_PERIOD,
    &cloud_pc_power::POWER_OFF,
    &cloud_pc_power::POWER_ON,
    &cloud_pc_power::REBOOT,
    &cloud_pc::RENAME,
    &cloud_pc_state::REPROVISION,
    &cloud_pc::RESIZE,
    &cloud_pc_state::RESTORE,
    &cloud_pc::RETRY_PARTNER_AGENT_INSTALLATION,
    &cloud_pc_state::SET_REVIEW_STATUS,
    &cloud_pc_power::START,
    &cloud_pc_power::STOP,
    &cloud_pc::TROUBLESHOOT,
    &cloud_pc::VALIDATE_BULK_RESIZE,
    &network::DEVICE_IMAGE_RETRY_UPLOAD,
    &tenant::EXTERNAL_PARTNER_AGENT,
    &network::DOMAIN_PASSWORD,
    &network::HEALTH_CHECK,
    &tenant::ORGANIZATION_ACTION,
    &provisioning_policy::APPLY,
    &provisioning_policy::APPLY_CONFIG,
    &provisioning_policy::APPLY_SCHEDULE,
    &provisioning_policy::RETRY,
    &tenant::REPORT_EXPORT_JOB,
    &snapshot::IMPORT,
    &snapshot::PURGE_IMPORTED,
];

/// The resources that run actions.
pub static RUNNERS: &[&Runner] = &[&Runner {
    name: "windows365_action",
    doc: "Runs an action on Cloud PCs or other objects of Windows 365, once: when it is created, and again when `action`, \
          `arguments` or `triggers` change. It is for Terraform before 1.14 and for OpenTofu, which have no actions of their own; \
          Terraform 1.14 and later can use the actions of the same names.\n\n\
          A new target in `target_ids` gets the action alone, the others are left in peace. A target on which the action failed is \
          tried again in the next apply. Reading does nothing, and so does destroying: what was done stays done.",
    actions: ACTIONS,
}];
