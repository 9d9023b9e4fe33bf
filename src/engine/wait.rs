//! Waiting for work on an object that goes on behind the scenes.

use std::time::Duration;

use serde_json::Value as Json;

use super::diagnose::{Failure, visible};
use super::equal;
use super::operation::growing;
use super::permission::Use;
use super::requests::{self, Item};
use super::resource::Work;
use crate::spec::{Entity, Reason, Steps, Wait};
use crate::tf::{Diagnostic, Diagnostics, Value};

/// How long an end is not believed that looks like the one before the work was started anew.
const STALE: Duration = Duration::from_secs(300);

/// What an object is waited for, if it is: as its configuration says.
pub(super) fn asked(entity: &'static Entity, object: &Value) -> Option<&'static Wait> {
    let wait = entity.wait.as_ref()?;
    let asks = |name: &str| object.get(name).as_bool() == Some(true);
    wait.asked.is_none_or(|asked| asks(asked.name)).then_some(wait)
}

/// Which run of the work was the latest one, to tell the next one from it.
pub(super) struct Run(Json);

/// Reads which run was the latest one.
pub(super) async fn latest_run(work: &Work<'_>, item: &Item, wait: &Wait) -> Result<Run, Failure> {
    let request = requests::read(work.entity, item);
    match work.operation.client.send(&work.operation.cx, &request).await {
        Ok(reply) => Ok(Run(at(&reply.body, wait.run.unwrap_or_default()).clone())),
        Err(error) => Err(Failure::graph(error, Use::Read)),
    }
}

/// Waits until the object is usable. `before`: the work was started anew after this run, whose end is not to be taken for the new one.
/// Gives what is worth a warning.
pub(super) async fn until_usable(
    work: &Work<'_>,
    item: &Item,
    wait: &Wait,
    before: Option<&Run>,
) -> Result<Diagnostics, Failure> {
    let first = Duration::from_secs(wait.every_secs.max(1));
    let start = work.operation.now();
    let mut last = "not seen yet".to_owned();
    for pause in growing(first, first * 10) {
        match work
            .operation
            .client
            .send(&work.operation.cx, &requests::read(work.entity, item))
            .await
        {
            Ok(reply) => {
                let status = text(&reply.body, wait.property).unwrap_or_default();
                let is = |members: &[&str]| is_one(members, status);
                let known = is(wait.done) || is(wait.failed) || is(wait.pending);
                let spent = work.operation.now().saturating_sub(start);
                let stale = spent < STALE
                    && before.is_some_and(|before| {
                        same_run(&before.0, at(&reply.body, wait.run.unwrap_or_default()))
                    });
                if is(wait.done) && !stale {
                    return Ok(warnings(work, wait, status, &reply.body));
                }
                if is(wait.failed) && !stale {
                    let why = reasons(&wait.reason, wait.failed, &reply.body);
                    return Err(Failure::ready(work.task.error(format!(
                        "The service accepted the object, and then its work on it failed: {} is \"{}\".{why}",
                        wait.property,
                        visible(status, 200),
                    ))));
                }
                if !known && last != status {
                    tracing::warn!(
                        entity = work.entity.name,
                        property = wait.property,
                        value = visible(status, 200),
                        "an unknown status; waiting on"
                    );
                }
                last = status.to_owned();
            }
            // Not seen by every replica yet.
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(Failure::graph(error, Use::Read)),
        }
        work.operation.pause(pause).await.map_err(|halt| {
            let waited_for = format!(
                "{} to become {} (it was \"{}\")",
                wait.property,
                wait.done.join(" or "),
                visible(&last, 200)
            );
            Failure::Halt(halt, waited_for)
        })?;
    }
    Ok(Diagnostics::new())
}

fn text<'j>(object: &'j Json, property: &str) -> Option<&'j str> {
    object.get(property).and_then(Json::as_str).filter(|text| !text.is_empty())
}

fn at<'j>(object: &'j Json, path: &[&str]) -> &'j Json {
    path.iter().fold(object, |value, property| value.get(property).unwrap_or(&Json::Null))
}

fn is_one(members: &[&str], status: &str) -> bool {
    members.iter().any(|member| member.eq_ignore_ascii_case(status))
}

/// Whether an answer still speaks of the earlier run. Where there was none, it does not.
fn same_run(before: &Json, now: &Json) -> bool {
    match (before.as_str(), now.as_str()) {
        (Some(one), Some(other)) => match (equal::instant(one), equal::instant(other)) {
            (Some(one), Some(other)) => one == other,
            _ => one == other,
        },
        _ => !before.is_null() && before == now,
    }
}

/// A good end that is worth a warning.
fn warnings(work: &Work<'_>, wait: &Wait, status: &str, answer: &Json) -> Diagnostics {
    if !is_one(wait.warned, status) {
        return Diagnostics::new();
    }
    let object = work.task.object.as_deref().map(|it| format!(" \"{}\"", visible(it, 200)));
    let why = reasons(&wait.reason, wait.warned, answer);
    Diagnostic::warning(
        format!("{}{} is usable, with warnings", work.entity.name, object.unwrap_or_default()),
        format!("{} is \"{}\".{why}", wait.property, visible(status, 200)),
    )
    .into()
}

/// Why the work ended so, as far as the answer tells: more of the same paragraph, or paragraphs of its own.
fn reasons(reason: &Reason, ends: &[&str], answer: &Json) -> String {
    match reason {
        Reason::Untold => String::new(),
        Reason::Code(property, meanings) => match text(answer, property) {
            None => String::new(),
            Some(code) => {
                let known = meanings.iter().find(|(known, _)| known.eq_ignore_ascii_case(code));
                let meaning = known.map(|(_, meaning)| format!(" {meaning}")).unwrap_or_default();
                format!(" The reason is \"{}\".{meaning}", visible(code, 1000))
            }
        },
        Reason::Steps(steps) => {
            let all = at(answer, steps.path).as_array().map(Vec::as_slice).unwrap_or_default();
            let ended =
                |step: &&Json| text(step, steps.state).is_some_and(|state| is_one(ends, state));
            let told: Vec<String> =
                all.iter().filter(ended).map(|step| told(steps, step)).collect();
            match told.as_slice() {
                [] => String::new(),
                told => format!("\n\n{}", told.join("\n\n")),
            }
        }
    }
}

/// One step: its name and kind of error, then its texts, indented.
fn told(steps: &Steps, step: &Json) -> String {
    let name = text(step, steps.name).unwrap_or("A step without a name");
    let mut lines = vec![match text(step, steps.error) {
        Some(error) => format!("- {}: {}", visible(name, 200), visible(error, 200)),
        None => format!("- {}", visible(name, 200)),
    }];
    for (property, label) in steps.texts {
        if let Some(more) = text(step, property) {
            lines.push(format!("  {label}: {}", visible(more, 1000).replace('\n', "\n  ")));
        }
    }
    lines.join("\n")
}
