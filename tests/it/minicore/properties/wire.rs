//! Plans seen from the wire: unknowns in every place, equal bytes for equal questions, many questions at once, and the calls that
//! nobody offers.

use std::time::Duration;

use tokio::time::timeout;
use tonic::Code;
use windows365::plugin::proto;

use super::super::codec::Form;
use super::super::compatible::assert_object_compatible;
use super::super::drive::Options;
use super::super::planning::{checked_plan, plan_change};
use super::super::proposed::proposed_new;
use super::super::session::PlanCall;
use super::super::value::Val;
use super::super::variants::{all_unknown, one_unknown};
use super::super::{MiniCore, Phase};
use super::{Fixture, broken, succeeded};

/// How long an answer that needs no work may take on a busy machine.
const PROMPT: Duration = Duration::from_secs(30);

/// What is planned while something is unknown must leave room for what is planned once it is known.
pub(super) async fn plans_with_unknowns(core: &mut MiniCore, name: &str, fixture: &Fixture) {
    let block = core.catalog.resources[name].block.clone();
    let Some(mut session) = succeeded(core, name, "cannot start", core.session(Phase::Plan).await)
    else {
        return;
    };
    let Some(known) = succeeded(core, name, "the fixture", core.config(name, &fixture.create))
    else {
        return;
    };
    let last = plan_change(&session, name, None, &known, Options::default()).await;
    let Some(last) = succeeded(core, name, "planning a create", last) else { return };
    let mut variants = one_unknown(&block, &fixture.create);
    variants.push(("everything".to_owned(), all_unknown(&block, &fixture.create)));
    for form in [Form::Usual, Form::Refined, Form::OtherExtension, Form::Binary] {
        session.form = form;
        for (place, config) in &variants {
            let Some(config) = succeeded(core, name, "the fixture", core.config(name, config))
            else {
                continue;
            };
            let first = plan_change(&session, name, None, &config, Options::default()).await;
            let what = format!("planning a create with {place} unknown ({form:?})");
            let Some(first) = succeeded(core, name, &what, first) else { continue };
            for fault in assert_object_compatible(&block, &first.planned, &last.planned) {
                broken(core, name, format!("{what}: inconsistent final plan: {fault}"));
            }
        }
    }
    session.close().await;
}

/// The same question gets the same bytes, in one process and in another, alone and among others.
pub(super) async fn plans_are_deterministic(core: &mut MiniCore, name: &str, fixture: &Fixture) {
    let Some(config) = succeeded(core, name, "the fixture", core.config(name, &fixture.create))
    else {
        return;
    };
    let mut answers = Vec::new();
    for _ in 0..2 {
        let Some(session) = succeeded(core, name, "cannot start", core.session(Phase::Plan).await)
        else {
            return;
        };
        let call = create_call(core, name, &config);
        let request = session.plan_request(name, &call);
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let (mut rpc, request) = (session.rpc(), request.clone());
            running.spawn(async move { rpc.plan_resource_change(request).await });
        }
        match timeout(PROMPT, running.join_all()).await {
            Ok(all) => {
                answers.extend(all.into_iter().map(|it| {
                    it.map(tonic::Response::into_inner).map_err(|status| status.to_string())
                }));
            }
            Err(_) => broken(core, name, "ten plans at once are never answered"),
        }
        session.close().await;
    }
    if answers.windows(2).any(|pair| pair[0] != pair[1]) {
        broken(core, name, format!("the same plan has several answers: {answers:?}"));
    }
}

fn create_call(core: &MiniCore, name: &str, config: &Val) -> PlanCall {
    let block = &core.catalog.resources[name].block;
    PlanCall {
        prior: Val::Null,
        proposed: proposed_new(block, &Val::Null, config),
        config: config.clone(),
        prior_private: Vec::new(),
        prior_identity: None,
        planned_private: Vec::new(),
    }
}

/// What is still to be created can be planned although the provider's own block is not known yet. The ways of saying null and of
/// writing a value are tried along the way.
pub(super) async fn plan_without_provider_values(
    core: &mut MiniCore,
    name: &str,
    fixture: &Fixture,
) {
    let Some(config) = succeeded(core, name, "the fixture", core.config(name, &fixture.create))
    else {
        return;
    };
    let configured = core.provider_config.clone();
    core.provider_config = all_unknown(&core.catalog.provider.block, &configured);
    let session = core.session(Phase::Plan).await;
    core.provider_config = configured;
    let Some(session) = succeeded(core, name, "a provider block of unknowns", session) else {
        return;
    };
    let call = create_call(core, name, &config);
    let planned = checked_plan(&session, name, &call).await;
    let planned = succeeded(core, name, "a create while the provider block is unknown", planned);
    let request = session.plan_request(name, &call);
    let ty = session.resource(name).ty();
    let json = |value: &Val| {
        Some(proto::DynamicValue {
            msgpack: Default::default(),
            json: value.to_json().to_string().into_bytes(),
        })
    };
    let ways = [
        (
            "prior state absent",
            proto::plan_resource_change::Request { prior_state: None, ..request.clone() },
        ),
        (
            "prior state empty",
            proto::plan_resource_change::Request {
                prior_state: Some(Default::default()),
                ..request.clone()
            },
        ),
        (
            "values as JSON",
            proto::plan_resource_change::Request {
                config: json(&call.config),
                proposed_new_state: json(&call.proposed),
                prior_state: json(&Val::Null),
                ..request.clone()
            },
        ),
    ];
    for (way, request) in ways {
        let (answer, diags) =
            session.answer("PlanResourceChange", session.rpc().plan_resource_change(request)).await;
        let again = session.receive("PlanResourceChange", &answer.planned_state, &ty);
        if diags.has_error() || planned.as_ref().is_some_and(|planned| planned.planned != again) {
            broken(
                core,
                name,
                format!("{way}: another plan: {again:?} {diags} {:?}", answer.diagnostics),
            );
        }
    }
    session.close().await;
}

/// What the provider does not offer is refused at once, and refused as such.
pub(super) async fn unsupported_calls(core: &mut MiniCore) {
    let Some(session) =
        succeeded(core, "the provider", "cannot start", core.session(Phase::Validate).await)
    else {
        return;
    };
    let mut rpc = session.rpc();
    let name = || "no_such_store".to_owned();
    let mut codes = Vec::new();
    macro_rules! refused {
        ($($call:ident($request:expr)),* $(,)?) => {
            $(
                let answer = timeout(PROMPT, rpc.$call($request)).await;
                codes.push((stringify!($call), answer.map(|it| it.map_or_else(|status| status.code(), |_| Code::Ok))));
            )*
        };
    }
    refused!(
        validate_state_store_config(proto::validate_state_store::Request {
            type_name: name(),
            config: None
        }),
        configure_state_store(proto::configure_state_store::Request {
            type_name: name(),
            ..Default::default()
        }),
        read_state_bytes(proto::read_state_bytes::Request { type_name: name(), state_id: name() }),
        write_state_bytes(tokio_stream::iter(Vec::new())),
        lock_state(proto::lock_state::Request { type_name: name(), ..Default::default() }),
        unlock_state(proto::unlock_state::Request { type_name: name(), ..Default::default() }),
        get_states(proto::get_states::Request { type_name: name() }),
        delete_state(proto::delete_state::Request { type_name: name(), state_id: name() }),
    );
    for (call, code) in codes {
        match code {
            Ok(Code::Unimplemented) => {}
            Ok(code) => {
                core.violations.add(format!("{call} answers {code:?} instead of UNIMPLEMENTED"))
            }
            Err(_) => core.violations.add(format!("{call} is never answered")),
        }
    }
    session.close().await;
}
