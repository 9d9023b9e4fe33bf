//! Cloud PCs, and what can be done to them, one by one and in bulk.

use serde_json::{Value, json};

use super::{BETA, BOTH, CLOUD_PC, Filling, Set, What, reading, rule};
use crate::mock::answer::{Problem, Service};
use crate::mock::store::Body;
use crate::mock::world::World;
use crate::mock::{cloud_pc, remote};

pub(crate) static CLOUD_PCS: Set = Set {
    path: cloud_pc::PATH,
    noun: "Cloud PC",
    type_name: "cloudPC",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BOTH,
    verbs: &["GET", "LIST"],
    access: CLOUD_PC,
    rules: &[
        rule(
            What::Runs("changeUserAccountType", remote::change_user_account_type),
            "cloudpc-changeuseraccounttype",
        ),
        rule(What::Runs("createSnapshot", remote::create_snapshot), "cloudpc-createsnapshot"),
        rule(What::Runs("endGracePeriod", cloud_pc::end_grace_period), "cloudpc-endgraceperiod"),
        rule(What::Runs("powerOff", remote::power_off), "cloudpc-poweroff"),
        rule(What::Runs("powerOn", remote::power_on), "cloudpc-poweron"),
        rule(What::Runs("reboot", remote::reboot), "cloudpc-reboot"),
        rule(What::Runs("rename", remote::rename), "cloudpc-rename"),
        rule(What::Runs("reprovision", remote::reprovision), "cloudpc-reprovision"),
        rule(What::Runs("resize", remote::resize), "cloudpc-resize"),
        rule(What::Runs("restore", remote::restore), "cloudpc-restore"),
        rule(
            What::Runs("retryPartnerAgentInstallation", remote::retry_partner_agent_installation),
            "cloudpc-retrypartneragentinstallation",
        ),
        rule(What::Runs("setReviewStatus", remote::set_review_status), "cloudpc-setreviewstatus"),
        rule(What::Runs("start", remote::start), "cloudpc-start"),
        rule(What::Runs("stop", remote::stop), "cloudpc-stop"),
        rule(What::Runs("troubleshoot", remote::troubleshoot), "cloudpc-troubleshoot"),
        rule(
            What::Runs("validateBulkResize", remote::validate_bulk_resize),
            "cloudpc-validatebulkresize",
        ),
        rule(
            What::Runs("retrieveCloudPCRemoteActionResults", reading::remote_action_results),
            "cloudpc-retrievecloudpcremoteactionresults",
        ),
        rule(
            What::Runs("retrieveCloudPcCountByStatus", reading::count_by_status),
            "cloudpc-retrievecloudpccountbystatus",
        ),
        rule(What::Runs("retrieveSnapshots", reading::snapshots_of), "cloudpc-retrievesnapshots"),
    ],
};

pub(crate) static BULK_ACTIONS: Set = Set {
    path: BULK,
    noun: "bulk action",
    type_name: "cloudPcBulkAction",
    stored_type: None,
    service: Service::CloudPc,
    singleton: false,
    versions: BETA,
    verbs: &["POST", "GET", "LIST"],
    access: CLOUD_PC,
    rules: &[
        rule(What::Required(&["cloudPcIds", "displayName"]), "virtualendpoint-post-bulkactions"),
        rule(What::Default("status", "\"pending\""), "cloudpcbulkaction"),
        rule(What::Default("scheduledDuringMaintenanceWindow", "false"), "cloudpcbulkaction"),
        rule(What::ReadOnly(&["actionSummary", "createdDateTime"]), "cloudpcbulkaction"),
        rule(
            What::Writable(&["accessTier", "reviewStatus", "storageAccountId"]),
            "virtualendpoint-post-bulkactions: given when it is made",
        ),
        rule(What::Fill(made_now), "cloudpcbulkaction"),
        rule(What::Then(begin), "cloudpcbulkaction: begins when it is made"),
        rule(What::Runs("retry", retry), "cloudpcbulkaction-retry"),
    ],
};

pub(crate) const BULK: &str = "/deviceManagement/virtualEndpoint/bulkActions";

/// Operations by the type of the bulk action; those without one on single machines are in no log.
const OPERATIONS: &[(&str, &str)] = &[
    ("cloudPcBulkCreateSnapshot", "createSnapshot"),
    ("cloudPcBulkPowerOff", "powerOff"),
    ("cloudPcBulkPowerOn", "powerOn"),
    ("cloudPcBulkReprovision", "reprovision"),
    ("cloudPcBulkResize", "resize"),
    ("cloudPcBulkRestart", "reboot"),
    ("cloudPcBulkRestore", "restore"),
    ("cloudPcBulkSetReviewStatus", "setReviewStatus"),
    ("cloudPcBulkTroubleshoot", "troubleshoot"),
];

fn made_now(body: &mut Body, filling: &mut Filling<'_>) {
    if filling.create {
        body.insert("createdDateTime".into(), json!(filling.now));
        body.insert("initiatedByUserPrincipalName".into(), json!(filling.caller));
        body.insert("actionSummary".into(), summary([0; 4]));
    }
}

fn summary([successful, failed, in_progress, pending]: [usize; 4]) -> Value {
    json!({
        "successfulCount": successful,
        "failedCount": failed,
        "inProgressCount": in_progress,
        "pendingCount": pending,
        "notSupportedCount": 0,
    })
}

fn ids(body: &Body) -> Vec<String> {
    let ids = body.get("cloudPcIds").and_then(Value::as_array).into_iter().flatten();
    ids.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Starts the action on every machine; where that is refused, the log of the machine says so.
fn begin(world: &mut World, bulk: &str) {
    let Some(body) = world.store.get(BULK, bulk).and_then(|object| object.live()).cloned() else {
        return;
    };
    start(world, bulk, &body, &ids(&body));
}

fn start(world: &mut World, bulk: &str, body: &Body, on: &[String]) {
    let kind = body.get("@odata.type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let found = OPERATIONS.iter().find(|(type_name, _)| *type_name == kind);
    let operation = found.map_or("troubleshoot", |(_, operation)| *operation);
    for id in on {
        if let Err(problem) = remote::begin(world, operation, id, body, Some(bulk)) {
            remote::log_refusal(world, operation, id, &problem, bulk);
        }
    }
}

/// Repeats it for some of its machines.
fn retry(world: &mut World, _set: &Set, id: &str, parameters: &Body) -> Result<Value, Problem> {
    let body = world.store.get(BULK, id).and_then(|object| object.live()).cloned();
    let body = body.ok_or_else(|| Problem::not_found("bulk action", id))?;
    let wanted = ids(parameters);
    if wanted.iter().any(|id| !ids(&body).iter().any(|own| own.eq_ignore_ascii_case(id))) {
        return Err(Problem::bad_request("A Cloud PC is not of this bulk action."));
    }
    world.merge(BULK, id, Body::from_iter([("status".to_owned(), json!("pending"))]));
    start(world, id, &body, &wanted);
    Ok(Value::Null)
}

/// Counts how far bulk actions are, and ends those that are through.
pub(crate) fn tick(world: &mut World) {
    let pending: Vec<(String, Vec<String>)> = world
        .store
        .live(BULK)
        .filter(|(_, body)| body.get("status").and_then(Value::as_str) == Some("pending"))
        .map(|(object, body)| (object.id.clone(), ids(body)))
        .collect();
    for (id, machines) in pending {
        let mut counts = [0; 4];
        for machine in &machines {
            let address = cloud_pc::results_of(machine);
            let log = world.store.live(&address);
            let own = log.filter(|(entry, _)| entry.hidden.get("bulk") == Some(&id));
            // The newest entry counts: an earlier one was retried.
            let state = own.last().and_then(|(_, body)| body.get("actionState")?.as_str());
            let place = match state {
                Some("done") => 0,
                Some("active") => 2,
                None => 3,
                Some(_) => 1,
            };
            counts[place] += 1;
        }
        let status = match counts {
            [_, 0, 0, 0] => "succeeded",
            [_, _, 0, 0] => "failed",
            _ => "pending",
        };
        let changes = Body::from_iter([
            ("status".to_owned(), json!(status)),
            ("actionSummary".to_owned(), summary(counts)),
        ]);
        let old = world.store.get(BULK, &id).and_then(|object| object.live());
        if !old.is_some_and(|old| changes.iter().all(|(name, value)| old.get(name) == Some(value)))
        {
            world.merge(BULK, &id, changes);
        }
    }
}
