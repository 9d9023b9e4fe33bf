//! `windows365_report`: reports on Cloud PCs and their use.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcreports?view=graph-rest-beta>.

use super::PERMISSIONS;
use crate::spec::*;

const REPORTS: &str = "/deviceManagement/virtualEndpoint/reports";

/// The newer home of some reports.
const REPORT: &str = "/deviceManagement/virtualEndpoint/report";

/// The entity. Left out are reports that the metadata calls deprecated, and `retrieveCloudPcPerformanceMetricsReport`, whose answer is no
/// table of columns and rows.
pub static ENTITY: Entity = Entity::function("windows365_report", "cloudPcReports", "/deviceManagement/virtualEndpoint/reports/{}")
    .answers(Answers::Tables(&[
        Report::new(REPORTS, "getActionStatusReports"),
        Report::new(REPORTS, "getDailyAggregatedRemoteConnectionReports"),
        Report::new(REPORTS, "getInaccessibleCloudPcReports").of_kind("reportName", &INACCESSIBLE),
        Report::new(REPORTS, "getRawRemoteConnectionReports"),
        Report::new(REPORTS, "getRemoteConnectionHistoricalReports"),
        Report::new(REPORTS, "getTotalAggregatedRemoteConnectionReports"),
        Report::new(REPORTS, "retrieveBulkActionStatusReport"),
        Report::new(REPORT, "retrieveCloudPcClientAppUsageReport").of_kind("reportType", &APP_USAGE),
        Report::new(REPORT, "retrieveCloudPcRecommendationReports")
            .of_kind("reportType", &RECOMMENDATION),
        Report::new(REPORTS, "retrieveCloudPcTenantMetricsReport")
            .of_kind("reportName", &PERFORMANCE),
        Report::new(REPORTS, "retrieveCloudPcTroubleshootReports")
            .of_kind("reportName", &TROUBLESHOOT),
        Report::new(REPORTS, "retrieveConnectionQualityReports").of_kind("reportName", &QUALITY),
        Report::new(REPORTS, "retrieveCrossRegionDisasterRecoveryReport")
            .of_kind("reportName", &DISASTER_RECOVERY),
        Report::new(REPORTS, "retrieveFrontlineReports").of_kind("reportName", &FRONTLINE),
    ]))
    .beta()
    .doc(
        "A report is a table about Cloud PCs and their use, such as connections, their quality, or licences in use. Reports that Microsoft has deprecated are not served.",
        "https://learn.microsoft.com/graph/api/resources/cloudpcreports?view=graph-rest-beta",
    )
    .permissions(PERMISSIONS);

static INACCESSIBLE: Choice = Choice::open(
    "cloudPCInaccessibleReportName",
    &[
        "inaccessibleCloudPcReports",
        "inaccessibleCloudPcTrendReport",
        "regionalInaccessibleCloudPcTrendReport",
    ],
);

static APP_USAGE: Choice =
    Choice::open("cloudPcClientAppUsageReportType", &["microsoftRemoteDesktopClientUsageReport"]);

static RECOMMENDATION: Choice = Choice::open(
    "cloudPcRecommendationReportType",
    &["cloudPcUsageCategoryReport", "cloudPcUsageCategoryReports"],
);

static PERFORMANCE: Choice = Choice::open(
    "cloudPCPerformanceReportName",
    &["performanceTrendReport", "cloudPcInsightReport"],
);

static TROUBLESHOOT: Choice = Choice::open(
    "cloudPCTroubleshootReportType",
    &[
        "troubleshootDetailsReport",
        "troubleshootTrendCountReport",
        "troubleshootRegionalReport",
        "troubleshootIssueCountReport",
    ],
);

static QUALITY: Choice = Choice::open(
    "cloudPCConnectionQualityReportType",
    &[
        "remoteConnectionQualityReport",
        "regionalConnectionQualityTrendReport",
        "regionalConnectionQualityInsightsReport",
    ],
);

static DISASTER_RECOVERY: Choice = Choice::open(
    "cloudPcDisasterRecoveryReportName",
    &["crossRegionDisasterRecoveryReport", "disasterRecoveryReport"],
);

static FRONTLINE: Choice = Choice::open(
    "cloudPCFrontlineReportType",
    &[
        "noLicenseAvailableConnectivityFailureReport",
        "licenseUsageReport",
        "licenseUsageRealTimeReport",
        "licenseHourlyUsageReport",
        "connectedUserRealtimeReport",
    ],
);
