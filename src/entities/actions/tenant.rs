//! Actions on the tenant as a whole: its Windows 365 service, its reports and its partners.

use super::words::WRITE;
use crate::spec::action::Key;
use crate::spec::{
    Action, Choice, Danger, Look, Progress, Version, Watch, boolean, choice, object, string,
    strings,
};

static ACTION_TYPE: Choice =
    Choice::open("cloudPcOrganizationActionType", &["activate", "deactivate"]);

static REPORT_NAME: Choice = Choice::open(
    "cloudPcReportName",
    &[
        "remoteConnectionHistoricalReports",
        "dailyAggregatedRemoteConnectionReports",
        "totalAggregatedRemoteConnectionReports",
        "noLicenseAvailableConnectivityFailureReport",
        "frontlineLicenseUsageReport",
        "frontlineLicenseUsageRealTimeReport",
        "remoteConnectionQualityReports",
        "inaccessibleCloudPcReports",
        "actionStatusReport",
        "rawRemoteConnectionReports",
        "cloudPcUsageCategoryReports",
        "crossRegionDisasterRecoveryReport",
        "performanceTrendReport",
        "inaccessibleCloudPcTrendReport",
        "regionalConnectionQualityTrendReport",
        "regionalConnectionQualityInsightsReport",
        "remoteConnectionQualityReport",
        "frontlineLicenseHourlyUsageReport",
        "frontlineRealtimeUserConnectionsReport",
        "bulkActionStatusReport",
        "troubleshootDetailsReport",
        "troubleshootTrendCountReport",
        "troubleshootRegionalReport",
        "troubleshootIssueCountReport",
        "cloudPcInsightReport",
        "regionalInaccessibleCloudPcTrendReport",
        "cloudPcUsageCategoryReport",
        "cloudPCInventoryReport",
    ],
);

/// `windows365_organization_action`: the service in this tenant, on or off.
pub static ORGANIZATION_ACTION: Action = Action::tenant(
    "windows365_organization_action",
    "virtualEndpoint",
    "/deviceManagement/virtualEndpoint/organizationAction",
)
.beta()
.doc(
    "Activates or deactivates Windows 365 for the whole tenant.",
    "https://learn.microsoft.com/graph/api/cloudpc-organizationaction?view=graph-rest-beta",
)
.arguments(&[choice("actionType", &ACTION_TYPE)
    .required()
    .doc("What is done: `\"activate\"` or `\"deactivate\"`.")])
.dangers(&[Danger::when(
    "action_type",
    "deactivate",
    "Windows 365 is switched off for the whole tenant.",
)])
.watch(Watch {
    look: Look::At {
        path: "/deviceManagement/virtualEndpoint/retrieveOrganizationActionDetail(actionType='{}')",
        key: Key::Argument("actionType"),
    },
    wait: Progress {
        property: "status",
        pending: &["inProgress"],
        done: &["succeeded"],
        failed: &["failed"],
        reason: Some("errorDescription"),
        every_secs: 15,
    },
    stamp: None,
    version: Version::Beta,
    each: None,
})
.access(WRITE)
.minutes(120);

/// `windows365_report_export_job`: a report is made ready for download.
// The address in `exportUrl` lets whoever has it download the report without signing in, so it is never shown.
pub static REPORT_EXPORT_JOB: Action = Action::tenant(
    "windows365_report_export_job",
    "cloudPcExportJob",
    "/deviceManagement/virtualEndpoint/reports/exportJobs",
)
.beta()
.doc(
    "Makes a report ready for download in the admin center, and tells whether that has worked. The address of the file is not shown: \
     it needs no sign-in. Who may read the job finds it there by its id, `operation_id`, for as long as Microsoft keeps the file.",
    "https://learn.microsoft.com/graph/api/cloudpcreports-post-exportjobs?view=graph-rest-beta",
)
.arguments(&[
    choice("reportName", &REPORT_NAME).required().doc("The report, such as `\"cloudPcUsageCategoryReports\"`."),
    string("format").doc("Format of the file, such as `\"csv\"`."),
    string("filter").doc("Which rows: an OData filter."),
    strings("select").ordered().doc("Which columns, in this order."),
])
.watch(Watch {
    look: Look::Made { listed: false, created: None },
    wait: Progress {
        property: "exportJobStatus",
        pending: &["notStarted", "inProgress"],
        done: &["completed"],
        failed: &["failed"],
        reason: None,
        every_secs: 5,
    },
    stamp: None,
    version: Version::Beta,
    each: None,
})
.access(WRITE);

/// `windows365_external_partner_agent`: the agent of a partner on Cloud PCs.
pub static EXTERNAL_PARTNER_AGENT: Action = Action::each(
    "windows365_external_partner_agent",
    "cloudPcExternalPartner",
    "/deviceManagement/virtualEndpoint/externalPartners",
    "external partner",
    "configureAgent",
)
.beta()
.doc(
    "Sets which agent of an external partner is installed on Cloud PCs.",
    "https://learn.microsoft.com/graph/api/cloudpcexternalpartner-configureagent?view=graph-rest-beta",
)
.arguments(&[object("agentSetting").required().doc("The agent.").of(&[
    string("agentUrl").doc("Address of the installer."),
    string("agentSha256").doc("SHA-256 of the installer."),
    boolean("autoDeploymentEnabled").doc("Whether it is installed on every new Cloud PC."),
    strings("installParameters").ordered().doc("Parameters of the installation."),
])])
.repeatable()
.access(WRITE)
.minutes(10);
