//! Work for the tenant that goes on after the answer: exports of reports, imports of snapshots, switching the service on and off.

use jiff::SignedDuration;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{BETA, CLOUD_PC, Filling, Set, What, rule};
use crate::mock::answer::{Problem, Service};
use crate::mock::store::Body;
use crate::mock::time;
use crate::mock::world::World;

const EXPORTS: &str = "/deviceManagement/virtualEndpoint/reports/exportJobs";
const SNAPSHOTS: &str = "/deviceManagement/virtualEndpoint/snapshots";
const IMPORTS: &str = "/deviceManagement/virtualEndpoint/snapshots/retrieveSnapshotImportResults";
const SWITCHED: &str = "/deviceManagement/virtualEndpoint/retrieveOrganizationActionDetail";

// The list cannot be read, only one job (permission list).
pub(crate) static EXPORT_JOBS: Set = Set {
    path: EXPORTS,
    noun: "export job",
    type_name: "cloudPcExportJob",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BETA,
    verbs: &["POST", "GET"],
    access: CLOUD_PC,
    rules: &[
        rule(What::Required(&["reportName"]), "cloudpcreports-post-exportjobs"),
        rule(What::Default("exportJobStatus", "\"notStarted\""), "cloudpcexportjob"),
        rule(What::Default("format", "\"csv\""), "cloudpcreports-post-exportjobs"),
        rule(
            What::ReadOnly(&["exportUrl", "expirationDateTime", "requestDateTime"]),
            "cloudpcexportjob",
        ),
        rule(What::Fill(requested_now), "cloudpcexportjob"),
    ],
};

fn requested_now(body: &mut Body, filling: &mut Filling<'_>) {
    if filling.create {
        body.insert("requestDateTime".into(), json!(filling.now));
    }
}

fn text<'b>(body: &'b Body, name: &str) -> &'b str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Ids of what is in `state` and has been since long enough.
fn over(
    world: &World,
    path: &str,
    (property, states): (&str, &[&str]),
    since: &str,
) -> Vec<String> {
    let takes = SignedDuration::from_secs(world.switches.remote_action_seconds);
    let now = world.now();
    let old = |body: &Body| {
        let begun = text(body, since).parse::<Timestamp>();
        begun.is_ok_and(|begun| now.duration_since(begun) >= takes)
    };
    let live = world.store.live(path);
    live.filter(|(_, body)| states.contains(&text(body, property)) && old(body))
        .map(|(object, _)| object.id.clone())
        .collect()
}

/// Ends what has gone on long enough.
pub(crate) fn tick(world: &mut World) {
    let at = time::graph_text(world.now());
    for id in over(world, EXPORTS, ("exportJobStatus", &["notStarted"]), "requestDateTime") {
        let done = json!({
            "exportJobStatus": "completed",
            // Whoever has this address needs no sign-in.
            "exportUrl": format!("https://reports.mock.invalid/{id}.zip?sig=planted-signature"),
            "expirationDateTime": at,
        });
        merge(world, EXPORTS, &id, done);
    }
    for id in over(world, IMPORTS, ("importStatus", &["inProgress"]), "startDateTime") {
        merge(world, IMPORTS, &id, json!({ "importStatus": "succeeded", "endDateTime": at }));
        let snapshot = json!({ "cloudPcId": "", "createdDateTime": at, "status": "ready", "snapshotType": "manual" });
        world.place(SNAPSHOTS, &id, snapshot);
    }
    for id in over(world, SWITCHED, ("status", &["inProgress"]), "begun") {
        merge(world, SWITCHED, &id, json!({ "status": "succeeded" }));
    }
}

fn merge(world: &mut World, path: &str, id: &str, changes: Value) {
    if let Value::Object(changes) = changes {
        world.merge(path, id, changes);
    }
}

/// Imports a disk (Graph page "cloudpcsnapshot-importsnapshot").
pub(crate) fn import_snapshot(
    world: &mut World,
    _set: &Set,
    _id: &str,
    parameters: &Body,
) -> Result<Value, Problem> {
    let files = parameters.get("sourceFiles").and_then(Value::as_array);
    if text(parameters, "assignedUserId").is_empty() || files.is_none_or(Vec::is_empty) {
        return Err(Problem::bad_request("The assignedUserId and sourceFiles are required."));
    }
    let id = world.ids.guid();
    let result = json!({
        "snapshotId": id,
        "assignedUserPrincipalName": format!("{}@northgate.onmicrosoft.com", text(parameters, "assignedUserId")),
        "filename": "disk.vhd",
        "importStatus": "inProgress",
        "usageStatus": "notUsed",
        "policyName": "",
        "additionalDetail": "",
        "startDateTime": time::graph_text(world.now()),
        "endDateTime": null,
    });
    world.place(IMPORTS, &id, result.clone());
    Ok(result)
}

/// How an import goes.
pub(crate) fn import_results(
    world: &mut World,
    _set: &Set,
    _id: &str,
    parameters: &Body,
) -> Result<Value, Problem> {
    let wanted = text(parameters, "snapshotId");
    let live = world.store.live(IMPORTS).filter(|(object, _)| object.id == wanted);
    Ok(live.map(|(_, body)| Value::Object(body.clone())).collect())
}

/// Deletes imported snapshots (Graph page "cloudpcsnapshot-purgeimportedsnapshot").
pub(crate) fn purge_imported(
    world: &mut World,
    _set: &Set,
    _id: &str,
    parameters: &Body,
) -> Result<Value, Problem> {
    let ids = parameters.get("snapshotIds").and_then(Value::as_array).cloned().unwrap_or_default();
    let ids: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
    if let Some(unknown) = ids.iter().find(|id| world.store.get(IMPORTS, id).is_none()) {
        return Err(Problem::not_found("imported snapshot", unknown));
    }
    let now = world.now();
    for id in ids {
        world.store.delete(IMPORTS, id, now);
        world.store.delete(SNAPSHOTS, id, now);
    }
    Ok(Value::Null)
}

/// Switches Windows 365 on or off for the tenant (Graph page "cloudpc-organizationaction").
pub(crate) fn organization_action(
    world: &mut World,
    _set: &Set,
    _id: &str,
    parameters: &Body,
) -> Result<Value, Problem> {
    let kind = text(parameters, "actionType").to_owned();
    let begun = time::graph_text(world.now());
    let detail = json!({ "status": "inProgress", "errorDescription": "" });
    let mut kept = detail.clone();
    kept["begun"] = json!(begun);
    world.place(SWITCHED, &kind, kept);
    Ok(detail)
}

/// How far that is.
pub(crate) fn organization_detail(
    world: &mut World,
    _set: &Set,
    _id: &str,
    parameters: &Body,
) -> Result<Value, Problem> {
    let kind = text(parameters, "actionType");
    let found = world.store.get(SWITCHED, kind).and_then(|object| object.live());
    let body = found.ok_or_else(|| Problem::not_found("organization action", kind))?;
    Ok(json!({ "status": body.get("status"), "errorDescription": body.get("errorDescription") }))
}
