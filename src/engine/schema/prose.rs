//! The words of schemas: what the engine adds to the sentences of a description.

use super::key_name;
use crate::engine::{target, timeouts};
use crate::spec::{
    Access, Answers, Assignments, Attribute, Choice, Default, Element, Entity, Function, Kind,
    Place, Report, Scalar, Secret, Variant,
};
use crate::tf::Mode;

pub(super) const ID: &str = "Id of the object in Microsoft Graph.";
pub(super) const ALLOW_DUPLICATE_NAME: &str = "Whether the object is created even when another one of the same name exists; by \
    default that is an error which names the other one and how to import it. `create_before_destroy` needs `true`.";
pub(super) const ASSIGNMENTS: &str = "Who gets it. The whole set: an assignment that is not listed is removed, whoever made it. Left \
    out, assignments are not managed and those of the tenant are shown; `[]` means that there are none.";
pub(super) const READ_ASSIGNMENTS: &str = "Who gets it.";
pub(super) const TOP: &str = "Greatest number of objects.";

pub(super) fn resource(entity: &Entity) -> String {
    let (read, write) = (least(&entity.permissions.read), least(&entity.permissions.create));
    let permissions = if read == write {
        format!("Needs the Graph permission {read}.")
    } else {
        format!("Needs the Graph permission {write}; {read} is enough to plan.")
    };
    page(entity, "", &permissions)
}

pub(super) fn data_source(entity: &Entity) -> String {
    page(entity, "Reads one object.", &reading(entity))
}

pub(super) fn data_sources(entity: &Entity) -> String {
    page(entity, "Reads all objects, or those that a filter matches.", &reading(entity))
}

pub(super) fn table(entity: &Entity) -> String {
    page(entity, "Reads a report.", &reading(entity))
}

/// The reports, each with its kinds.
pub(super) fn reports(reports: &[Report]) -> String {
    let one = |report: &Report| match report.kinds {
        None => format!("`{}`", report.name),
        Some(kinds) => {
            let kinds: Vec<_> =
                kinds.choice.members.iter().map(|kind| format!("`{kind}`")).collect();
            format!("`{}` (kinds: {})", report.name, kinds.join(", "))
        }
    };
    let all: Vec<String> = reports.iter().map(one).collect();
    format!("The report, by the name of its action in Graph: {}.", all.join(", "))
}

pub(super) fn list_resource(entity: &Entity) -> String {
    page(entity, "Finds existing objects.", &reading(entity))
}

pub(super) fn items(entity: &Entity) -> String {
    match entity.place {
        Place::Function(Function { answers: Answers::Texts, .. }) => {
            "The texts, sorted.".to_owned()
        }
        _ if entity.key.newest.is_some() => "The objects, the latest first.".to_owned(),
        Place::Function(_) => format!("The objects, sorted by `{}`.", key_name(entity)),
        _ => "The objects, sorted by id.".to_owned(),
    }
}

pub(super) fn filter(entity: &Entity) -> &'static str {
    match entity.place {
        Place::Function(_) => {
            "Filter in the language of OData, such as `name eq 'x'`, on properties by their names in Graph. The provider applies it, since \
             Graph does not."
        }
        _ => {
            "OData filter that Graph is asked to apply. Graph ignores or refuses filters in many places."
        }
    }
}

pub(super) fn order_by(entity: &Entity) -> &'static str {
    match entity.place {
        Place::Function(_) => {
            "Property to sort by, with `desc` after it for the other way round, which matters together with `top`. `items` have their \
             own order all the same."
        }
        _ => {
            "Order that Graph is asked to list in, which matters together with `top`. `items` are sorted by id all the same."
        }
    }
}

fn reading(entity: &Entity) -> String {
    format!("Needs the Graph permission {}.", least(&entity.permissions.read))
}

fn page(entity: &Entity, purpose: &str, permissions: &str) -> String {
    let reference = format!("[Microsoft's reference]({}).", entity.reference);
    let parts = [purpose, entity.doc, permissions, &reference];
    let told = parts.into_iter().filter(|part| !part.is_empty());
    told.collect::<Vec<_>>().join("\n\n")
}

/// The least permission, for both kinds of access.
fn least(access: &Access) -> String {
    match (access.delegated.first(), access.application.first()) {
        (Some(person), Some(app)) if person == app => format!("`{person}`"),
        (Some(person), Some(app)) => format!("`{person}` (signed-in person) or `{app}` (app)"),
        (Some(person), None) => format!("`{person}` (a signed-in person only, no app)"),
        (None, Some(app)) => format!("`{app}` (an app only)"),
        (None, None) => "that the reference names".to_owned(),
    }
}

pub(super) fn attribute(spec: &Attribute) -> String {
    let mut text = spec.doc.to_owned();
    let mut add = |sentence: String| {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&sentence);
    };
    if let Some(choice) = choice(&spec.kind) {
        add(members(choice));
    }
    if let Some(default) = spec.default {
        add(match default {
            Default::Boolean(flag) => format!("Default: `{flag}`."),
            Default::Integer(number) => format!("Default: `{number}`."),
            Default::Text(text) => format!("Default: `{text}`."),
        });
    }
    if spec.replace {
        add("Changing it replaces the object.".to_owned());
    }
    if let (Secret::Unreadable, Some(twin)) = (spec.secret, crate::engine::names::twin(spec)) {
        add(format!("Stored in the state; `{}` is not.", twin.write_only));
    }
    text
}

fn choice(kind: &Kind) -> Option<&'static Choice> {
    match kind {
        Kind::Scalar(Scalar::Choice(choice))
        | Kind::Flags(choice)
        | Kind::List(Element::Scalar(Scalar::Choice(choice)))
        | Kind::Set(Element::Scalar(Scalar::Choice(choice))) => Some(choice),
        _ => None,
    }
}

fn members(choice: &Choice) -> String {
    let members: Vec<String> = choice.members.iter().map(|member| format!("`{member}`")).collect();
    let known = if choice.closed { "Possible values" } else { "Known values" };
    format!("{known}: {}.", members.join(", "))
}

pub(super) fn write_only(name: &str, version: &str) -> String {
    format!(
        "As `{name}`, but stored nowhere. Raise `{version}` to send a new value. Needs Terraform 1.11 or OpenTofu 1.11."
    )
}

pub(super) fn version(write_only: &str) -> String {
    format!("A number of your own: when it changes, `{write_only}` is sent again.")
}

pub(super) fn variant(variant: &Variant, mode: Mode) -> String {
    let doc = variant.doc;
    if mode.is_configurable() {
        format!("{doc} Exactly one attribute of this level must be set.")
    } else {
        doc.to_owned()
    }
}

pub(super) fn target_type(assignments: &Assignments) -> String {
    let kinds: Vec<String> =
        target::kinds(&assignments.targets).iter().map(|kind| format!("`{kind}`")).collect();
    let default = target::default_kind(&assignments.targets);
    format!("Kind of target. Possible values: {}. Default: `{default}`.", kinds.join(", "))
}

pub(super) fn timeout(entity: &Entity, operation: timeouts::Operation) -> String {
    let minutes = operation.default_minutes(entity);
    let what = match operation {
        timeouts::Operation::Create => "Creating",
        timeouts::Operation::Read => "Reading",
        timeouts::Operation::Update => "Updating",
        timeouts::Operation::Delete => "Deleting",
    };
    match operation.when_waiting(entity) {
        Some(asked) => format!(
            "{what}. Default: `\"{minutes}m\"`, and `\"{}m\"` with `{}`.",
            asked.minutes, asked.name
        ),
        None => format!("{what}. Default: `\"{minutes}m\"`."),
    }
}
