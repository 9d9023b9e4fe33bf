//! `windows365_managed_license`: purchases of Frontline and Reserve licences.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcmanagedlicense?view=graph-rest-beta>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_managed_license",
    "cloudPcManagedLicense",
    "/deviceManagement/virtualEndpoint/managedLicenses",
)
.beta()
.read_only()
.listed()
.doc(
    "A managed licence is a purchase of Frontline or Reserve licences, with how many of them are in use and how long they last.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcmanagedlicense?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    string("displayName").doc("Name of the licence."),
    choice("licenseType", &LICENSE_TYPE).doc("Product: `frontline` or `reserve`."),
    choice("status", &STATUS).doc("State of the purchase: `enabled`, `expired`, `blocked`, `deleted` or `unknown`."),
    int64("licensesCount").doc("Number of licences."),
    int64("assignedCount").doc("Number of them that are assigned."),
    int64("allotmentLicensesCount").doc("Number of them that assignments have set aside for groups."),
    guid("servicePlanId").doc("The service plan that they are for, by id."),
    guid("subscriptionId").doc("The subscription that they were bought with, by id."),
    date_time("activeDateTime").doc("When they became active."),
    date_time("expirationDateTime").doc("When they expire."),
    date_time("latestLicenseStartDateTime").doc("When the newest of them started."),
    date_time("nextBillingDateTime").doc("When they are billed next."),
]);

static LICENSE_TYPE: Choice = Choice::open("cloudPcManagedLicenseType", &["frontline", "reserve"]);

static STATUS: Choice = Choice::open(
    "cloudPcManagedLicenseStatus",
    &["enabled", "expired", "blocked", "deleted", "unknown"],
);

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
                "id": "7f1f0a55-64c8-4f2d-9a3e-1d2f3a4b5c66", "displayName": "Windows 365 Frontline", "licenseType": "frontline",
                "status": "enabled", "licensesCount": 10, "assignedCount": 4, "expirationDateTime": "2027-03-01T00:00:00Z",
            })],
            expect![[r#"
                GET /deviceManagement/virtualEndpoint/managedLicenses
                [
                  {
                    "assigned_count": 4,
                    "display_name": "Windows 365 Frontline",
                    "expiration_date_time": "2027-03-01T00:00:00Z",
                    "id": "7f1f0a55-64c8-4f2d-9a3e-1d2f3a4b5c66",
                    "license_type": "frontline",
                    "licenses_count": 10,
                    "status": "enabled"
                  }
                ]
            "#]],
        );
    }
}
