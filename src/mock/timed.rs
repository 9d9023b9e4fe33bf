//! What goes on after a request was answered: health checks, copies of images, pushes of a policy.
//!
//! The state at a moment follows from when it began, so nothing has to run in the background.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::answer::Problem;
use super::health;
use super::rules::Set;
use super::store::{Body, Object};
use super::time;
use super::world::World;

const CONNECTIONS: &str = "/deviceManagement/virtualEndpoint/onPremisesConnections";
const IMAGES: &str = "/deviceManagement/virtualEndpoint/deviceImages";
const POLICIES: &str = "/deviceManagement/virtualEndpoint/provisioningPolicies";

/// Brings everything that takes time up to now.
pub(crate) fn tick(world: &mut World) {
    let now = world.now();
    world.expire_grace_periods(now);
    super::remote::tick(world, now);
    super::rules::cloud_pc::tick(world);
    super::rules::jobs::tick(world);
    super::rules::cloud_app::tick(world);
    for (id, changes) in due_checks(world, now) {
        world.merge(CONNECTIONS, &id, changes);
    }
    for (id, changes) in due_images(world, now) {
        world.merge(IMAGES, &id, changes);
    }
}

/// Since when an object has been `pending` or, after that, `running`.
fn begun(object: &Object, property: &str) -> Option<Timestamp> {
    let mut start = None;
    for (at, body) in object.body.all() {
        let status = body.as_ref().map(|body| status(body, property)).unwrap_or_default();
        start = match (status, start) {
            ("pending", None) => Some(*at),
            ("pending" | "running", start) => start,
            _ => None,
        };
    }
    start
}

fn status<'a>(body: &'a Body, property: &str) -> &'a str {
    body.get(property).and_then(Value::as_str).unwrap_or_default()
}

/// `pending`, `running`, and then how it ended (Graph page "cloudpconpremisesconnection").
fn due_checks(world: &World, now: Timestamp) -> Vec<(String, Body)> {
    let takes = SignedDuration::from_secs(world.switches.health_check_seconds);
    let mut due = Vec::new();
    for (object, body) in world.store.live(CONNECTIONS) {
        let old = status(body, "healthCheckStatus");
        let Some(start) = begun(object, "healthCheckStatus") else { continue };
        let runs_for = now.duration_since(start);
        let changes = if runs_for >= takes {
            health::ended(&world.switches, body, start, now)
        } else if runs_for * 10 >= takes && old != "running" {
            Body::from_iter([("healthCheckStatus".to_owned(), json!("running"))])
        } else {
            continue;
        };
        due.push((object.id.clone(), changes));
    }
    due
}

/// `pending`, then `ready` or `failed` with a code (Graph page "cloudpcdeviceimage").
fn due_images(world: &World, now: Timestamp) -> Vec<(String, Body)> {
    let takes = SignedDuration::from_secs(world.switches.image_seconds);
    let error = &world.switches.image_error;
    let done = if error.is_empty() {
        json!({
            "status": world.switches.image_result,
            "operatingSystem": "Windows 11 Enterprise",
            "osBuildNumber": "24H2",
            "osVersionNumber": "10.0.26100.3476",
            "osStatus": "supported",
            "sizeInGB": 64,
            "expirationDate": "2027-10-12",
            "lastModifiedDateTime": time::graph_text(now),
        })
    } else {
        json!({
            "status": "failed",
            "errorCode": error,
            "lastModifiedDateTime": time::graph_text(now),
        })
    };
    let Value::Object(done) = done else { return Vec::new() };
    world
        .store
        .live(IMAGES)
        .filter(|(object, body)| {
            status(body, "status") == "pending"
                && begun(object, "status").is_some_and(|start| now.duration_since(start) >= takes)
        })
        .map(|(object, _)| (object.id.clone(), done.clone()))
        .collect()
}

/// Starts the checks again.
pub(crate) fn run_health_checks(
    world: &mut World,
    _set: &Set,
    id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    let pending = Body::from_iter([("healthCheckStatus".to_owned(), json!("pending"))]);
    world.merge(CONNECTIONS, id, pending);
    Ok(Value::Null)
}

/// Takes another password for the account that joins computers. Nothing says that the checks run again (Graph page
/// "cloudpconpremisesconnection-updateaddomainpassword").
pub(crate) fn update_domain_password(
    world: &mut World,
    _set: &Set,
    id: &str,
    parameters: &Body,
) -> Result<Value, Problem> {
    let Some(password) = parameters.get("adDomainPassword").filter(|it| !it.is_null()) else {
        return Err(Problem::bad_request("The parameter 'adDomainPassword' is required."));
    };
    let body = world.store.get(CONNECTIONS, id).and_then(Object::live);
    if body.is_none_or(|body| status(body, "connectionType") != "hybridAzureADJoin") {
        return Err(Problem::bad_request(
            "The password can be changed only for a connection of the type hybridAzureADJoin.",
        ));
    }
    if world.switches.password_needs_health
        && body.is_none_or(|body| status(body, "healthCheckStatus") == "failed")
    {
        return Err(Problem::bad_request(
            "The password can be changed only for a connection that is healthy.",
        ));
    }
    let changed = Body::from_iter([("adDomainPassword".to_owned(), password.clone())]);
    world.merge(CONNECTIONS, id, changed);
    Ok(Value::Null)
}

/// Copies an image again whose copy failed (Graph page "cloudpcdeviceimage-retryupload").
pub(crate) fn retry_upload(
    world: &mut World,
    _set: &Set,
    id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    let body = world.store.get(IMAGES, id).and_then(Object::live);
    if body.is_none_or(|body| status(body, "status") != "failed") {
        return Err(Problem::bad_request(
            "The upload can be retried only for a device image that is in the status failed.",
        ));
    }
    let now = time::graph_text(world.now());
    let again = Body::from_iter([
        ("status".to_owned(), json!("pending")),
        ("errorCode".to_owned(), Value::Null),
        ("lastModifiedDateTime".to_owned(), json!(now)),
    ]);
    world.merge(IMAGES, id, again);
    Ok(Value::Null)
}

/// Pushes region or single sign-on to the Cloud PCs of a policy.
pub(crate) fn apply(
    world: &mut World,
    _set: &Set,
    id: &str,
    parameters: &Body,
) -> Result<Value, Problem> {
    let object = world.store.get(POLICIES, id);
    let shared = object
        .and_then(Object::live)
        .is_some_and(|body| status(body, "provisioningType").starts_with("shared"));
    let reserve = parameters.get("reservePercentage").and_then(Value::as_i64);
    if let Some(percent) = reserve
        && (!shared || !(0..=99).contains(&percent))
    {
        return Err(Problem::bad_request(
            "The reservePercentage is 0 to 99 and only for shared provisioning policies.",
        ));
    }
    let now = world.now().to_string();
    if let Some(object) = world.store.get_mut(POLICIES, id) {
        object.hidden.insert("appliedAt", now);
    }
    Ok(Value::Null)
}

/// How the last push went.
pub(crate) fn apply_result(
    world: &mut World,
    _set: &Set,
    id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    let started = world
        .store
        .get(POLICIES, id)
        .and_then(|object| object.hidden.get("appliedAt"))
        .and_then(|at| at.parse::<Timestamp>().ok())
        .ok_or_else(|| Problem::not_found("result of an apply action", id))?;
    let end = started
        .saturating_add(SignedDuration::from_secs(world.switches.apply_seconds))
        .unwrap_or(Timestamp::MAX);
    let done = world.now() >= end;
    Ok(json!({
        "id": id,
        "status": if done { "succeeded" } else { "processing" },
        "startDateTime": time::graph_text(started),
        "finishDateTime": if done { json!(time::graph_text(end)) } else { Value::Null },
    }))
}
