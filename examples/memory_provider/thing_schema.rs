//! What a thing consists of: one attribute of every class, one block of every nesting.

use windows365::tf::{Identity, IdentityAttribute, Mode, Nesting, Schema, Type, Value};

use crate::schema::{Rules, block, nested, number, plain, schema, string};

use Mode::{Computed, Optional, OptionalComputed, Required};

/// Version 0 had `title` instead of `name`.
pub(crate) const VERSION: i64 = 1;

pub(crate) fn thing() -> Schema {
    let attributes = vec![
        string("id", Computed, "Given at creation, for ever.").stable(),
        string("name", Required, "A name."),
        string("note", Optional, "A remark."),
        number("size", OptionalComputed, "A size.").default(1),
        number("exact", Optional, "A number that keeps all its digits."),
        string("zone", OptionalComputed, "Where it is; the service chooses when nobody does."),
        string("color", Optional, "A color; the service writes it in capitals.")
            .equal_by(&caseless),
        string("kind", Optional, "What it is; another kind is another thing.").replaces(),
        string("region", OptionalComputed, "Chosen for ever.").replaces(),
        number("revision", Computed, "Goes up with every change."),
        string("password", Optional, "A secret that the state holds.").sensitive(),
        string("secret_wo", Optional, "A secret that the state never holds.")
            .sensitive()
            .write_only(),
        number("secret_wo_version", Optional, "Raise it to send the secret again."),
        number("secret_length", Computed, "Length of the secret that the service has.").sensitive(),
        plain("anything", Type::Dynamic, Optional, "Any value of any type."),
        plain("labels", Type::map(Type::String), Optional, "Texts by name."),
        plain("colors", Type::set(Type::String), Optional, "Some texts."),
        nested(
            "settings",
            Nesting::Single,
            "An object.",
            vec![
                string("mode", Optional, "A mode."),
                number("level", OptionalComputed, "A level.").default(5),
                string("color", Optional, "A color.").equal_by(&caseless),
                string("secret_wo", Optional, "A secret inside.").write_only(),
                string("stamp", Computed, "Changes with every change."),
            ],
        ),
        nested(
            "rules",
            Nesting::List,
            "Objects in order.",
            vec![
                string("name", Required, "A name."),
                number("port", OptionalComputed, "A port."),
                string("key", Computed, "Stays for the position.").stable(),
            ],
        ),
        nested(
            "members",
            Nesting::Set,
            "Objects without order.",
            vec![
                string("address", Required, "Who.").equal_by(&caseless),
                string("role", OptionalComputed, "A role.").default("reader"),
                string("since", Computed, "Since which revision."),
            ],
        ),
        nested(
            "limits",
            Nesting::Map,
            "Objects by name.",
            vec![number("max", Optional, "Most."), number("used", Computed, "How much is used.")],
        ),
        number(
            "wait_seconds",
            Optional,
            "How long the service takes to finish a create or update.",
        ),
        string(
            "fail",
            Optional,
            "The operation that fails half-way: create, update, read or delete.",
        ),
        string("panic", Optional, "The operation that panics: plan, create, read or delete."),
    ];
    let blocks = vec![
        block(
            "about",
            Nesting::Group,
            "Never absent.",
            vec![string("owner", Optional, "An owner."), string("rev", Computed, "A revision.")],
        ),
        block(
            "lock",
            Nesting::Single,
            "Present or not.",
            vec![string("holder", Optional, "Who holds it.")],
        ),
        block(
            "peer",
            Nesting::Set,
            "Blocks without order.",
            vec![
                string("address", Required, "An address.").equal_by(&caseless),
                string("seen", Computed, "When last seen."),
            ],
        ),
        block(
            "step",
            Nesting::List,
            "Blocks in order.",
            vec![
                string("run", Required, "What to run."),
                string("took", Computed, "How long it took."),
            ],
        ),
        block("tag", Nesting::Map, "Blocks by label.", vec![string("text", Optional, "A text.")]),
    ];
    Schema { version: VERSION, ..schema("An object in the file.", attributes, blocks) }
}

/// An id is enough to find a thing; the store is told beside it where it is known.
pub(crate) fn identity() -> Identity {
    let attribute =
        |name: &'static str, required_for_import, description: &'static str| IdentityAttribute {
            name: name.into(),
            r#type: Type::String,
            required_for_import,
            description: description.into(),
        };
    Identity {
        version: 0,
        attributes: vec![
            attribute("id", true, "Id of the thing."),
            attribute("store", false, "Path of the file that holds it."),
        ],
    }
}

/// Upper and lower case are the same.
pub(crate) fn caseless(left: &Value, right: &Value) -> bool {
    match (left.as_str(), right.as_str()) {
        (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
        _ => false,
    }
}
