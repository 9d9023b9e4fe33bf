//! Cloud apps: added to a policy, published and taken back by actions that take time.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{BETA, CLOUD_PC, Filling, Set, What, Write, provisioning_policy, rule};
use crate::mock::answer::{Problem, Service};
use crate::mock::store::{Body, Object};
use crate::mock::time;
use crate::mock::world::World;

const PATH: &str = "/deviceManagement/virtualEndpoint/cloudApps";

/// How long an app is prepared, published or taken back. No page names a time.
const TAKES: SignedDuration = SignedDuration::from_secs(60);

pub(crate) static SET: Set = Set {
    path: PATH,
    noun: "cloud app",
    type_name: "cloudPcCloudApp",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BETA,
    verbs: &["POST", "GET", "LIST", "PATCH", "DELETE"],
    access: CLOUD_PC,
    rules: &[
        rule(
            What::Required(&[
                "displayName",
                "discoveredAppName",
                "provisioningPolicyId",
                "appDetail",
            ]),
            "virtualendpoint-post-cloudapps",
        ),
        rule(
            What::Writable(&[
                "discoveredAppName",
                "provisioningPolicyId",
                "cloudPcFilePathAppDetail/filePath",
                "cloudPcAutomaticDiscoveredAppDetail/filePath",
            ]),
            "virtualendpoint-post-cloudapps",
        ),
        rule(
            What::ReadOnly(&["availableToUser", "actionFailedErrorMessage"]),
            "cloudpccloudapp: changed by publish and unpublish",
        ),
        rule(
            What::Fixed(&["discoveredAppName", "provisioningPolicyId"]),
            "cloudpccloudapp-update: not in its table",
        ),
        rule(What::Longest("displayName", 64), "virtualendpoint-post-cloudapps"),
        rule(What::Longest("description", 512), "virtualendpoint-post-cloudapps"),
        rule(What::Check(unique_in_policy), "virtualendpoint-post-cloudapps"),
        rule(What::Check(of_an_app_policy), "cloudpccloudapp: built on the policy's Cloud PCs"),
        rule(
            What::Check(same_program),
            "cloudpccloudapp-update: icon and arguments can be changed",
        ),
        rule(What::Fill(fresh), "virtualendpoint-post-cloudapps, its example"),
        rule(What::Fill(detail), "cloudpccloudappdetail: default icon, index 0"),
        rule(What::PatchWithoutBody, "cloudpccloudapp-update"),
        rule(What::Runs("publish", publish), "cloudpccloudapp-publish"),
        rule(What::Runs("unpublish", unpublish), "cloudpccloudapp-unpublish"),
        rule(What::Runs("reset", reset), "cloudpccloudapp-reset"),
    ],
};

fn text<'a>(body: &'a Body, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn unique_in_policy(write: &Write<'_>) -> Result<(), Problem> {
    let own = write.before.map(|before| before.id.as_str());
    let key = |body: &Body| {
        (
            text(body, "displayName").to_lowercase(),
            text(body, "provisioningPolicyId").to_lowercase(),
        )
    };
    let taken = write
        .world
        .store
        .live(PATH)
        .any(|(object, body)| Some(object.id.as_str()) != own && key(body) == key(write.after));
    if taken {
        return Err(Problem::bad_request(
            "A cloud app with the same displayName already exists in the provisioning policy.",
        ));
    }
    Ok(())
}

fn of_an_app_policy(write: &Write<'_>) -> Result<(), Problem> {
    let id = text(write.after, "provisioningPolicyId");
    let policy = write.world.store.get(provisioning_policy::PATH, id).and_then(Object::live);
    match policy {
        Some(policy) if text(policy, "userExperienceType") == "cloudApp" => Ok(()),
        Some(_) => Err(Problem::bad_request(
            "The provisioning policy has another userExperienceType than cloudApp.",
        )),
        None => {
            Err(Problem::bad_request(format!("The provisioning policy '{id}' does not exist.")))
        }
    }
}

fn same_program(write: &Write<'_>) -> Result<(), Problem> {
    let Some(before) = write.before.and_then(Object::live) else { return Ok(()) };
    let program =
        |body: &Body| body.get("appDetail")?.get("filePath")?.as_str().map(str::to_lowercase);
    match program(write.sent) {
        Some(sent) if Some(&sent) != program(before).as_ref() => {
            Err(Problem::bad_request("The filePath of a cloud app cannot be changed."))
        }
        _ => Ok(()),
    }
}

fn fresh(body: &mut Body, filling: &mut Filling<'_>) {
    if filling.create {
        body.insert("appStatus".into(), json!("preparing"));
        body.insert("availableToUser".into(), json!(false));
        body.insert("addedDateTime".into(), json!(filling.now));
        body.insert("lastPublishedDateTime".into(), json!("0001-01-01T00:00:00Z"));
        body.insert("scopeIds".into(), json!(["0"]));
    }
}

fn detail(body: &mut Body, _filling: &mut Filling<'_>) {
    let Some(Value::Object(detail)) = body.get_mut("appDetail") else { return };
    let program = match detail.get("filePath") {
        Some(Value::String(path)) => path.clone(),
        _ => "C:\\Windows\\system32\\mspaint.exe".to_owned(),
    };
    for (name, value) in [
        ("filePath", json!(program)),
        ("iconPath", json!(program)),
        ("iconIndex", json!(0)),
        ("commandLineArguments", json!("")),
    ] {
        if detail.get(name).is_none_or(Value::is_null) {
            detail.insert(name.into(), value);
        }
    }
}

/// The apps that an action names, all of which exist.
fn named(world: &World, parameters: &Body) -> Result<Vec<String>, Problem> {
    let ids = parameters.get("cloudAppIds").and_then(Value::as_array);
    let ids: Vec<String> =
        ids.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    if ids.is_empty() {
        return Err(Problem::bad_request("The parameter 'cloudAppIds' is missing."));
    }
    match ids.iter().find(|id| world.store.get(PATH, id).and_then(Object::live).is_none()) {
        Some(unknown) => Err(Problem::not_found(SET.noun, unknown)),
        None => Ok(ids),
    }
}

fn begin(world: &mut World, parameters: &Body, status: &str) -> Result<Value, Problem> {
    for id in named(world, parameters)? {
        let change = Body::from_iter([("appStatus".to_owned(), json!(status))]);
        world.merge(PATH, &id, change);
    }
    Ok(Value::Null)
}

fn publish(world: &mut World, _: &Set, _: &str, parameters: &Body) -> Result<Value, Problem> {
    begin(world, parameters, "publishing")
}

fn unpublish(world: &mut World, _: &Set, _: &str, parameters: &Body) -> Result<Value, Problem> {
    begin(world, parameters, "unpublishing")
}

fn reset(world: &mut World, _: &Set, _: &str, parameters: &Body) -> Result<Value, Problem> {
    named(world, parameters).map(|_| Value::Null)
}

/// Brings what takes time up to now.
pub(crate) fn tick(world: &mut World) {
    let now = world.now();
    let due: Vec<(String, &str)> = world
        .store
        .live(PATH)
        .filter_map(|(object, body)| {
            let status = text(body, "appStatus");
            let began = object.body.all().filter(|(_, body)| {
                body.as_ref().is_some_and(|body| text(body, "appStatus") == status)
            });
            let (began, _) = began.last()?;
            let next = match status {
                "preparing" | "unpublishing" => "ready",
                "publishing" => "published",
                _ => return None,
            };
            (now.duration_since(*began) >= TAKES).then(|| (object.id.clone(), next))
        })
        .collect();
    for (id, status) in due {
        let mut change = Body::from_iter([
            ("appStatus".to_owned(), json!(status)),
            ("availableToUser".to_owned(), json!(status == "published")),
        ]);
        if status == "published" {
            change.insert("lastPublishedDateTime".into(), json!(time::graph_text(now)));
        }
        world.merge(PATH, &id, change);
    }
}
