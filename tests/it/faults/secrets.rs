//! Canaries in every secret, looked for in everything that is said, kept or logged.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use windows365::graph::{ClientConfig, Credential, HttpOptions, Request, Secret, Version};
use windows365::mock::{Effect, Fault, Scripted};
use windows365::tf::{Attribute, Kind, Type};

use crate::lifecycle::run::Run;
use crate::lifecycle::{Life, lives};
use crate::support::tenant;

/// Everything that is logged, spans included, at every level and by everybody.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.lock().unwrap().push_str(&format!("{field}={value:?}\n"));
    }
}

impl<S: tracing::Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        event.record(&mut self.clone());
    }

    fn on_new_span(
        &self,
        attributes: &tracing::span::Attributes<'_>,
        _: &tracing::span::Id,
        _: Context<'_, S>,
    ) {
        attributes.record(&mut self.clone());
    }
}

/// The usual ways to write a text.
fn forms(secret: &str) -> Vec<String> {
    let percent = |upper: bool| -> String {
        let escaped = |byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte if upper => format!("%{byte:02X}"),
            byte => format!("%{byte:02x}"),
        };
        secret.bytes().map(escaped).collect()
    };
    vec![
        secret.to_owned(),
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        percent(true),
        percent(false),
        json!(secret).to_string().trim_matches('"').to_owned(),
    ]
}

#[track_caller]
fn clean(said: &str, secrets: &[String], whose: &str) {
    for form in secrets.iter().flat_map(|secret| forms(secret)) {
        let at = said.find(&form);
        let around = at.map(|at| said[..at].chars().rev().take(80).collect::<String>());
        assert_eq!(around, None, "{whose}: {form} is told");
    }
    assert!(!said.contains("eyJ"), "{whose}: a token is told");
}

/// The texts of a configuration that are secret; `kept`: also those that a state may hold.
fn secrets_of(attributes: &[Attribute], config: &Json, kept: bool, found: &mut Vec<String>) {
    for attribute in attributes {
        let value = &config[attribute.name.as_ref()];
        let all = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        if attribute.write_only || (kept && attribute.sensitive) {
            found.extend(all.iter().filter_map(Json::as_str).map(str::to_owned));
        } else if let Kind::Nested(_, attributes) = &attribute.kind {
            all.iter().for_each(|it| secrets_of(attributes, it, kept, found));
        }
    }
}

/// A configuration with a canary in each secret: in those that a state keeps, or in their write-only twins.
fn planted(attributes: &[Attribute], config: &Json, write_only: bool, nth: u32) -> Json {
    let mut config = config.clone();
    for attribute in attributes.iter().filter(|it| it.sensitive && it.write_only == write_only) {
        let name = attribute.name.as_ref();
        if attribute.mode.is_configurable() && matches!(attribute.kind, Kind::Type(Type::String)) {
            config[name] = json!(format!("Planted+{nth}/of=the \"{name}\" & 100%"));
            if write_only {
                config[format!("{name}_version")] = json!(nth);
            }
        }
    }
    config
}

/// An entity's life in which the service repeats every secret that it was told, in every form, in each of its refusals. Says how many
/// secrets the configurations had.
async fn lived(life: &Life, write_only: bool, log: &Log) -> usize {
    let mut environment = Vec::new();
    let run = Run::signed_in(|mock| {
        environment = tenant::environment(mock, life.name);
        environment.clone()
    });
    tenant::prepare(&run.mock, life.name);
    let mut resource = run.resource(life.name);
    let attributes = resource.schema().block.attributes.clone();
    let create = planted(&attributes, &life.create, write_only, 1);
    let update = planted(&attributes, &life.update, write_only, 2);
    // What this provider signs in with: the secret of the app, or the token of a person.
    let mut never: Vec<String> = environment
        .into_iter()
        .filter(|(name, _)| name.ends_with("_SECRET") || name.ends_with("_TOKEN"))
        .map(|(_, value)| value)
        .collect();
    assert_eq!(never.len(), 1, "{}: a sign-in has one secret", life.name);
    let mut secrets = never.clone();
    let echo = |status, secrets: &[String]| {
        // The newest first: long words are cut, and the token of a person is long.
        let told: Vec<String> = secrets.iter().rev().flat_map(|secret| forms(secret)).collect();
        let token = "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln";
        let message = format!("Bad: {} and Bearer {token}.", told.join(" , "));
        Effect::Reply(Scripted {
            status,
            headers: vec![("x-debug".to_owned(), "1".to_owned())],
            body: json!({"error": {"code": "BadRequest", "message": message}}),
        })
    };
    let item = format!("{}/{{id}}", life.path);
    let below = format!("{item}/{{action}}");

    secrets_of(&attributes, &create, false, &mut never);
    secrets_of(&attributes, &create, true, &mut secrets);
    run.mock.fault(Fault::once("POST", life.path, echo(400, &secrets)));
    let mut said = resource.apply(&create).await;
    said += &resource.apply(&create).await;
    run.mock.fault(Fault::once("GET", &item, echo(403, &secrets)));
    said += &resource.refresh().await;

    secrets_of(&attributes, &update, false, &mut never);
    secrets_of(&attributes, &update, true, &mut secrets);
    for (method, path) in [("PATCH", &item), ("PUT", &item), ("POST", &below)] {
        run.mock.fault(Fault::once(method, path, echo(403, &secrets)));
    }
    said += &resource.apply(&update).await;
    run.mock.clear_faults();
    said += &resource.apply(&update).await;

    let (plan, ..) = resource.planned(&create);
    let mut kept = String::from_utf8_lossy(&plan.planned_state.msgpack).into_owned();
    kept += &format!("{:?}", resource.state);
    said += &String::from_utf8_lossy(&plan.planned_private);
    said += &String::from_utf8_lossy(&resource.private);
    run.mock.fault(Fault::once("DELETE", &item, echo(403, &secrets)));
    said += &resource.destroy().await;
    run.mock.clear_faults();
    if !resource.state.is_null() {
        said += &resource.destroy().await;
    }

    assert!(said.matches("Bad: ").count() >= 2, "{}: the refusals are told: {said}", life.name);
    clean(&said, &secrets, life.name);
    clean(&kept, &never, life.name);
    let logged = std::mem::take(&mut *log.0.lock().unwrap());
    assert!(logged.contains("request to Graph"), "{}: something is logged", life.name);
    clean(&logged, &secrets, life.name);
    secrets.len() - 1
}

/// An entity whose secrets are a list, and which is switched off instead of being deleted.
fn partner() -> Life {
    let config = |parameter| {
        json!({
            "partner_id": "198d7140-80bb-4843-8cc4-811377a49a92", "enable_connection": true,
            "agent_setting": {"agent_url": "https://partner.example/agent.msi", "install_parameters": [parameter]},
        })
    };
    Life {
        name: "windows365_external_partner",
        path: "/deviceManagement/virtualEndpoint/externalPartners",
        create: config("/token=Planted+one/of=the%partner"),
        update: config("/token=Planted+two/of=the%partner"),
        clear: Json::Null,
        replace: None,
    }
}

#[tokio::test(start_paused = true)]
async fn f92_f93_f95_no_entity_tells_a_secret_in_logs_findings_or_states() {
    let log = Log::default();
    // A place that logs is asked once whether anybody listens. With one listener alone, the answer is that of the thread that came by
    // first, which may be another test's; with two, everybody is asked.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    for write_only in [false, true] {
        let mut planted = 0;
        for life in lives().into_iter().chain([partner()]) {
            planted += lived(&life, write_only, &log).await;
        }
        assert_eq!(planted, 4, "passwords and parameters of both configurations");
    }
}

#[test]
fn f94_no_secret_is_in_the_debug_text_of_what_holds_it() {
    let canary = "planted+canary/of=the%run";
    let secret = || Secret::new(canary);
    let credential = || Credential::StaticToken { token: secret(), tenant_id: None };
    let body = json!({"password": canary});
    let mut said = format!("{:?} {:#?}", secret(), credential());
    said += &format!("{:?}", ClientConfig::new(credential()));
    said += &format!("{:?}", HttpOptions { proxy: Some(secret()), ..HttpOptions::default() });
    said += &format!(
        "{:?}",
        Request::create(Version::Beta, "/things/{}", &[canary], body).query("$filter", canary)
    );
    assert!(said.contains("/things/{}"), "{said}");
    clean(&said, &[canary.to_owned()], "Debug");
}

#[test]
fn f94_a_panic_beside_a_secret_says_nothing_of_it() {
    let canary = "planted-canary-of-the-panic";
    let secret = Secret::new(canary);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        assert_eq!(secret, Secret::new("another"), "they differ");
    }));
    let payload = panicked.unwrap_err();
    let said = payload.downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(said.contains("they differ"), "{said}");
    clean(&said, &[canary.to_owned()], "a panic");
}
