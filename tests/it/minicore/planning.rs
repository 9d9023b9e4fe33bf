//! One plan of one object: the calls, the checks of the answer, and what follows from it.
//!
//! Source: the function `plan` of `internal/terraform/node_resource_abstract_instance.go` in hashicorp/terraform.

use super::diagnostics::Diags;
use super::drive::{Action, Options, Plan};
use super::path::{AttributePath, Step};
use super::plan_valid::assert_plan_valid;
use super::proposed::proposed_new;
use super::session::{Object, PlanAnswer, PlanCall, Session};
use super::value::Val;

/// The type of a resource's address.
pub(crate) fn type_of(address: &str) -> &str {
    address.split('.').next().unwrap_or(address)
}

pub(crate) fn plan_call(
    session: &Session,
    name: &str,
    prior: Option<&Object>,
    config: &Val,
) -> PlanCall {
    let block = &session.resource(name).block;
    let value = prior.map_or(Val::Null, |it| it.value.clone());
    PlanCall {
        proposed: proposed_new(block, &value, config),
        prior: value,
        config: config.clone(),
        prior_private: prior.map(|it| it.private.clone()).unwrap_or_default(),
        prior_identity: prior.and_then(|it| it.identity.clone()),
        planned_private: Vec::new(),
    }
}

/// One plan call, with the checks against the configuration.
pub(crate) async fn checked_plan(
    session: &Session,
    name: &str,
    call: &PlanCall,
) -> Result<PlanAnswer, Diags> {
    let answer = session.plan(name, call).await;
    if answer.diags.has_error() {
        return Err(answer.diags);
    }
    let block = &session.resource(name).block;
    for fault in assert_plan_valid(block, &call.prior, &call.config, &answer.planned) {
        session.violations.add(format!("{name}: Provider produced invalid plan: {fault}"));
    }
    // What exists is named for ever; only what is still to be made may have an unknown name.
    if let Some(identity) = &answer.identity
        && !call.prior.is_null()
        && answer.requires_replace.is_empty()
        && !identity.is_wholly_known()
    {
        session
            .violations
            .add(format!("{name}: the planned identity of an existing object is unknown"));
    }
    Ok(answer)
}

/// A whole plan: one call, or two when the object is replaced.
pub(crate) async fn plan_change(
    session: &Session,
    name: &str,
    prior: Option<Object>,
    config: &Val,
    options: Options,
) -> Result<Plan, Diags> {
    let diags = session.validate(name, config).await;
    if diags.has_error() {
        return Err(diags);
    }
    let tainted = prior.as_ref().is_some_and(|it| it.tainted);
    let call = plan_call(session, name, prior.as_ref().filter(|it| !it.tainted), config);
    let first = checked_plan(session, name, &call).await?;
    let mut warnings = diags;
    warnings.extend(first.diags.clone());
    let replace_paths = forcing_paths(session, name, &call.prior, &first);
    let action = match &prior {
        None => Action::Create,
        Some(_) if tainted || options.force_replace || !replace_paths.is_empty() => Action::Replace,
        Some(object) if first.planned == object.value => Action::NoOp,
        Some(_) => Action::Update,
    };
    let last = if action == Action::Replace && !tainted {
        // As if there were nothing yet, but with the private data of the first plan.
        let again = PlanCall {
            prior_private: first.private.clone(),
            prior_identity: first.identity.clone(),
            ..plan_call(session, name, None, config)
        };
        checked_plan(session, name, &again).await?
    } else {
        first
    };
    Ok(Plan {
        action,
        prior,
        planned: last.planned,
        private: last.private,
        identity: last.identity,
        replace_paths,
        warnings,
    })
}

/// Which of the paths that a plan names do force a replacement.
pub(crate) fn forcing_paths(
    session: &Session,
    name: &str,
    prior: &Val,
    answer: &PlanAnswer,
) -> Vec<AttributePath> {
    if prior.is_null() {
        return Vec::new();
    }
    let block = &session.resource(name).block;
    let mut forcing = Vec::new();
    for path in &answer.requires_replace {
        let (before, after) = (path.find(prior), path.find(&answer.planned));
        if before.is_none() && after.is_none() {
            session
                .violations
                .add(format!("{name}: requires_replace has a non-existent attribute path: {path}"));
            continue;
        }
        let before = before.unwrap_or(Val::Null);
        let after = after.unwrap_or(Val::Null);
        let write_only = match path.0.as_slice() {
            [Step::Attribute(name)] => block.attributes.get(name).is_some_and(|it| it.write_only),
            _ => false,
        };
        if write_only || before != after || !after.is_wholly_known() {
            forcing.push(path.clone());
        }
    }
    forcing
}
