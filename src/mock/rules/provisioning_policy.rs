//! Windows 365 provisioning policies.

use serde_json::{Value, json};

use super::{Assign, BOTH, CLOUD_PC, Filling, OBSERVED, Set, What, Write, rule};
use crate::mock::answer::{Problem, Service};
use crate::mock::store::{Body, Object};
use crate::mock::timed;
use crate::mock::world::World;

pub(super) const PATH: &str = "/deviceManagement/virtualEndpoint/provisioningPolicies";

pub(crate) static SET: Set = Set {
    path: PATH,
    noun: "provisioning policy",
    type_name: "cloudPcProvisioningPolicy",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BOTH,
    verbs: &["POST", "GET", "LIST", "PATCH", "DELETE"],
    access: CLOUD_PC,
    rules: &[
        rule(
            What::Required(&[
                "displayName",
                "domainJoinConfigurations",
                "imageDisplayName",
                "imageId",
                "imageType",
            ]),
            "virtualendpoint-post-provisioningpolicies, as far as the metadata agrees",
        ),
        rule(What::Default("provisioningType", "\"dedicated\""), "cloudpcprovisioningpolicy"),
        rule(What::Default("windowsSetting", "{\"locale\":\"en-US\"}"), "cloudpcwindowssetting"),
        rule(What::Default("userExperienceType", "\"cloudPc\""), "cloudpcprovisioningpolicy"),
        rule(What::Default("managedBy", "\"windows365\""), "cloudpcprovisioningpolicy"),
        rule(What::Default("gracePeriodInHours", "168"), "cloudpcprovisioningpolicy"),
        rule(What::Default("localAdminEnabled", "false"), "cloudpcprovisioningpolicy"),
        rule(What::Default("enableSingleSignOn", "false"), "cloudpcprovisioningpolicy"),
        rule(What::Default("scopeIds", "[\"0\"]"), "cloudpcprovisioningpolicy"),
        rule(
            What::Default(
                "microsoftManagedDesktop",
                "{\"managedType\":\"notManaged\",\"profile\":null}",
            ),
            "cloudpcprovisioningpolicy-get",
        ),
        rule(What::ReadOnly(&["managedBy"]), "cloudpcprovisioningpolicy"),
        rule(
            What::Writable(&["scopeIds"]),
            "virtualendpoint-post-provisioningpolicies (beta): in the table of the create, not of the update",
        ),
        rule(
            What::Writable(&["cloudPcDomainJoinConfiguration/regionGroup"]),
            "virtualendpoint-post-provisioningpolicies: sent in the example",
        ),
        rule(
            What::Fixed(&["provisioningType", "userExperienceType", "scopeIds"]),
            "cloudpcprovisioningpolicy-update",
        ),
        rule(What::Longest("displayName", 120), "cloudpcprovisioningpolicy"),
        rule(What::Without("displayName", "~!@#$%^&*()=<>\\/|?;\"'`"), OBSERVED),
        rule(What::Unique("displayName"), OBSERVED),
        rule(What::Check(experience), "cloudpcprovisioningpolicy"),
        rule(What::Check(domain_join), "cloudpcdomainjoinconfiguration"),
        rule(What::Check(naming_template), "cloudpcprovisioningpolicy"),
        rule(What::Check(persistence), "cloudpcusersettingspersistenceconfiguration"),
        rule(What::Fill(twins), "cloudpcprovisioningpolicy (beta): older names of the same values"),
        rule(What::Fill(stamps), "cloudpcprovisioningpolicy (beta)"),
        rule(What::Keep(assigned), "cloudpcprovisioningpolicy-delete"),
        rule(What::Then(World::settle_cloud_pcs), "windows-365 end-user guide \"grace period\""),
        rule(What::PatchWithoutBody, "cloudpcprovisioningpolicy-update"),
        rule(What::Assign(&ASSIGN), "cloudpcprovisioningpolicy-assign"),
        rule(What::Runs("apply", timed::apply), "cloudpcprovisioningpolicy-apply"),
        rule(
            What::Runs("retrievePolicyApplyActionResult", timed::apply_result),
            "cloudpcprovisioningpolicy-retrievepolicyapplyactionresult",
        ),
        rule(
            What::Accepts(&["applyConfig", "retry", "schedulePolicyApplyTask"]),
            "cloudpcprovisioningpolicy",
        ),
    ],
};

static ASSIGN: Assign = Assign {
    parameter: "assignments",
    item_type: "cloudPcProvisioningPolicyAssignment",
    targets: &["cloudPcManagementGroupAssignmentTarget"],
    target_spelling: None,
    item_names_type: true,
    refuses_unknown_groups: false,
    dated: false,
};

fn text<'a>(body: &'a Body, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}

fn experience(write: &Write<'_>) -> Result<(), Problem> {
    let app = text(write.after, "userExperienceType") == Some("cloudApp");
    let shared = text(write.after, "provisioningType") == Some("sharedByEntraGroup");
    if app && !shared {
        return Err(Problem::bad_request(
            "The userExperienceType cloudApp needs the provisioningType sharedByEntraGroup.",
        ));
    }
    Ok(())
}

fn persistence(write: &Write<'_>) -> Result<(), Problem> {
    let configured = write
        .after
        .get("userSettingsPersistenceConfiguration")
        .is_some_and(|value| !value.is_null());
    if configured && text(write.after, "provisioningType") != Some("sharedByEntraGroup") {
        return Err(Problem::bad_request(
            "The userSettingsPersistenceConfiguration is only for the provisioningType sharedByEntraGroup.",
        ));
    }
    Ok(())
}

fn domain_join(write: &Write<'_>) -> Result<(), Problem> {
    let Some(entries) = write.after.get("domainJoinConfigurations").and_then(Value::as_array)
    else {
        return Ok(());
    };
    if entries.is_empty() {
        return Err(Problem::bad_request("The domainJoinConfigurations have no entry."));
    }
    for entry in entries {
        let given = |name: &str| {
            entry.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty())
        };
        let kind = entry.get("domainJoinType").and_then(Value::as_str);
        let connection = given("onPremisesConnectionId");
        let region = given("regionName");
        let refusal = match kind {
            None => Some("An entry of domainJoinConfigurations names no domainJoinType."),
            _ if connection && region => {
                Some("An entry of domainJoinConfigurations names both a connection and a region.")
            }
            Some("hybridAzureADJoin") if !connection => Some(
                "An entry of domainJoinConfigurations for hybridAzureADJoin needs an onPremisesConnectionId.",
            ),
            Some("azureADJoin") if !connection && !region => Some(
                "An entry of domainJoinConfigurations for azureADJoin needs an onPremisesConnectionId or a regionName.",
            ),
            _ => None,
        };
        if let Some(refusal) = refusal {
            return Err(Problem::bad_request(refusal));
        }
    }
    Ok(())
}

/// At most 15 characters once expanded, with a `%RAND:n%` of at least 4 (the pages say 4 or 5).
fn naming_template(write: &Write<'_>) -> Result<(), Problem> {
    let Some(template) = text(write.after, "cloudPcNamingTemplate") else { return Ok(()) };
    let refused = |why: &str| {
        Err(Problem::bad_request(format!("The cloudPcNamingTemplate '{template}' {why}.")))
    };
    let mut length = 0;
    let mut random = false;
    for (index, piece) in template.split('%').enumerate() {
        if index % 2 == 0 {
            if !piece.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return refused("may hold letters, digits and hyphens only");
            }
            length += piece.len();
            continue;
        }
        let macro_length =
            piece.split_once(':').and_then(|(name, count)| Some((name, count.parse().ok()?)));
        let count: usize = match macro_length {
            Some(("USERNAME", count)) => count,
            Some(("RAND", count)) if count >= 4 => {
                random = true;
                count
            }
            Some(("RAND", _)) => return refused("needs at least 4 random characters"),
            _ => return refused("has an unknown macro"),
        };
        length += count;
    }
    if template.matches('%').count() % 2 == 1 {
        return refused("has an open macro");
    }
    if !random {
        return refused("needs the macro %RAND:y%");
    }
    if length > 15 {
        return refused("is longer than 15 characters once expanded");
    }
    Ok(())
}

/// `windowsSettings.language`, `microsoftManagedDesktop.type` and `domainJoinConfigurations[].type` are older names; the new name wins.
fn twins(body: &mut Body, filling: &mut Filling<'_>) {
    let older_sent =
        |new: &str, old: &str| filling.sent.contains_key(old) && !filling.sent.contains_key(new);
    if older_sent("windowsSetting", "windowsSettings") {
        let locale = body.get("windowsSettings").and_then(|old| old.get("language")).cloned();
        body.insert("windowsSetting".into(), json!({ "locale": locale }));
    }
    let locale = body.get("windowsSetting").and_then(|new| new.get("locale")).cloned();
    let older = locale.map_or(Value::Null, |locale| json!({ "language": locale }));
    body.insert("windowsSettings".into(), older);
    if let Some(Value::Object(desktop)) = body.get_mut("microsoftManagedDesktop") {
        twin(desktop, "managedType", "type");
    }
    if let Some(Value::Array(entries)) = body.get_mut("domainJoinConfigurations") {
        for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
            twin(entry, "domainJoinType", "type");
        }
    }
}

fn twin(body: &mut Body, new: &str, old: &str) {
    let value = [new, old].iter().filter_map(|name| body.get(*name)).find(|v| !v.is_null());
    if let Some(value) = value.cloned() {
        body.insert(new.to_owned(), value.clone());
        body.insert(old.to_owned(), value);
    }
}

fn stamps(body: &mut Body, filling: &mut Filling<'_>) {
    if filling.create {
        body.insert("createdBy".into(), json!(filling.caller));
        body.insert("createdDateTime".into(), json!(filling.now));
    }
    body.insert("lastModifiedBy".into(), json!(filling.caller));
    body.insert("lastModifiedDateTime".into(), json!(filling.now));
}

fn assigned(world: &World, _set: &Set, object: &Object) -> Option<Problem> {
    if !object.assignments.latest().is_empty() || world.recently_unassigned(object) {
        return Some(Problem::bad_request(
            "The provisioning policy is assigned to groups and cannot be deleted. Remove its assignments first.",
        ));
    }
    None
}
