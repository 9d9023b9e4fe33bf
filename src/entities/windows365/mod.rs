//! Windows 365: what lies under `/deviceManagement/virtualEndpoint`.

pub mod provisioning_policy;
pub mod user_setting;

use crate::spec::{Choice, Permissions};

/// Every Cloud PC entity needs the same permissions.
/// Source: <https://learn.microsoft.com/graph/permissions-reference#cloudpcreadall>.
const PERMISSIONS: Permissions = Permissions::read_write(
    &["CloudPC.Read.All", "CloudPC.ReadWrite.All"],
    &["CloudPC.ReadWrite.All"],
);

/// Geographies of a Microsoft-hosted network. Source: metadata of beta; members after the sentinel come with
/// `Prefer: include-unknown-enum-members`.
static REGION_GROUP: Choice = Choice::open(
    "cloudPcRegionGroup",
    &[
        "default",
        "australia",
        "canada",
        "usCentral",
        "usEast",
        "usWest",
        "france",
        "germany",
        "europeUnion",
        "unitedKingdom",
        "japan",
        "asia",
        "india",
        "southAmerica",
        "euap",
        "usGovernment",
        "usGovernmentDOD",
        "norway",
        "switzerland",
        "southKorea",
        "middleEast",
        "mexico",
        "australasia",
        "europe",
        "singapore",
        "hongKong",
        "ireland",
        "sweden",
        "poland",
        "italy",
        "spain",
        "netherlands",
        "brazil",
        "israel",
        "automatic",
        "indonesia",
        "taiwan",
        "malaysia",
        "newZealand",
        "austria",
        "denmark",
        "belgium",
        "kenya",
    ],
);
