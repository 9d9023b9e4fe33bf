//! What there is one of in a tenant of Windows 365.

use serde_json::Value;

use super::{Access, BETA, CLOUD_PC, Set, What, Write, rule};
use crate::mock::answer::{Problem, Service};

pub(crate) static SETTINGS: Set = Set {
    path: "/deviceManagement/virtualEndpoint/organizationSettings",
    noun: "organization settings",
    type_name: "cloudPcOrganizationSettings",
    stored_type: None,
    service: Service::CloudPc,
    singleton: true,
    versions: BETA,
    verbs: &["GET", "PATCH"],
    access: CLOUD_PC,
    rules: &[rule(What::PatchWithoutBody, "cloudpcorganizationsettings-update")],
};

pub(crate) static MAPPING: Set = Set {
    path: "/deviceManagement/virtualEndpoint/crossCloudGovernmentOrganizationMapping",
    noun: "organization mapping",
    type_name: "cloudPcCrossCloudGovernmentOrganizationMapping",
    stored_type: None,
    service: Service::CloudPc,
    singleton: true,
    versions: BETA,
    verbs: &["GET", "PATCH"],
    access: Access { app_only_writes: false, ..CLOUD_PC },
    rules: &[
        rule(
            What::PeopleRead(&[""]),
            "cloudpccrosscloudgovernmentorganizationmapping-get: no application permission",
        ),
        rule(
            What::Check(one_mapping),
            "cloudpccrosscloudgovernmentorganizationmapping: only 1:1 mappings for now",
        ),
    ],
};

fn one_mapping(write: &Write<'_>) -> Result<(), Problem> {
    let ids = write.after.get("organizationIdsInUSGovCloud").and_then(Value::as_array);
    if ids.is_some_and(|ids| ids.len() > 1) {
        return Err(Problem::bad_request(
            "The organizationIdsInUSGovCloud hold one organization at most.",
        ));
    }
    Ok(())
}
