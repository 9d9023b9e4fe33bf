//! The service is overloaded, or says that we are too fast. Time is virtual, and so are the seconds counted here.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::time::Instant;
use windows365::graph::Random as _;
use windows365::graph::scripted::Sequence;
use windows365::mock::{Effect, Fault, LoggedRequest, Scripted};

use crate::lifecycle::run::{GROUP, Run, meanwhile};
use crate::lifecycle::{Life, all_lives, made};

const SETTINGS: &str = "/deviceManagement/virtualEndpoint/userSettings";
const SECOND: Duration = Duration::from_secs(1);

fn setting(number: usize) -> Json {
    json!({
        "display_name": format!("Setting {number}"),
        "local_admin_enabled": true,
        "assignments": [{"group_id": GROUP}],
        "timeouts": {"create": "30m"},
    })
}

/// What came of the create of one setting.
struct Created {
    findings: String,
    id: String,
}

/// Creates settings as Terraform does: at most `parallel` at the same time.
async fn create_all(run: &Run, numbers: std::ops::Range<usize>, parallel: usize) -> Vec<Created> {
    let numbers = Mutex::new(numbers);
    let next = || numbers.lock().unwrap().next();
    let worker = async || {
        let mut created = Vec::new();
        while let Some(number) = next() {
            let mut resource = run.resource("windows365_user_setting");
            let findings = resource.apply(&setting(number)).await;
            created.push(Created { findings, id: resource.id() });
        }
        created
    };
    all((0..parallel).map(|_| worker())).await.into_iter().flatten().collect()
}

/// Polls all at once, in order.
pub(super) async fn all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut futures: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|cx| {
        for (future, output) in futures.iter_mut().filter(|(_, output)| output.is_none()) {
            if let std::task::Poll::Ready(value) = future.as_mut().poll(cx) {
                *output = Some(value);
            }
        }
        match futures.iter().all(|(_, output)| output.is_some()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    futures.into_iter().filter_map(|(_, output)| output).collect()
}

/// Requests to Graph, without those to the token service.
fn requests(run: &Run) -> Vec<LoggedRequest> {
    let requests = run.mock.requests().into_iter();
    requests.filter(|request| !request.path.contains("/oauth2/")).collect()
}

/// How many requests to Graph there were, and how many of them were answered 429.
fn calls_and_refusals(run: &Run) -> (usize, usize) {
    let requests = requests(run);
    (requests.len(), requests.iter().filter(|request| request.status == 429).count())
}

fn nothing_failed(created: &[Created]) {
    for created in created {
        assert_eq!(created.findings, "");
    }
}

fn no_name_twice(run: &Run) {
    let mut names = BTreeMap::new();
    for object in run.mock.objects(SETTINGS) {
        *names.entry(object["displayName"].to_string()).or_insert(0) += 1;
    }
    assert!(names.values().all(|count| *count == 1), "{names:?}");
}

#[tokio::test(start_paused = true)]
async fn f44_a_thousand_creates_keep_to_the_real_limits() {
    let run = Run::new();
    run.mock.switch(|switches| switches.throttling = true);
    let started = Instant::now();
    let created = create_all(&run, 0..1_000, 10).await;
    let seconds = started.elapsed().as_secs_f64();
    nothing_failed(&created);
    assert_eq!(run.mock.objects(SETTINGS).len(), 1_000);
    assert_eq!(run.count("POST"), 2_000, "a create and an assignment for each");
    // A hundred writes in twenty seconds.
    let floor = 2_000.0 / 100.0 * 20.0;
    assert!(seconds <= 1.15 * floor, "{seconds} s instead of {floor} s");
    let (calls, refused) = calls_and_refusals(&run);
    assert!(refused * 50 <= calls, "{refused} of {calls} calls were refused");
    eprintln!("1,000 creates: {seconds} s of {floor} s, {refused} of {calls} calls refused");
}

#[tokio::test(start_paused = true)]
async fn f44_two_hundred_resources_at_once_keep_to_the_real_limits() {
    let run = Run::new();
    run.mock.switch(|switches| switches.throttling = true);
    nothing_failed(&create_all(&run, 0..200, 200).await);
    let (calls, refused) = calls_and_refusals(&run);
    assert!(refused * 50 <= calls, "{refused} of {calls} calls were refused");
}

#[tokio::test(start_paused = true)]
async fn f15_two_processes_of_one_app_come_to_share_its_limits() {
    let run = Run::new();
    let alias = run.alias();
    run.mock.switch(|switches| switches.throttling = true);
    let started = Instant::now();
    let both = tokio::join!(create_all(&run, 0..500, 10), create_all(&alias, 500..1_000, 10));
    let seconds = started.elapsed().as_secs_f64();
    nothing_failed(&both.0);
    nothing_failed(&both.1);
    no_name_twice(&run);
    let (calls, refused) = calls_and_refusals(&run);
    eprintln!("two processes: {seconds} s, {refused} of {calls} calls refused");
    assert!(refused > 0, "neither knows of the other but by being refused");
    assert!(refused * 50 <= calls, "{refused} of {calls} calls were refused");
    assert!(seconds <= 1.5 * 400.0, "{seconds} s");
}

/// A refusal that asks for ten seconds, by its header or only in the message that Intune nests.
fn refusal(nested: bool) -> Effect {
    let (headers, body) = match nested {
        false => (vec![("Retry-After".to_owned(), "10".to_owned())], json!("$standard")),
        true => {
            let message =
                json!({"Message": "busy", "RetryAfter": 10, "HttpHeaders": "{}"}).to_string();
            let error = json!({"code": "TooManyRequests", "message": message});
            (Vec::new(), json!({ "error": error }))
        }
    };
    Effect::Reply(Scripted { status: 429, headers, body })
}

/// Lets everything about the objects of an entity be refused from now on.
fn refuses(run: &Run, life: &Life, nested: bool) {
    for below in ["", "/{id}", "/{id}/{below}"] {
        let path = format!("{}{below}", life.path);
        run.mock.fault(Fault::once("*", &path, refusal(nested)).times(u32::MAX));
    }
}

/// How many requests were refused. Nothing was sent while the service wanted to be left alone.
#[track_caller]
fn refused(run: &Run, life: &Life) -> usize {
    let requests = requests(run);
    let mut held_until = None;
    for request in &requests {
        assert!(held_until.is_none_or(|until| request.at >= until), "{} {request:?}", life.name);
        held_until = (request.status == 429).then(|| request.at + 10 * SECOND).max(held_until);
    }
    requests.iter().filter(|request| request.status == 429).count()
}

#[tokio::test(start_paused = true)]
async fn f41_f43_every_entity_outlasts_throttling_whatever_tells_of_it() {
    for life in all_lives() {
        for (nested, minutes) in [(false, 5), (true, 1)] {
            let run = Run::of(life.name);
            refuses(&run, &life, nested);
            let mut resource = run.resource(life.name);
            let apply = resource.apply(&life.create);
            let findings =
                meanwhile(apply, 60 * minutes * SECOND, || run.mock.clear_faults()).await;
            assert_eq!(findings, "", "{}", life.name);
            assert_eq!(made(&run, &life).len(), 1, "{}", life.name);
            let minutes = usize::try_from(minutes).unwrap();
            let refused = refused(&run, &life);
            assert!((5 * minutes..=6 * minutes + 1).contains(&refused), "{}: {refused}", life.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f41_f43_every_entity_is_left_alone_in_reads_imports_and_deletions_too() {
    for nested in [false, true] {
        for life in all_lives() {
            let run = Run::of(life.name);
            let mut resource = run.resource(life.name);
            assert_eq!(resource.apply(&life.create).await, "", "{}", life.name);
            run.mock.clear_requests();
            let end = || run.mock.clear_faults();
            refuses(&run, &life, nested);
            assert_eq!(meanwhile(resource.refresh(), 25 * SECOND, end).await, "", "{}", life.name);
            refuses(&run, &life, nested);
            let mut imported = run.resource(life.name);
            let name = ["display_name", "partner_id"].map(|name| life.create[name].as_str());
            let import = match name.into_iter().flatten().next() {
                Some(name) => format!("name:{name}"),
                // There is only one, whatever it is called.
                None => resource.id(),
            };
            let import = imported.import(&import);
            assert_eq!(meanwhile(import, 25 * SECOND, end).await, "", "{}", life.name);
            refuses(&run, &life, nested);
            let left = meanwhile(resource.destroy(), 25 * SECOND, end).await;
            assert!(!left.contains("Error") && resource.state.is_null(), "{}: {left}", life.name);
            assert_eq!(made(&run, &life).is_empty(), left.is_empty(), "{}: {left}", life.name);
            assert!(refused(&run, &life) >= 6, "{}", life.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f41_a_run_that_ends_while_it_is_throttled_says_what_it_waited_for() {
    let run = Run::new();
    let refusal = Effect::Reply(Scripted {
        status: 429,
        headers: vec![("Retry-After".to_owned(), "200".to_owned())],
        body: json!("$standard"),
    });
    run.mock.fault(Fault::once("POST", SETTINGS, refusal));
    let mut resource = run.resource("windows365_user_setting");
    let mut config = setting(1);
    config["timeouts"] = json!({"create": "2m"});
    let findings = resource.apply(&config).await;
    assert!(findings.contains("because Graph throttles this app"), "{findings}");
    assert!(findings.contains("with 2"), "the wait is told: {findings}");
    assert!(resource.state.is_null() && run.mock.objects(SETTINGS).is_empty());
}

/// Every request for a user setting is answered like this from now on.
fn outage(run: &Run, effect: &Effect) {
    for below in ["", "/{id}", "/{id}/assign"] {
        let path = format!("{SETTINGS}{below}");
        run.mock.fault(Fault::once("*", &path, effect.clone()).times(u32::MAX));
    }
}

#[tokio::test(start_paused = true)]
async fn f45_an_outage_ends_a_run_early_and_is_not_amplified() {
    let overloaded = |wait: &[&str]| {
        let header = |wait: &&str| ("Retry-After".to_owned(), (*wait).to_owned());
        let headers = wait.iter().map(header).collect();
        Effect::Reply(Scripted { status: 503, headers, body: json!("$standard") })
    };
    for effect in [overloaded(&["5"]), overloaded(&[])] {
        let run = Run::new();
        // The sign-in happens before, and a first listing, as when the outage begins in the middle.
        let mut first = run.resource("windows365_user_setting");
        assert_eq!(first.apply(&setting(0)).await, "");
        run.mock.clear_requests();
        outage(&run, &effect);
        let started = Instant::now();
        let created = create_all(&run, 1..201, 10).await;
        assert!(started.elapsed() < 300 * SECOND, "{:?}", started.elapsed());
        for created in &created {
            assert!(
                created.findings.contains("503") && created.id.is_empty(),
                "{}",
                created.findings
            );
        }
        let calls = requests(&run).len();
        eprintln!("outage: {calls} calls for 200 creates");
        assert!(calls <= 240, "{calls} calls for 200 creates");
        run.mock.clear_faults();
        nothing_failed(&create_all(&run, 1..201, 10).await);
        no_name_twice(&run);
    }
}

#[tokio::test(start_paused = true)]
async fn f48_half_of_all_calls_fail_and_nothing_is_doubled_or_lost() {
    for seed in 0..5 {
        let run = Run::new();
        let random = Sequence::new(seed);
        let broken = |status, act| {
            let reply = Scripted { status, headers: Vec::new(), body: json!("$standard") };
            if act { Effect::ActThenReply(reply) } else { Effect::Reply(reply) }
        };
        for below in ["", "/{id}", "/{id}/assign"] {
            let path = format!("{SETTINGS}{below}");
            for nth in (1..600).filter(|_| random.next().is_multiple_of(2)) {
                let status = [500, 502, 504][usize::try_from(random.next() % 3).unwrap()];
                let effect = broken(status, random.next().is_multiple_of(2));
                run.mock.fault(Fault::once("*", &path, effect).nth(nth));
            }
        }
        let created = create_all(&run, 0..60, 10).await;
        no_name_twice(&run);
        let told: String = created.iter().map(|created| created.findings.as_str()).collect();
        for object in run.mock.objects(SETTINGS) {
            let id = object["id"].as_str().unwrap();
            let name = object["displayName"].as_str().unwrap();
            let known = created.iter().any(|created| created.id == id);
            assert!(known || told.contains(&format!("\"{name}\"")), "{id} is an orphan");
        }
    }
}
