//! Waiting for work that goes on after a create has answered.

use std::time::Duration;

use serde_json::Value as Json;

use super::diagnose::{Failure, visible};
use super::operation::growing;
use super::permission::Use;
use super::requests::{self, Item};
use super::resource::Work;
use crate::spec::Wait;

/// Waits until the object is usable.
pub(super) async fn until_usable(work: &Work<'_>, item: &Item, wait: &Wait) -> Result<(), Failure> {
    let first = Duration::from_secs(wait.every_secs.max(1));
    let mut last = "not seen yet".to_owned();
    for pause in growing(first, first * 10) {
        match work
            .operation
            .client
            .send(&work.operation.cx, &requests::read(work.entity, item))
            .await
        {
            Ok(reply) => {
                let text = |property: &str| reply.body.get(property).and_then(Json::as_str);
                let status = text(wait.property).unwrap_or_default();
                let is = |members: &[&str]| {
                    members.iter().any(|member| member.eq_ignore_ascii_case(status))
                };
                if is(wait.done) {
                    return Ok(());
                }
                if is(wait.failed) {
                    let reason = wait.reason.and_then(text).map(|reason| visible(reason, 1000));
                    return Err(Failure::ready(work.task.error(format!(
                        "The service accepted the object, and then its work on it failed: {} is \"{}\"{}.",
                        wait.property,
                        visible(status, 200),
                        reason.map(|reason| format!(", for the reason \"{reason}\"")).unwrap_or_default()
                    ))));
                }
                if !is(wait.pending) && last != status {
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
    Ok(())
}
