//! The interpreter of [`Action`]s: what Terraform itself calls an action, and the resource that runs any of a table.
//!
//! What has effects on machines is never sent twice. Before the request the log of the target, or whatever shows the end of the action,
//! is looked at; when no answer comes, it is looked at again for something new. What cannot be found out is an error that says so.
//!
//! Start reading at [`run`]; `call` builds requests, `seen` reads what looks show, `watch` waits.

mod arguments;
mod call;
mod invoke;
mod many;
mod report;
mod run;
mod runner;
mod schema;
mod seen;
mod together;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;

use invoke::Invoked;
use runner::Ran;

use super::connection::Connect;
use super::locks::Locks;
use crate::framework;
use crate::spec::{Action, Runner};

/// What all actions of one provider share.
#[derive(Default)]
struct Shared {
    locks: Locks,
}

/// Terraform's own actions, by Terraform type.
pub fn actions(
    actions: &'static [&'static Action],
    connection: Arc<dyn Connect>,
) -> BTreeMap<&'static str, Arc<dyn framework::Action>> {
    let shared = Arc::<Shared>::default();
    let one = |action: &&'static Action| {
        let served = Invoked::new(action, Arc::clone(&connection), Arc::clone(&shared));
        (action.name, Arc::new(served) as Arc<dyn framework::Action>)
    };
    actions.iter().map(one).collect()
}

/// The managed resources that run actions, by Terraform type.
pub fn runners(
    runners: &'static [&'static Runner],
    connection: Arc<dyn Connect>,
) -> BTreeMap<&'static str, Arc<dyn framework::Resource>> {
    let shared = Arc::<Shared>::default();
    let one = |runner: &&'static Runner| {
        let served = Ran::new(runner, Arc::clone(&connection), Arc::clone(&shared));
        (runner.name, Arc::new(served) as Arc<dyn framework::Resource>)
    };
    runners.iter().map(one).collect()
}
