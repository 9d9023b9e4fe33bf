//! A device of Managed Desktop: its properties as they were documented, and how they become values.
//!
//! Source: <https://learn.microsoft.com/previous-versions/managed-desktop/>, page "Devices" of the customer API. Nothing is required of an
//! answer: what is missing or of another kind is null, and the whole object stands in `raw_json`.

use serde_json::Value as Json;

use crate::engine::names::snake_case;
use crate::tf::{Attribute, Kind, Mode, Nesting, Type, Value};

/// A property.
struct Property {
    name: &'static str,
    holds: Holds,
    doc: &'static str,
}

/// What a property holds.
enum Holds {
    Text,
    Whole,
    Objects(&'static [Property]),
}

const fn text(name: &'static str, doc: &'static str) -> Property {
    Property { name, holds: Holds::Text, doc }
}

static GROUPS: &[Property] = &[
    Property { name: "countMembers", holds: Holds::Whole, doc: "Number of members." },
    text("description", "Description."),
    text("displayName", "Name."),
    text("id", "Id of the group in Microsoft Entra."),
];

static CONFIGURATIONS: &[Property] = &[
    text("createdUtc", "When it was made."),
    text("deploymentStatus", "How far its deployment came."),
    text("id", "Id."),
    text("lastModifiedUtc", "When it was changed last."),
    text("lastReportedStatusUtc", "When the device reported last."),
    text("name", "Name."),
    text("type", "Kind."),
    text("version", "Version."),
];

static DEVICE: &[Property] = &[
    text("aadDeviceId", "Id of the device in Microsoft Entra."),
    Property { name: "ageInMonths", holds: Holds::Whole, doc: "Age in months." },
    text("assignedUser", "Person whose device it is."),
    text("complianceState", "Whether it complies, as Intune sees it."),
    Property {
        name: "configurations",
        holds: Holds::Objects(CONFIGURATIONS),
        doc: "Configurations that were deployed to it.",
    },
    text("enrolledIntoIntuneDateTimeUtc", "When it was enrolled in Intune."),
    text("globalDeviceId", "Id of the device with Microsoft."),
    Property { name: "groups", holds: Holds::Objects(GROUPS), doc: "Groups that it is in." },
    text("intuneId", "Id of the device in Intune."),
    text("lastIntuneSyncDateTimeUtc", "When it reported to Intune last."),
    text("managementAgent", "What manages it."),
    text("manufacturer", "Manufacturer."),
    text("model", "Model."),
    text("operatingSystemEdition", "Edition of Windows."),
    text("osVersion", "Version of Windows."),
    text("persona", "Kind of use: `Standard`, `SensitiveData`, `PowerUser`, `Kiosk` or `Starter`."),
    text("planType", "Plan that it belongs to."),
    text("primaryUpdateRing", "Update ring: `Test`, `First`, `Fast` or `Broad`."),
    text("profileAssignmentStatus", "How far the assignment of its profile came."),
    text("serialNumber", "Serial number."),
    text("tenantId", "Id of the tenant."),
    text("tenantName", "Name of the tenant."),
    text("userEmail", "Mail address of that person."),
    text("userUpn", "User principal name of that person."),
];

/// Attributes of a device, all computed, without its name.
pub(super) fn attributes() -> Vec<Attribute> {
    let mut attributes = computed(DEVICE);
    attributes.push(
        Attribute::new("raw_json", Kind::Type(Type::String), Mode::Computed)
            .described("The whole object as it came, as JSON."),
    );
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    attributes
}

fn computed(properties: &[Property]) -> Vec<Attribute> {
    let attribute = |property: &Property| {
        let kind = match property.holds {
            Holds::Text => Kind::Type(Type::String),
            Holds::Whole => Kind::Type(Type::Number),
            Holds::Objects(inner) => Kind::Nested(Nesting::List, computed(inner)),
        };
        Attribute::new(snake_case(property.name), kind, Mode::Computed).described(property.doc)
    };
    let mut attributes: Vec<_> = properties.iter().map(attribute).collect();
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    attributes
}

/// A device as a value, with its name.
pub(super) fn decode(device: &Json) -> Value {
    let mut entries: Vec<(String, Value)> =
        vec![("name".to_owned(), read(device.get("name"), &Holds::Text))];
    entries.push(("raw_json".to_owned(), Value::from(device.to_string())));
    entries.extend(of(device, DEVICE));
    Value::object(entries)
}

fn of(object: &Json, properties: &[Property]) -> Vec<(String, Value)> {
    let entry = |property: &Property| {
        (snake_case(property.name), read(object.get(property.name), &property.holds))
    };
    properties.iter().map(entry).collect()
}

fn read(value: Option<&Json>, holds: &Holds) -> Value {
    let Some(value) = value else { return Value::Null };
    match (holds, value) {
        (Holds::Text, Json::String(text)) => Value::from(text.as_str()),
        (Holds::Text, Json::Bool(_) | Json::Number(_)) => Value::from(value.to_string()),
        (Holds::Whole, Json::Number(number)) => number.as_i64().map_or(Value::Null, Value::from),
        (Holds::Whole, Json::String(text)) => {
            text.trim().parse::<i64>().map_or(Value::Null, Value::from)
        }
        (Holds::Objects(inner), Json::Array(objects)) => {
            Value::List(objects.iter().map(|object| Value::object(of(object, inner))).collect())
        }
        _ => Value::Null,
    }
}
