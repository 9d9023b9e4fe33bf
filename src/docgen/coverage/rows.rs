//! Everything that Microsoft Graph offers for Windows 365, by the name that it has here.

/// A set, function or action of Windows 365.
pub(super) struct Row {
    /// Terraform type.
    pub(super) name: &'static str,
    /// What it is, in a few words.
    pub(super) what: &'static str,
    /// Why it is not served, where it is not.
    pub(super) left_out: Option<&'static str>,
}

const fn row(name: &'static str, what: &'static str) -> Row {
    Row { name, what, left_out: None }
}

impl Row {
    const fn left_out(mut self, why: &'static str) -> Self {
        self.left_out = Some(why);
        self
    }
}

/// What this provider adds of its own.
pub(super) static BEYOND: &[Row] = &[
    row(
        "windows365_action",
        "every action as a resource, for Terraform before 1.14 and for OpenTofu",
    ),
    row("windows365_cloud_app_publish", "shows cloud apps to users"),
    row("windows365_cloud_app_reset", "gives cloud apps their first details back"),
    row("windows365_cloud_app_unpublish", "hides cloud apps from users"),
    row(
        "windows365_managed_desktop_device",
        "a device of Microsoft Managed Desktop, which has ended",
    ),
    row(
        "windows365_managed_desktop_devices",
        "the devices of Microsoft Managed Desktop, which has ended",
    ),
];

/// All rows, by name.
pub(super) static ROWS: &[Row] = &[
    row("windows365_alert_record", "alerts that alert rules have raised"),
    row("windows365_alert_rule", "when alerts are raised, and who hears of them"),
    row("windows365_audit_activity_type", "what audit events can tell of"),
    row("windows365_audit_event", "who changed what"),
    row("windows365_bulk_action", "one action on many Cloud PCs"),
    row("windows365_bulk_action_retry", "such an action again, for those that failed"),
    row("windows365_cloud_app", "single apps that users see in place of a desktop"),
    row("windows365_cloud_pc", "the Cloud PCs themselves"),
    row("windows365_cloud_pc_change_user_account_type", "makes a user an administrator of a Cloud PC, or not"),
    row("windows365_cloud_pc_count_by_status", "how many Cloud PCs are in which state"),
    row("windows365_cloud_pc_create_snapshot", "makes a snapshot of a Cloud PC"),
    row("windows365_cloud_pc_end_grace_period", "ends the grace period of a Cloud PC, which is deleted then"),
    row("windows365_cloud_pc_pool", "Cloud PCs that agents share"),
    row("windows365_cloud_pc_power_off", "switches a Frontline Cloud PC off"),
    row("windows365_cloud_pc_power_on", "switches a Frontline Cloud PC on"),
    row("windows365_cloud_pc_reboot", "restarts a Cloud PC"),
    row("windows365_cloud_pc_remote_action_result", "how the actions on a Cloud PC went"),
    row("windows365_cloud_pc_rename", "gives a Cloud PC another display name"),
    row("windows365_cloud_pc_reprovision", "makes a Cloud PC anew, without its data"),
    row("windows365_cloud_pc_resize", "gives a Cloud PC another size"),
    row("windows365_cloud_pc_restore", "brings a Cloud PC back to a snapshot"),
    row("windows365_cloud_pc_retry_partner_agent_installation", "installs the agent of a partner again"),
    row("windows365_cloud_pc_set_review_status", "marks a Cloud PC as under review, or not"),
    row("windows365_cloud_pc_start", "starts a Frontline Cloud PC"),
    row("windows365_cloud_pc_stop", "stops a Frontline Cloud PC"),
    row("windows365_cloud_pc_troubleshoot", "looks for what is wrong with a Cloud PC"),
    row("windows365_cloud_pc_validate_bulk_resize", "asks whether Cloud PCs can be resized, and changes nothing"),
    row("windows365_connectivity_issue", "connections that failed"),
    row("windows365_cross_cloud_government_organization_mapping", "the tenant in another cloud that a government tenant belongs to"),
    row("windows365_device_image", "custom Windows images"),
    row("windows365_device_image_retry_upload", "uploads a custom image again"),
    row("windows365_device_image_reupload", "uploads a custom image again, in the old way").left_out("Microsoft retired it in June 2026; `windows365_device_image_retry_upload` takes its place."),
    row("windows365_effective_permission", "what the signed-in person may do"),
    row("windows365_external_partner", "companies whose agents run on Cloud PCs"),
    row("windows365_external_partner_agent", "sets up the agent of a partner"),
    row("windows365_external_partner_setting", "companies whose agents run on Cloud PCs, in the old way").left_out("Microsoft has not answered it since 31 March 2026; `windows365_external_partner` takes its place."),
    row("windows365_front_line_service_plan", "sizes of Frontline Cloud PC, with their licences"),
    row("windows365_gallery_image", "Windows images of Microsoft"),
    row("windows365_managed_license", "purchases of Frontline and Reserve licences"),
    row("windows365_on_premises_connection", "Azure network connections"),
    row("windows365_on_premises_connection_domain_password", "gives a connection another password for the domain"),
    row("windows365_on_premises_connection_health_check", "checks a connection"),
    row("windows365_organization_action", "an action on the whole tenant"),
    row("windows365_organization_settings", "defaults of the tenant for new Cloud PCs"),
    row("windows365_provisioning_policy", "how Cloud PCs are made, and for whom"),
    row("windows365_provisioning_policy_apply", "brings a changed policy to existing Cloud PCs"),
    row("windows365_provisioning_policy_apply_config", "brings a changed policy to some of them"),
    row("windows365_provisioning_policy_apply_schedule", "does so at set times"),
    row("windows365_provisioning_policy_retry", "makes Cloud PCs again that could not be made"),
    row("windows365_report", "tables about Cloud PCs and their use"),
    row("windows365_report_export_job", "a report as a file"),
    row("windows365_role_assignment", "who has a role of Windows 365, over what"),
    row("windows365_role_definition", "roles of Windows 365"),
    row("windows365_role_resource_namespace", "what roles of Windows 365 can allow"),
    row("windows365_scoped_permission", "what the caller may do, and over which scope tags"),
    row("windows365_service_plan", "sizes of Cloud PC"),
    row("windows365_snapshot", "points in time that Cloud PCs can be restored to"),
    row("windows365_snapshot_import", "imports a snapshot from a file"),
    row("windows365_snapshot_purge_imported", "deletes imported snapshots"),
    row("windows365_snapshot_storage_account", "where snapshots can be stored for an investigation"),
    row("windows365_snapshot_subscription", "subscriptions with such storage accounts"),
    row("windows365_source_device_image", "images in Azure that device images can be copied from"),
    row("windows365_supported_region", "regions that Cloud PCs can be in"),
    row("windows365_tenant_encryption_setting", "how the disks of Cloud PCs are encrypted"),
    row("windows365_user_setting", "what users may do with their Cloud PCs"),
];
