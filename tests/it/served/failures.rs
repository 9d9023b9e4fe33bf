//! One request of a create goes wrong, each in turn and each in several ways: whatever happens, what is in the tenant is in the state.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use windows365::mock::{Effect, Fault};

use super::table::{Case, with};
use super::tenant::{Tenant, each};
use crate::minicore::{ApplyCall, Catalog, Diags, ObjectAnswer, Phase};

/// How many processes run side by side for one entity.
const PROCESSES: usize = 3;

/// How often a fault of this kind hits.
const ALWAYS: u32 = 10_000;

/// A request that a create makes, as faults name it.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    method: String,
    path: String,
    /// Which of those with this method and path.
    nth: u32,
}

/// A way for it to go wrong.
#[derive(Clone, Debug)]
struct Trouble {
    effect: Effect,
    times: u32,
    /// Whether the new object cannot be deleted either.
    stuck: bool,
}

fn troubles() -> Vec<Trouble> {
    let trouble = |effect, times, stuck| Trouble { effect, times, stuck };
    vec![
        trouble(Effect::status(500), 1, false),
        trouble(Effect::status(500), ALWAYS, false),
        trouble(Effect::status(403), ALWAYS, false),
        trouble(Effect::status(403), ALWAYS, true),
        trouble(Effect::Reset, 1, false),
        trouble(Effect::ActThenReset, 1, false),
        trouble(Effect::ActThenReset, ALWAYS, false),
    ]
}

/// The configuration, with little time for what goes wrong all the time.
fn config(case: &Case) -> Json {
    with(case.whole.create.clone(), json!({ "timeouts": { "create": "6s" } }))
}

/// Creates an object in one process, with faults that come once it is planned.
async fn create(tenant: &Tenant, case: &Case, faults: Vec<Fault>) -> Result<ObjectAnswer, Diags> {
    let session = tenant.core.session(Phase::Apply).await?;
    let config = tenant.core.config(case.name, &config(case))?;
    let plan = tenant.core.plan_change(&session, case.name, &config).await?;
    faults.into_iter().for_each(|fault| tenant.mock.fault(fault));
    let call: ApplyCall = plan.as_create(config);
    let answer = session.apply(case.name, &call).await;
    session.close().await;
    Ok(answer)
}

/// The requests of a create in which nothing goes wrong.
async fn steps(case: &Case, catalog: &Arc<Catalog>) -> Vec<Step> {
    let tenant = Tenant::another(case, catalog).await;
    let answer = create(&tenant, case, Vec::new()).await.unwrap();
    assert!(!answer.diags.has_error(), "{}", answer.diags);
    let id = answer.value.get("id");
    let id = id.as_str().unwrap();
    let mut steps: Vec<Step> = Vec::new();
    for request in tenant.requests() {
        let path = request.path.trim_start_matches("/beta").replace(id, "{id}");
        let same = steps.iter().filter(|it| it.method == request.method && it.path == path).count();
        let nth = u32::try_from(same).unwrap() + 1;
        steps.push(Step { method: request.method, path, nth });
    }
    steps
}

/// Nothing is made without being in the state, and nothing is in the state that is not there.
async fn attempt(case: &Case, catalog: &Arc<Catalog>, step: &Step, trouble: &Trouble) {
    let tenant = Tenant::another(case, catalog).await;
    let fault = Fault::once(&step.method, &step.path, trouble.effect.clone());
    let mut faults = vec![fault.nth(step.nth).times(trouble.times)];
    if trouble.stuck {
        let path = format!("{}/{{id}}", case.path);
        faults.push(Fault::once("DELETE", &path, Effect::status(403)).times(ALWAYS));
    }
    let answer = create(&tenant, case, faults).await.unwrap();
    let what = format!("{}: {step:?}, {trouble:?}: {}", case.name, answer.diags);
    assert!(tenant.requests().iter().any(|it| it.faulted), "nothing went wrong: {what}");

    let made: Vec<Json> = tenant.made().into_iter().map(|it| it["id"].clone()).collect();
    let known: Vec<Json> = match answer.value.is_null() {
        true => Vec::new(),
        false => vec![answer.value.get("id").to_json()],
    };
    assert_eq!(known, made, "state and tenant disagree: {what}");
    assert!(!known.is_empty() || answer.diags.has_error(), "lost in silence: {what}");
    if let [id] = known.as_slice() {
        assert!(answer.value.is_wholly_known(), "{what}");
        assert!(answer.identity.is_some(), "an object without identity: {what}");
        if answer.diags.has_error() {
            let id = id.as_str().unwrap();
            assert!(answer.diags.0.iter().any(|it| it.detail.contains(id)), "{id}: {what}");
        }
    }
    tenant.core.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_fails_anywhere_leaves_nothing_that_nobody_knows() {
    each(|case| async move {
        let catalog = Arc::clone(&Tenant::of(&case).await.core.catalog);
        let steps = steps(&case, &catalog).await;
        let writes = steps.iter().filter(|it| it.method != "GET").count();
        let assigns = case.whole.create.get("assignments").is_some();
        assert_eq!(writes, if assigns { 2 } else { 1 }, "{steps:?}");

        let turns = Arc::new(Semaphore::new(PROCESSES));
        let mut attempts = JoinSet::new();
        for (step, trouble) in
            steps.iter().flat_map(|step| troubles().into_iter().map(move |it| (step.clone(), it)))
        {
            let (case, catalog, turns) = (case.clone(), Arc::clone(&catalog), Arc::clone(&turns));
            attempts.spawn(async move {
                let _turn = turns.acquire().await.unwrap();
                attempt(&case, &catalog, &step, &trouble).await;
            });
        }
        let mut failed = 0;
        while let Some(attempt) = attempts.join_next().await {
            failed += usize::from(attempt.is_err());
        }
        assert_eq!(failed, 0, "{}", case.name);
    })
    .await;
}
