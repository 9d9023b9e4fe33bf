//! How much more is sent to a service that fails than to one that does not.
//!
//! In an outage one request tells an operation (a create, update, refresh or delete that Terraform asks for) all that there is to know,
//! so amplification is requests ÷ operations there. While half of all requests fail at random it is requests ÷ requests that the same run
//! sends in fine weather. `cargo test --test it amplification -- --nocapture` prints the figures.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::{Value as Json, json};
use tokio::time::Instant;
use windows365::graph::scripted::Sequence;
use windows365::graph::{Random as _, Runtime, Transport, TransportError};

use super::throttling::all;
use crate::lifecycle::run::{GROUP, Resource, Run, configured, world};

const SETTING: &str = "windows365_user_setting";
const SETTINGS: &str = "/deviceManagement/virtualEndpoint/userSettings";
/// As many operations as Terraform runs side by side.
const PARALLEL: usize = 10;

/// What becomes of requests to Graph; the sign-in goes on.
#[derive(Clone, Copy, Debug)]
enum Sky {
    Fine,
    /// Everything is answered so.
    Status(u16, Option<&'static str>),
    /// No connection can be made.
    Refused,
    /// Every connection breaks off.
    Cut,
    /// No answer ever comes.
    Silent,
    /// Every second request fails, whether it was done or not.
    Half,
}

struct Weather {
    wire: Arc<dyn Transport>,
    sky: Mutex<Sky>,
    random: Sequence,
    sent: AtomicUsize,
}

impl Weather {
    fn turns(&self, sky: Sky) {
        *self.sky.lock().unwrap() = sky;
    }

    /// Requests since the last time that this was asked.
    fn sent(&self) -> usize {
        self.sent.swap(0, Ordering::SeqCst)
    }
}

fn reply(status: u16, wait: Option<&str>) -> Result<http::Response<Bytes>, TransportError> {
    let body = json!({"error": {"code": "ServiceUnavailable", "message": "Later."}}).to_string();
    let mut builder = http::Response::builder().status(status);
    if let Some(wait) = wait {
        builder = builder.header("Retry-After", wait);
    }
    Ok(builder.body(Bytes::from(body)).unwrap())
}

#[async_trait]
impl Transport for Weather {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        if request.uri().path().contains("/oauth2/") {
            return self.wire.send(request).await;
        }
        self.sent.fetch_add(1, Ordering::SeqCst);
        let sky = *self.sky.lock().unwrap();
        match sky {
            Sky::Fine => self.wire.send(request).await,
            Sky::Status(status, wait) => reply(status, wait),
            Sky::Refused => Err(TransportError::unsent("connection refused")),
            Sky::Cut => Err(TransportError::cut("connection reset")),
            Sky::Silent => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                Err(TransportError {
                    timeout: true,
                    ..TransportError::cut("no answer came in time")
                })
            }
            Sky::Half => {
                let number = self.random.next();
                if number.is_multiple_of(2) {
                    return self.wire.send(request).await;
                }
                if (number >> 1).is_multiple_of(2) {
                    self.wire.send(request).await?;
                }
                match (number >> 8) % 5 {
                    0 => Err(TransportError::cut("connection reset")),
                    kind => reply([500, 502, 503, 504][usize::try_from(kind).unwrap() - 1], None),
                }
            }
        }
    }
}

/// A tenant, a provider, and the weather between them.
fn under(seed: u64) -> (Run, Arc<Weather>) {
    let (mock, runtime) = world();
    let weather = Arc::new(Weather {
        wire: runtime.transport.clone(),
        sky: Mutex::new(Sky::Fine),
        random: Sequence::new(seed),
        sent: AtomicUsize::new(0),
    });
    let runtime = Runtime { transport: weather.clone(), ..runtime };
    let (server, findings) = configured(&json!({}), mock.environment(), runtime);
    assert!(findings.is_empty(), "{findings:?}");
    (Run { mock, server }, weather)
}

fn name(number: usize) -> String {
    format!("Setting {number:03}")
}

fn setting(number: usize, admin: bool) -> Json {
    json!({
        "display_name": name(number),
        "local_admin_enabled": admin,
        "assignments": [{"group_id": GROUP}],
    })
}

/// What Terraform asks of a resource.
#[derive(Clone, Copy, Debug)]
enum Operation {
    Create,
    Update,
    Refresh,
    Destroy,
}

/// Asks the same of all resources, some of them side by side; the findings, in their order.
async fn ask<'r>(resources: &mut Vec<Resource<'r>>, operation: Operation) -> Vec<String> {
    let waiting: Mutex<VecDeque<_>> = Mutex::new(resources.drain(..).enumerate().collect());
    let next = || waiting.lock().unwrap().pop_front();
    let worker = async || {
        let mut done = Vec::new();
        while let Some((number, mut resource)) = next() {
            let findings = match operation {
                Operation::Create => resource.apply(&setting(number, false)).await,
                Operation::Update => resource.apply(&setting(number, true)).await,
                Operation::Refresh => resource.refresh().await,
                Operation::Destroy => resource.destroy().await,
            };
            done.push((number, resource, findings));
        }
        done
    };
    let mut done: Vec<_> =
        all((0..PARALLEL).map(|_| worker())).await.into_iter().flatten().collect();
    done.sort_by_key(|(number, ..)| *number);
    let (back, findings): (Vec<_>, Vec<_>) =
        done.into_iter().map(|(_, resource, findings)| (resource, findings)).unzip();
    *resources = back;
    findings
}

async fn in_fine_weather(resources: &mut Vec<Resource<'_>>, operation: Operation) {
    for findings in ask(resources, operation).await {
        assert_eq!(findings, "", "{operation:?}");
    }
}

/// Every object is known to somebody, and there is none twice.
fn nothing_is_lost_or_doubled(run: &Run, resources: &[Resource<'_>], told: &str) {
    let mut names = BTreeMap::new();
    for object in run.mock.objects(SETTINGS) {
        let (id, name) = (object["id"].as_str().unwrap(), object["displayName"].as_str().unwrap());
        let known = resources.iter().any(|resource| resource.id() == id);
        assert!(known || told.contains(&format!("\"{name}\"")), "{id} is an orphan");
        *names.entry(name.to_owned()).or_insert(0) += 1;
    }
    assert!(names.values().all(|count| *count == 1), "{names:?}");
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn ratio(requests: usize, of: usize) -> f64 {
    requests as f64 / of as f64
}

const OUTAGES: [Sky; 10] = [
    Sky::Status(503, None),
    Sky::Status(503, Some("5")),
    Sky::Status(500, None),
    Sky::Status(502, None),
    Sky::Status(504, None),
    Sky::Status(408, None),
    Sky::Refused,
    Sky::Cut,
    Sky::Silent,
    Sky::Status(599, None),
];

/// As many operations of each kind.
const OPERATIONS: usize = 200;

#[tokio::test(start_paused = true)]
async fn f45_no_outage_is_amplified_whatever_is_asked_for() {
    for outage in OUTAGES {
        let (run, weather) = under(1);
        // The sign-in and a first listing come before, as when the outage begins in the middle.
        let mut first = run.resource(SETTING);
        assert_eq!(first.apply(&setting(999, false)).await, "");
        let mut resources: Vec<_> = (0..OPERATIONS).map(|_| run.resource(SETTING)).collect();
        let mut figures = Vec::new();
        for operation in
            [Operation::Create, Operation::Update, Operation::Refresh, Operation::Destroy]
        {
            weather.turns(outage);
            weather.sent();
            let started = Instant::now();
            let findings = ask(&mut resources, operation).await;
            let (sent, took) = (weather.sent(), started.elapsed());
            for (number, findings) in findings.iter().enumerate() {
                assert!(
                    findings.contains(&name(number)),
                    "{outage:?}, {operation:?} of {number}: {findings:?}"
                );
            }
            let known = resources.iter().filter(|resource| !resource.id().is_empty()).count();
            let expected = if matches!(operation, Operation::Create) { 0 } else { OPERATIONS };
            assert_eq!(known, expected, "{outage:?}, {operation:?}");
            figures.push((operation, ratio(sent, OPERATIONS), took));
            weather.turns(Sky::Fine);
            in_fine_weather(&mut resources, operation).await;
            nothing_is_lost_or_doubled(&run, &resources, "\"Setting 999\"");
        }
        for (operation, amplification, took) in &figures {
            eprintln!(
                "{outage:?}, {operation:?}: {amplification:.2} × in {:.0} s",
                took.as_secs_f64()
            );
        }
        for (operation, amplification, _) in figures {
            assert!(amplification <= 1.2, "{outage:?}, {operation:?}: {amplification}");
        }
    }
}

/// As many resources while half of all requests fail.
const HALF: usize = 60;

#[tokio::test(start_paused = true)]
async fn f48_half_of_all_requests_fail_and_little_more_is_sent() {
    let (run, weather) = under(1);
    let mut resources: Vec<_> = (0..HALF).map(|_| run.resource(SETTING)).collect();
    let all = [Operation::Create, Operation::Update, Operation::Refresh, Operation::Destroy];
    let mut fine = Vec::new();
    for operation in all {
        weather.sent();
        in_fine_weather(&mut resources, operation).await;
        fine.push(weather.sent());
    }
    let mut sum = 0.0;
    for seed in 0..10 {
        for (operation, fine) in all.into_iter().zip(&fine) {
            let (run, weather) = under(seed);
            let mut resources: Vec<_> = (0..HALF).map(|_| run.resource(SETTING)).collect();
            match operation {
                Operation::Create => {}
                _ => in_fine_weather(&mut resources, Operation::Create).await,
            }
            weather.turns(Sky::Half);
            weather.sent();
            let started = Instant::now();
            let findings = ask(&mut resources, operation).await;
            let amplification = ratio(weather.sent(), *fine);
            sum += amplification;
            assert!(amplification <= 2.2, "seed {seed}, {operation:?}: {amplification}");
            let good = findings.iter().filter(|findings| findings.is_empty()).count();
            eprintln!(
                "half, seed {seed}, {operation:?}: {amplification:.2} ×, {good} of {HALF} end well, {:.0} s",
                started.elapsed().as_secs_f64()
            );
            // Giving up at once would be cheaper still.
            assert!(good * 6 >= HALF, "seed {seed}, {operation:?}: {good} of {HALF} end well");
            nothing_is_lost_or_doubled(&run, &resources, &findings.concat());
        }
    }
    eprintln!("half: {:.2} × in the mean", sum / 40.0);
}
