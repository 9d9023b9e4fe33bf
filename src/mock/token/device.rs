//! Signing in by a code on another device (identity platform page "OAuth 2.0 device authorization grant flow"; RFC 8628).

use serde_json::{Value, json};

use super::Asked;
use super::Authority;
use super::app::Person;
use super::form::{Demands, Form};
use super::grant::{Ask, PROOF, shaped};
use super::person;
use super::proof::{self, Proven};
use super::refused::{Outcome, Refused};
use super::resource::{self, Wanted};
use crate::mock::answer::Answer;
use crate::mock::switches::PersonDoes;
use crate::mock::world::World;

/// A sign-in under way.
#[derive(Clone, Debug)]
pub(super) struct Device {
    user_code: String,
    client_id: String,
    tenant_id: String,
    wanted: Wanted,
    demands: Demands,
    person: Option<Person>,
    expires_at: i64,
    /// When it was asked last, in milliseconds.
    asked_at: Option<i64>,
    interval: i64,
    /// How often it was asked in time.
    polls: u32,
    decision: Option<PersonDoes>,
    used: bool,
}

/// Answers POST `/{tenant}/oauth2/v2.0/devicecode`.
pub(super) fn answer(world: &mut World, tenant: &str, asked: &Asked<'_>) -> Answer {
    let begun = Form::read(asked).and_then(|form| begin(world, tenant, &form));
    shaped(world, begun.map(|body| Answer::json(200, body)), asked.correlation)
}

fn begin(world: &mut World, tenant: &str, form: &Form) -> Outcome<Value> {
    let app = proof::app(world, tenant, form)?;
    form.only(&["scope"])?;
    let wanted =
        resource::delegated(world, Authority::V2, tenant, &app, form.required("scope")?, None)?;
    let secret = format!("{}{}", world.request_ids.guid(), world.request_ids.guid());
    let user_code: String = world
        .request_ids
        .guid()
        .to_ascii_uppercase()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .take(9)
        .collect();
    let (life, interval) = (world.switches.device_code_seconds, world.switches.device_interval);
    let device = Device {
        user_code: user_code.clone(),
        client_id: app.client_id.clone(),
        tenant_id: app.tenant_id.clone(),
        wanted,
        demands: form.demands()?,
        person: None,
        expires_at: world.now().as_second().saturating_add(life),
        asked_at: None,
        interval,
        polls: 0,
        decision: None,
        used: false,
    };
    world.tokens.devices.insert(secret.clone(), device);
    let address = format!("{}/devicelogin", world.origin);
    Ok(json!({
        "user_code": user_code,
        "device_code": secret,
        "verification_uri": address,
        "expires_in": life,
        "interval": interval,
        "message": format!("To sign in, use a web browser to open the page {address} and enter the code {user_code} to authenticate."),
    }))
}

/// `grant_type=urn:ietf:params:oauth:grant-type:device_code`.
pub(super) fn poll(world: &mut World, ask: &Ask<'_>) -> Outcome<Value> {
    let (app, proven) = ask.app(world)?;
    ask.form.only(&[&PROOF[..], &["device_code", "scope"]].concat())?;
    if !app.public_client {
        // Without "Allow public client flows" an app is a confidential one.
        proof::is_confidential(Proven::Not)?;
    }
    proof::is_public(proven)?;
    let secret = ask.form.required("device_code")?.to_owned();
    let now = world.now();
    let does = world.switches.person;
    let usual = world.switches.device_polls;
    let known = world.tokens.devices.get_mut(&secret).filter(|device| {
        device.client_id == app.client_id && device.tenant_id == app.tenant_id && !device.used
    });
    let Some(device) = known else {
        return Err(Refused::new(
            "bad_verification_code",
            70_018,
            "The verification code is invalid or has been used already.",
        ));
    };
    if now.as_second() >= device.expires_at {
        return Err(Refused::new(
            "expired_token",
            70_019,
            "The device code has expired. Please request a new one.",
        ));
    }
    let at = now.as_millisecond();
    let early = device.asked_at.is_some_and(|last| at - last < device.interval * 1000);
    device.asked_at = Some(at);
    if early {
        device.interval += 5;
        return Err(Refused::new(
            "slow_down",
            90_055,
            "The request was throttled: the device code is asked for too often.",
        ));
    }
    device.polls += 1;
    let decision = match device.decision {
        Some(decision) => decision,
        None if device.polls > usual => does,
        None => PersonDoes::Waits,
    };
    match decision {
        PersonDoes::Waits => Err(Refused::new(
            "authorization_pending",
            70_016,
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
        )),
        PersonDoes::Declines => Err(Refused::new(
            "authorization_declined",
            70_020,
            "The end user denied the authorization request.",
        )),
        PersonDoes::Approves => {
            device.used = true;
            let device = device.clone();
            let person = match device.person {
                Some(person) => person,
                None => person::who(world, ask.tenant, None)?,
            };
            Ok(person::tokens(
                world,
                &app,
                proven,
                device.demands,
                &person,
                &device.wanted,
                (ask.authority, None),
            ))
        }
    }
}

/// What somebody does with a code on another device. The error says that nobody asked for such a code.
pub(crate) fn decide(
    world: &mut World,
    user_code: &str,
    decision: PersonDoes,
    name: Option<&str>,
) -> Result<(), String> {
    let person = match name {
        Some(name) => Some(
            world
                .tokens
                .people
                .iter()
                .find(|person| person.name.eq_ignore_ascii_case(name))
                .cloned()
                .ok_or("there is no such person")?,
        ),
        None => None,
    };
    let device = world.tokens.devices.values_mut().find(|device| device.user_code == user_code);
    let device = device.ok_or("there is no such code")?;
    device.decision = Some(decision);
    device.person = person;
    Ok(())
}
