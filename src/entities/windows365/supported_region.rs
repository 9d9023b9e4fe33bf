//! `windows365_supported_region`: the Azure regions that Cloud PCs can be in.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcsupportedregion?view=graph-rest-beta>.

use super::provisioning_policy::GEOGRAPHIC_LOCATION_TYPE;
use super::{MANAGEMENT_SERVICE, PERMISSIONS, REGION_GROUP};
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_supported_region",
    "cloudPcSupportedRegion",
    "/deviceManagement/virtualEndpoint/supportedRegions",
)
.beta()
.read_only()
.listed()
.doc(
    "A supported region is an Azure region that Cloud PCs can be in. Its `display_name` is what a provisioning policy takes as `region_name`, and its `region_group` as `region_group`. Which region belongs to which group is documented nowhere else, so no function of this provider guesses it.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcsupportedregion?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    string("displayName").doc("Name of the region, such as `westus3`."),
    choice("regionGroup", &REGION_GROUP).doc("Geography that the region belongs to, such as `usWest`."),
    choice("geographicLocationType", &GEOGRAPHIC_LOCATION_TYPE).doc("Part of the world that the region lies in, such as `europe`."),
    choice("regionStatus", &REGION_STATUS).doc("Whether Cloud PCs can be made there: `available`, `restricted` (not all kinds of them) or `unavailable`."),
    object("regionRestrictionDetail").doc("What is restricted there.").of(&[
        boolean("availabilityZoneRestricted").doc("Whether availability zones are."),
        boolean("cPURestricted").named("cpu_restricted").doc("Whether Cloud PCs without a graphics processor are."),
        boolean("gPURestricted").named("gpu_restricted").doc("Whether Cloud PCs with a graphics processor are."),
        boolean("nestedVirtualizationRestricted").doc("Whether Cloud PCs that run virtual machines themselves are."),
    ]),
    flags("supportedSolution", &MANAGEMENT_SERVICE).doc("Services of Microsoft that can use the region, such as `windows365`."),
]);

static REGION_STATUS: Choice =
    Choice::open("cloudPcSupportedRegionStatus", &["available", "restricted", "unavailable"]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::lists;

    #[test]
    fn listed_objects_become_items() {
        lists(
            &ENTITY,
            &[json!({
                "id": "b3a5c9d1-0e3c-4c53-9d0b-1f6f4a5c1e02", "displayName": "westus3", "regionGroup": "usWest", "regionStatus": "restricted",
                "supportedSolution": "devBox,windows365", "geographicLocationType": "usWest",
                "regionRestrictionDetail": {"cPURestricted": false, "gPURestricted": true, "nestedVirtualizationRestricted": null},
            })],
            expect![[r#"
                GET /deviceManagement/virtualEndpoint/supportedRegions
                [
                  {
                    "display_name": "westus3",
                    "geographic_location_type": "usWest",
                    "id": "b3a5c9d1-0e3c-4c53-9d0b-1f6f4a5c1e02",
                    "region_group": "usWest",
                    "region_restriction_detail": {
                      "cpu_restricted": false,
                      "gpu_restricted": true
                    },
                    "region_status": "restricted",
                    "supported_solution": [
                      "devBox",
                      "windows365"
                    ]
                  }
                ]
            "#]],
        );
    }
}
