//! Canaries in every secret, looked for in everything that is said, kept or logged.

use serde_json::{Value as Json, json};
use windows365::graph::{ClientConfig, Credential, HttpOptions, Request, Secret, Version};
use windows365::mock::{Effect, Fault, Scripted};
use windows365::tf::{Attribute, Kind, Type};

use crate::lifecycle::run::Run;
use crate::lifecycle::{Life, all_lives};
use crate::support::canary::{Log, clean, repeated};
use crate::support::tenant;

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
        let message = repeated(secrets.iter().rev());
        Effect::Reply(Scripted {
            status,
            headers: vec![("x-debug".to_owned(), "1".to_owned())],
            body: json!({"error": {"code": "BadRequest", "message": message}}),
        })
    };
    let item = life.item();
    let below = format!("{item}/{{action}}");

    secrets_of(&attributes, &create, false, &mut never);
    secrets_of(&attributes, &create, true, &mut secrets);
    run.mock.fault(Fault::once(life.creates_by(), life.path, echo(400, &secrets)));
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
    let logged = log.take();
    assert!(logged.contains("request to Graph"), "{}: something is logged", life.name);
    clean(&logged, &secrets, life.name);
    secrets.len() - 1
}

#[tokio::test(start_paused = true)]
async fn f92_f93_f95_no_entity_tells_a_secret_in_logs_findings_or_states() {
    let log = Log::default();
    let _listening = log.listen();
    for write_only in [false, true] {
        let mut planted = 0;
        for life in all_lives() {
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

/// A process of the program that waits for something, and its first line.
#[cfg(target_os = "linux")]
struct Waiting(std::process::Child);

#[cfg(target_os = "linux")]
impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn f94_no_program_leaves_its_memory_in_a_file() {
    use std::io::BufRead as _;
    use std::process::{Command, Stdio};

    use crate::support::programs;

    for (program, argument) in [
        (programs::windows365(), "mock"),
        (programs::intune(), "mock"),
        (programs::windows365(), "--debug"),
    ] {
        let mut command = Command::new(program);
        command.arg(argument).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = Waiting(command.spawn().unwrap());
        let mut line = String::new();
        let stdout = process.0.stdout.take().unwrap();
        std::io::BufReader::new(stdout).read_line(&mut line).unwrap();
        let limits = format!("/proc/{}/limits", process.0.id());
        let limits = std::fs::read_to_string(limits).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        let soft = core.trim_start_matches("Max core file size").split_whitespace().next();
        assert_eq!(soft, Some("0"), "{argument}: {core}");
    }
}

#[cfg(unix)]
#[test]
fn f94_arguments_that_are_no_text_are_an_answer_and_no_panic() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::process::Command;

    for program in [crate::support::programs::windows365(), crate::support::programs::intune()] {
        let odd = OsStr::from_bytes(b"secret\xff");
        let output = Command::new(program).arg(odd).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("there is no command") && !said.contains("panic"), "{said}");
    }
}
