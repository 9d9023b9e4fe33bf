//! Schemas of actions, and of the resource that runs them.

use std::borrow::Cow;

use crate::engine::schema::{parameters, plain};
use crate::engine::timeouts;
use crate::spec::{Access, Action, On, Runner};
use crate::tf::{self, Mode, Nesting, Type, Value};

/// Attribute with the ids of what the action is done to.
pub(super) const TARGET_IDS: &str = "target_ids";
/// Attribute that says whether the end is waited for.
pub(super) const WAIT: &str = "wait";
/// Attribute of an action that says how long it may take.
pub(super) const TIMEOUT: &str = "timeout";
/// Attribute of the resource with the arguments.
pub(super) const ARGUMENTS: &str = "arguments";
/// Attribute of the resource with arguments that are stored nowhere.
pub(super) const ARGUMENTS_WO: &str = "arguments_wo";
pub(super) const ARGUMENTS_WO_VERSION: &str = "arguments_wo_version";
pub(super) const ACTION: &str = "action";
pub(super) const TRIGGERS: &str = "triggers";
pub(super) const RESULTS: &str = "results";
pub(super) const OPERATION_ID: &str = "operation_id";
pub(super) const ID: &str = "id";

/// Schema of Terraform's own action.
pub(super) fn action(action: &'static Action) -> tf::Schema {
    let mut attributes = parameters(action.arguments, action.kinds);
    if let Some(noun) = action.noun() {
        attributes.push(
            plain(TARGET_IDS, Type::set(Type::String), Mode::Required)
                .described(format!("What it is done to: each is the id of a {noun}.")),
        );
    }
    if action.watch.is_some() {
        attributes.push(plain(WAIT, Type::Bool, Mode::Optional).described(WAITS));
    }
    attributes.push(plain(TIMEOUT, Type::String, Mode::Optional).described(format!(
        "How long it may take, waiting included, as text such as `\"30m\"`. Default: `\"{}m\"`.",
        action.minutes
    )));
    schema(attributes, doc(action))
}

const WAITS: &str = "Whether the end is waited for. Default: `true`. With `false`, it is enough that the service accepts it.";

/// Schema of the resource.
pub(super) fn runner(runner: &'static Runner) -> tf::Schema {
    let dynamic = |name: &'static str| plain(name, Type::Dynamic, Mode::Optional);
    let mut id = plain(ID, Type::String, Mode::Computed)
        .described("Id of the first run; of no meaning to the service.");
    id.plan.stable = true;
    let mut wait = plain(WAIT, Type::Bool, Mode::OptionalComputed).described(WAITS);
    wait.plan.default = Some(Value::from(true));
    let mut write_only = dynamic(ARGUMENTS_WO).described(
        "Further arguments, which are stored nowhere: passwords and the like. An argument stands here or in `arguments`. Raise \
         `arguments_wo_version` to run with new ones. Needs Terraform 1.11 or OpenTofu 1.11.",
    );
    write_only.write_only = true;
    write_only.sensitive = true;
    let timeouts = ["create", "update"].map(|name| {
        plain(name, Type::String, Mode::Optional)
            .described("How long a run may take. The default depends on the action.")
    });
    let nested = |nesting, attributes| tf::Kind::Nested(nesting, attributes);
    let result = |name: &'static str, description: &'static str| {
        plain(name, Type::String, Mode::Computed).described(description)
    };
    let results = vec![
        result("error", "Why it did not end well."),
        result("state", "The service's own word for how far it is, such as `done` or `failed`."),
        result(
            "status",
            "What became of it: `accepted` (nobody waited, or nothing shows its end), `done`, `refused` (nothing was done), `failed`, \
             `running` (it goes on, and the time to wait was over) or `unknown` (no answer came, and nothing shows whether it was done).",
        ),
        result("time", "When the service last said something about it."),
    ];
    let actions: Vec<String> =
        runner.actions.iter().map(|action| format!("`{}`", action.name)).collect();
    let attributes = vec![
        plain(ACTION, Type::String, Mode::Required)
            .described(format!("What is done. Known actions: {}.", actions.join(", "))),
        dynamic(ARGUMENTS).described(
            "The action's arguments, an object; each action's own page names them. They are checked when planning.",
        ),
        write_only,
        plain(ARGUMENTS_WO_VERSION, Type::Number, Mode::Optional)
            .described("A number of your own: when it changes, the action runs again."),
        id,
        plain(OPERATION_ID, Type::String, Mode::Computed).described(
            "Id of the object that shows how it goes, where there is one: a bulk action, an export.",
        ),
        tf::Attribute::new(RESULTS, nested(Nesting::Map, results), Mode::Computed).described(
            "How it went, by target; what is done to the tenant is called `tenant`.",
        ),
        plain(TARGET_IDS, Type::set(Type::String), Mode::Optional).described(
            "What it is done to: the ids of Cloud PCs, policies and so on. Left out for what is done to the tenant. A target that is \
             added gets the action; the others are left in peace.",
        ),
        tf::Attribute::new(
            timeouts::ATTRIBUTE,
            nested(Nesting::Single, timeouts.into()),
            Mode::Optional,
        )
        .described("How long operations may take, as text such as `\"30m\"` or `\"1h30m\"`."),
        plain(TRIGGERS, Type::map(Type::String), Mode::Optional)
            .described("Values of your own: when one changes, the action runs again on all targets."),
        wait,
    ];
    schema(attributes, runner.doc.to_owned())
}

fn schema(mut attributes: Vec<tf::Attribute>, description: String) -> tf::Schema {
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    let block =
        tf::Block { attributes, description: Cow::Owned(description), ..tf::Block::default() };
    tf::Schema { version: 0, block }
}

fn doc(action: &Action) -> String {
    let Access { delegated, application } = action.access;
    let needs = match (delegated, application) {
        ([least, ..], []) => {
            format!("Needs the Graph permission `{least}` (a signed-in person only, no app).")
        }
        ([least, ..], _) | ([], [least, ..]) => format!("Needs the Graph permission `{least}`."),
        ([], []) => String::new(),
    };
    let bulk = match (action.bulk, action.on) {
        (Some(_), On::Each { .. }) => "Several targets are done with one bulk action.",
        (None, On::Each { .. }) => "Several targets are done one by one, some at a time.",
        _ => "",
    };
    let reference = format!("[Microsoft's reference]({}).", action.reference);
    [action.doc, bulk, &needs, &reference]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}
