//! Remote actions on Cloud PCs: 204 says that one was accepted, and the log of the machine says how it goes.
//!
//! Each action is an entry of the log that is `active` for a while and then `done` or `failed`; what it does to the machine shows when it
//! ends. One machine does one thing at a time. Sources: the Graph pages `cloudpc-reboot`, `cloudpc-resize` and so on, and
//! `cloudpcremoteactionresult`.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::answer::Problem;
use super::cloud_pc::{PATH, results_of};
use super::rules::Set;
use super::store::Body;
use super::time;
use super::world::World;

const PLANS: &str = "/deviceManagement/virtualEndpoint/servicePlans";
const LICENSES: &str = "/deviceManagement/virtualEndpoint/managedLicenses";
const SNAPSHOTS: &str = "/deviceManagement/virtualEndpoint/snapshots";

/// A remote action, by its name in the log (enumeration `cloudPcRemoteActionName`, where it has one).
pub(crate) struct Remote {
    /// In the log.
    pub(crate) name: &'static str,
    /// Status of the machine while it goes on.
    during: Option<&'static str>,
    /// For Frontline machines only.
    frontline: bool,
}

const fn remote(name: &'static str, during: Option<&'static str>) -> Remote {
    Remote { name, during, frontline: false }
}

const fn frontline(name: &'static str) -> Remote {
    Remote { name, during: None, frontline: true }
}

/// All of them, by operation.
const REMOTES: &[(&str, Remote)] = &[
    ("changeUserAccountType", remote("changeUserAccountType", None)),
    ("createSnapshot", remote("createSnapshot", None)),
    ("powerOff", frontline("powerOff")),
    ("powerOn", frontline("powerOn")),
    ("reboot", remote("restart", None)),
    ("rename", remote("rename", None)),
    ("reprovision", remote("reprovision", Some("provisioning"))),
    ("resize", remote("resize", Some("resizing"))),
    ("restore", remote("restore", Some("restoring"))),
    ("retryPartnerAgentInstallation", remote("retryPartnerAgentInstallation", None)),
    ("setReviewStatus", remote("placeUnderReview", None)),
    ("start", frontline("powerOn")),
    ("stop", frontline("powerOff")),
    ("troubleshoot", remote("troubleshoot", None)),
];

fn text<'b>(body: &'b Body, name: &str) -> &'b str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Starts a remote action. `bulk` is the bulk action that it belongs to.
pub(crate) fn begin(
    world: &mut World,
    operation: &str,
    id: &str,
    parameters: &Body,
    bulk: Option<&str>,
) -> Result<(), Problem> {
    let Some((_, remote)) = REMOTES.iter().find(|(known, _)| *known == operation) else {
        return Err(Problem::bad_request(format!("The action {operation} is not known.")));
    };
    let Some(machine) = world.store.get(PATH, id).and_then(|object| object.live()).cloned() else {
        return Err(Problem::not_found("Cloud PC", id));
    };
    refuse(world, operation, remote, id, &machine, parameters)?;
    let mut changes = Body::new();
    let waits =
        operation == "resize" && !has_free_licence(world, text(parameters, "targetServicePlanId"));
    if let Some(during) = remote.during {
        let status = if waits { "resizePendingLicense" } else { during };
        changes.insert("status".to_owned(), json!(status));
    }
    if operation == "rename" {
        let name = parameters.get("displayName").cloned().unwrap_or_default();
        changes.insert("displayName".to_owned(), name);
    }
    if !changes.is_empty() {
        world.merge(PATH, id, changes);
    }
    log(world, (operation, remote), id, Value::Object(parameters.clone()), bulk);
    Ok(())
}

/// What the state of the machine or the parameters forbid (400; 409 while something else goes on, which `cloudPcResizeValidationCode`
/// calls `operationConflict`).
fn refuse(
    world: &World,
    operation: &str,
    remote: &Remote,
    id: &str,
    machine: &Body,
    parameters: &Body,
) -> Result<(), Problem> {
    let bad = |why: &str| Err(Problem::bad_request(why));
    if in_progress(world, id) {
        let why = "Another operation on the Cloud PC is in progress.";
        return Err(Problem::new(409, "Conflict", why));
    }
    if text(machine, "status") == "inGracePeriod" && operation != "rename" {
        return bad("The Cloud PC is in its grace period.");
    }
    let shared = matches!(
        text(machine, "provisioningType"),
        "shared" | "sharedByUser" | "sharedByEntraGroup"
    );
    if remote.frontline && !shared {
        return bad("The action is only for Windows 365 Frontline.");
    }
    match operation {
        "resize" => {
            let plan = text(parameters, "targetServicePlanId");
            if world.store.get(PLANS, plan).and_then(|plan| plan.live()).is_none() {
                return bad("There is no service plan with the targetServicePlanId.");
            }
        }
        "restore" => {
            let snapshot = world.store.get(SNAPSHOTS, text(parameters, "cloudPcSnapshotId"));
            let own = snapshot.and_then(|snapshot| snapshot.live());
            let of_moment = parameters.contains_key("restorePointDateTime");
            if !of_moment && !own.is_some_and(|it| text(it, "cloudPcId").eq_ignore_ascii_case(id)) {
                return bad("The Cloud PC has no snapshot with the cloudPcSnapshotId.");
            }
        }
        "rename" if text(parameters, "displayName").is_empty() => {
            return bad("The displayName is empty.");
        }
        _ => {}
    }
    Ok(())
}

/// Whether an action on a machine has not ended.
pub(crate) fn in_progress(world: &World, id: &str) -> bool {
    world.store.live(&results_of(id)).any(|(_, entry)| text(entry, "actionState") == "active")
}

/// Whether a licence of a plan is free. Plans of which no licences are listed are taken to have enough.
fn has_free_licence(world: &World, plan: &str) -> bool {
    let count = |body: &Body, name: &str| body.get(name).and_then(Value::as_i64).unwrap_or(0);
    let mut of_plan = world
        .store
        .live(LICENSES)
        .filter(|(_, body)| text(body, "servicePlanId").eq_ignore_ascii_case(plan))
        .peekable();
    of_plan.peek().is_none()
        || of_plan.any(|(_, body)| count(body, "licensesCount") > count(body, "assignedCount"))
}

/// Writes an entry that is active from now on.
fn log(
    world: &mut World,
    (operation, remote): (&str, &Remote),
    id: &str,
    parameters: Value,
    bulk: Option<&str>,
) {
    let now = time::graph_text(world.now());
    let entry = world.ids.guid();
    let machine = world.store.get(PATH, id).and_then(|object| object.live());
    let device = machine.and_then(|body| body.get("managedDeviceId")).cloned().unwrap_or_default();
    let body = json!({
        "actionName": remote.name,
        "actionState": "active",
        "cloudPcId": id,
        "managedDeviceId": device,
        "startDateTime": now,
        "lastUpdatedDateTime": now,
        "statusDetail": null,
        "statusDetails": null,
    });
    let address = results_of(id);
    world.place(&address, &entry, body);
    let Some(object) = world.store.get_mut(&address, &entry) else { return };
    object.hidden.insert("operation", operation.to_owned());
    object.hidden.insert("parameters", parameters.to_string());
    if let Some(bulk) = bulk {
        object.hidden.insert("bulk", bulk.to_owned());
    }
}

/// Writes an entry for an action that a bulk action could not start.
pub(crate) fn log_refusal(world: &mut World, name: &str, id: &str, problem: &Problem, bulk: &str) {
    let now = time::graph_text(world.now());
    let entry = world.ids.guid();
    let body = json!({
        "actionName": name,
        "actionState": "failed",
        "cloudPcId": id,
        "managedDeviceId": null,
        "startDateTime": now,
        "lastUpdatedDateTime": now,
        "statusDetail": { "code": problem.code, "message": problem.message, "additionalInformation": [] },
        "statusDetails": null,
    });
    let address = results_of(id);
    world.place(&address, &entry, body);
    if let Some(object) = world.store.get_mut(&address, &entry) {
        object.hidden.insert("bulk", bulk.to_owned());
    }
}

/// An entry whose time has come.
struct Due {
    machine: String,
    address: String,
    entry: String,
    operation: String,
    parameters: Body,
}

/// Ends what has gone on long enough.
pub(crate) fn tick(world: &mut World, now: Timestamp) {
    for due in due(world, now) {
        end(world, now, &due);
    }
}

fn due(world: &World, now: Timestamp) -> Vec<Due> {
    let takes = SignedDuration::from_secs(world.switches.remote_action_seconds);
    let mut found = Vec::new();
    for (machine, body) in world.store.live(PATH) {
        if text(body, "status") == "resizePendingLicense" && !licence_has_come(world, &machine.id) {
            continue;
        }
        let address = results_of(&machine.id);
        for (entry, body) in world.store.live(&address) {
            let start = text(body, "startDateTime").parse::<Timestamp>();
            let over = start.is_ok_and(|start| now.duration_since(start) >= takes);
            if text(body, "actionState") != "active" || !over {
                continue;
            }
            let parameters = entry.hidden.get("parameters").map(String::as_str).unwrap_or("{}");
            found.push(Due {
                machine: machine.id.clone(),
                address: address.clone(),
                entry: entry.id.clone(),
                operation: entry.hidden.get("operation").cloned().unwrap_or_default(),
                parameters: serde_json::from_str(parameters).unwrap_or_default(),
            });
        }
    }
    found
}

fn licence_has_come(world: &World, machine: &str) -> bool {
    world.store.live(&results_of(machine)).any(|(entry, body)| {
        let parameters = entry.hidden.get("parameters").map(String::as_str).unwrap_or("{}");
        let parameters: Body = serde_json::from_str(parameters).unwrap_or_default();
        text(body, "actionState") == "active"
            && has_free_licence(world, text(&parameters, "targetServicePlanId"))
    })
}

fn end(world: &mut World, now: Timestamp, due: &Due) {
    let failing = &world.switches.failing_cloud_pcs;
    let fails = failing.iter().any(|id| id.eq_ignore_ascii_case(&due.machine));
    let at = time::graph_text(now);
    let detail = match fails {
        true => json!({
            "code": "internalServerError",
            "message": "The action failed on the Cloud PC.",
            "additionalInformation": [],
        }),
        false => Value::Null,
    };
    let state = if fails { "failed" } else { "done" };
    world.merge(
        &due.address,
        &due.entry,
        Body::from_iter([
            ("actionState".to_owned(), json!(state)),
            ("lastUpdatedDateTime".to_owned(), json!(at)),
            ("statusDetail".to_owned(), detail),
        ]),
    );
    let changes = effects(world, &at, due, fails);
    if !changes.is_empty() {
        world.merge(PATH, &due.machine, changes);
    }
}

/// What an action that has ended leaves behind.
fn effects(world: &mut World, at: &str, due: &Due, fails: bool) -> Body {
    let mut changes = Body::new();
    let mut set = |name: &str, value: Value| {
        changes.insert(name.to_owned(), value);
    };
    let given = |name: &str| due.parameters.get(name).filter(|value| !value.is_null()).cloned();
    let operation = due.operation.as_str();
    if matches!(operation, "reprovision" | "resize" | "restore") {
        // A machine that could not be made anew is none; the others are as they were.
        let status = if fails && operation == "reprovision" { "failed" } else { "provisioned" };
        set("status", json!(status));
        set("lastModifiedDateTime", json!(at));
    }
    if fails {
        return changes;
    }
    match operation {
        "resize" => {
            let plan = given("targetServicePlanId").unwrap_or_default();
            let id = plan.as_str().unwrap_or_default().to_owned();
            let name = world.store.get(PLANS, &id).and_then(|plan| plan.live());
            let name = name.and_then(|plan| plan.get("displayName")).cloned().unwrap_or_default();
            set("servicePlanId", plan);
            set("servicePlanName", name);
            take_licence(world, &id);
        }
        "reprovision" => {
            for name in ["userAccountType", "osVersion"] {
                if let Some(value) = given(name) {
                    set(name, value);
                }
            }
            set("provisionedDateTime", json!(at));
        }
        "changeUserAccountType" => {
            set("userAccountType", given("userAccountType").unwrap_or_default());
        }
        "powerOn" | "start" => set("powerState", json!("running")),
        "powerOff" | "stop" => set("powerState", json!("poweredOff")),
        "createSnapshot" => {
            let id = world.ids.guid();
            let snapshot = json!({
                "cloudPcId": due.machine, "createdDateTime": at, "status": "ready", "snapshotType": "manual",
            });
            world.place(SNAPSHOTS, &id, snapshot);
        }
        "restore" => {
            if let Some(id) =
                given("cloudPcSnapshotId").and_then(|id| id.as_str().map(str::to_owned))
            {
                let restored = Body::from_iter([("lastRestoredDateTime".to_owned(), json!(at))]);
                world.merge(SNAPSHOTS, &id, restored);
            }
        }
        _ => {}
    }
    changes
}

fn take_licence(world: &mut World, plan: &str) {
    let free = world.store.live(LICENSES).find_map(|(object, body)| {
        let assigned = body.get("assignedCount").and_then(Value::as_i64)?;
        let of_plan = text(body, "servicePlanId").eq_ignore_ascii_case(plan);
        of_plan.then(|| (object.id.clone(), assigned))
    });
    if let Some((id, assigned)) = free {
        let taken = Body::from_iter([("assignedCount".to_owned(), json!(assigned + 1))]);
        world.merge(LICENSES, &id, taken);
    }
}

/// Whether each of some machines could be resized (Graph page "cloudpc-validatebulkresize").
pub(crate) fn validate_bulk_resize(
    world: &mut World,
    _set: &Set,
    _id: &str,
    parameters: &Body,
) -> Result<Value, Problem> {
    let ids = parameters.get("cloudPcIds").and_then(Value::as_array).cloned().unwrap_or_default();
    let plan = text(parameters, "targetServicePlanId").to_owned();
    let resize =
        &REMOTES.iter().find(|(name, _)| *name == "resize").expect("resize is a remote action").1;
    let one = |id: &str| {
        let machine = world.store.get(PATH, id).and_then(|object| object.live());
        let Some(machine) = machine else { return "cloudPcNotFound" };
        match refuse(world, "resize", resize, id, machine, parameters) {
            Err(problem) if problem.status == 409 => "operationConflict",
            Err(_) => "operationNotSupported",
            Ok(()) if text(machine, "servicePlanId") == plan => "targetLicenseHasAssigned",
            Ok(()) => "success",
        }
    };
    let results = ids
        .iter()
        .filter_map(Value::as_str)
        .map(|id| json!({ "cloudPcId": id, "validationResult": one(id) }));
    Ok(results.collect())
}

macro_rules! actions {
    ($($function:ident: $operation:literal;)*) => {$(
        /// Starts the remote action of this name.
        pub(crate) fn $function(
            world: &mut World,
            _set: &Set,
            id: &str,
            parameters: &Body,
        ) -> Result<Value, Problem> {
            begin(world, $operation, id, parameters, None).map(|()| Value::Null)
        }
    )*};
}

actions! {
    change_user_account_type: "changeUserAccountType";
    create_snapshot: "createSnapshot";
    power_off: "powerOff";
    power_on: "powerOn";
    reboot: "reboot";
    rename: "rename";
    reprovision: "reprovision";
    resize: "resize";
    restore: "restore";
    retry_partner_agent_installation: "retryPartnerAgentInstallation";
    set_review_status: "setReviewStatus";
    start: "start";
    stop: "stop";
    troubleshoot: "troubleshoot";
}
