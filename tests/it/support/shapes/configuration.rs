//! Configurations that an entity's description allows.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use windows365::engine::{equal, names, schema, timeouts};
use windows365::spec::{
    Assignments, Attribute, Check, Default, Element, Entity, Kind, Place, Presence, Rule, Scalar,
    Secret, Stored, Targets, Trigger, Variant, When,
};
use windows365::tf::Type;
use windows365::tf::json::from_json;

use super::super::tenant::CLOUD_APP_POLICY;
use super::Choices;

/// A configuration of what is set, valid by everything that the description says and by what a new tenant holds.
pub(crate) fn configuration(entity: &'static Entity, choices: &mut Choices<'_>) -> Json {
    let mut writer = Writer { entity, choices, everything: false };
    let mut config = writer.object(entity.attributes, entity.rules);
    if let Place::Child { parent, .. } = entity.place {
        config.insert(parent.to_owned(), json!("3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"));
    }
    if !entity.family.is_empty() {
        config.append(&mut writer.variant(entity.family));
    }
    if let Some(assignments) = &entity.assignments
        && writer.choices.one_in(2)
    {
        config.insert(schema::ASSIGNMENTS.to_owned(), writer.assignments(assignments));
    }
    writer.settings(&mut config);
    writer.obey(entity.attributes, entity.rules, &mut config);
    facts(&mut config);
    Json::Object(config)
}

/// A value of an attribute, read-only ones below it included.
pub(crate) fn any_value(
    entity: &'static Entity,
    attribute: &Attribute,
    choices: &mut Choices<'_>,
) -> Json {
    Writer { entity, choices, everything: true }.value(attribute)
}

/// The Terraform type of an attribute's values.
pub(crate) fn type_of(kind: &Kind) -> Type {
    let element = |element: &Element| match element {
        Element::Scalar(scalar) => type_of(&Kind::Scalar(*scalar)),
        Element::Object(fields) => type_of(&Kind::Object(*fields)),
        Element::Union(variants) => type_of(&Kind::Union(variants)),
    };
    match kind {
        Kind::Scalar(Scalar::Boolean) => Type::Bool,
        Kind::Scalar(Scalar::Int32 | Scalar::Int64 | Scalar::Double) => Type::Number,
        Kind::Scalar(_) => Type::String,
        Kind::Flags(_) => Type::set(Type::String),
        Kind::List(inner) => Type::list(element(inner)),
        Kind::Set(inner) => Type::set(element(inner)),
        Kind::Object(fields) => object_type(fields.attributes),
        Kind::Union(variants) => {
            Type::object(variants.iter().map(|it| (it.name, object_type(it.attributes))))
        }
    }
}

fn object_type(attributes: &[Attribute]) -> Type {
    let mut types = BTreeMap::new();
    for attribute in attributes {
        types.insert(names::attribute_name(attribute).into_owned(), type_of(&attribute.kind));
        if let Some(twin) = names::twin(attribute) {
            types.insert(twin.write_only, type_of(&attribute.kind));
            types.insert(twin.version, Type::Number);
        }
    }
    Type::Object(types)
}

struct Writer<'c, 'b> {
    entity: &'static Entity,
    choices: &'c mut Choices<'b>,
    /// Whether read-only attributes are written too.
    everything: bool,
}

impl Writer<'_, '_> {
    fn object(&mut self, attributes: &[Attribute], rules: &[Rule]) -> Map<String, Json> {
        let mut object = Map::new();
        for attribute in attributes {
            let written = match attribute.presence {
                Presence::Required => true,
                Presence::ReadOnly => self.everything && self.choices.one_in(2),
                Presence::Optional | Presence::Defaulted => self.choices.one_in(2),
            };
            if written {
                self.set(attribute, &mut object);
            }
        }
        self.obey(attributes, rules, &mut object);
        object
    }

    /// Sets an attribute, a secret in one of its two ways.
    fn set(&mut self, attribute: &Attribute, object: &mut Map<String, Json>) {
        let value = self.value(attribute);
        let name = names::attribute_name(attribute).into_owned();
        match names::twin(attribute) {
            Some(twin) if attribute.secret == Secret::Unreadable && self.choices.one_in(2) => {
                object.insert(twin.write_only, value);
                object.insert(twin.version, json!(self.choices.below(3)));
            }
            _ => drop(object.insert(name, value)),
        }
    }

    fn value(&mut self, attribute: &Attribute) -> Json {
        match &attribute.kind {
            Kind::Scalar(scalar) => self.scalar(attribute, scalar),
            Kind::Object(fields) => Json::Object(self.object(fields.attributes, fields.rules)),
            Kind::Union(variants) => Json::Object(self.variant(variants)),
            Kind::Flags(choice) => {
                let scalar = Scalar::Choice(choice);
                self.collection(attribute, true, |writer| writer.scalar(attribute, &scalar))
            }
            Kind::List(element) => {
                self.collection(attribute, false, |writer| writer.element(attribute, element))
            }
            Kind::Set(element) => {
                self.collection(attribute, true, |writer| writer.element(attribute, element))
            }
        }
    }

    fn element(&mut self, attribute: &Attribute, element: &Element) -> Json {
        match element {
            Element::Scalar(scalar) => self.scalar(attribute, scalar),
            Element::Object(fields) => Json::Object(self.object(fields.attributes, fields.rules)),
            Element::Union(variants) => Json::Object(self.variant(variants)),
        }
    }

    fn collection(
        &mut self,
        attribute: &Attribute,
        distinct: bool,
        element: impl Fn(&mut Self) -> Json,
    ) -> Json {
        let mut least = usize::from(attribute.presence == Presence::Required);
        let mut most = 3;
        for check in attribute.checks {
            match check {
                Check::MinLength(length) => least = *length as usize,
                Check::MaxLength(length) => most = most.min(*length as usize),
                _ => {}
            }
        }
        let wanted = least + self.choices.below(most.saturating_sub(least) + 1);
        let mut elements: Vec<Json> = Vec::new();
        for _ in 0..wanted {
            let one = element(self);
            if !(distinct && elements.iter().any(|other| are_one(attribute, other, &one))) {
                elements.push(one);
            }
        }
        Json::Array(elements)
    }

    fn variant(&mut self, variants: &[Variant]) -> Map<String, Json> {
        let variant = &variants[self.choices.below(variants.len())];
        let content = self.object(variant.attributes, variant.rules);
        Map::from_iter([(variant.name.to_owned(), Json::Object(content))])
    }

    fn scalar(&mut self, attribute: &Attribute, scalar: &Scalar) -> Json {
        match scalar {
            Scalar::Boolean => json!(self.choices.one_in(2)),
            Scalar::Int64 if attribute.property == "frequencyInHours" => {
                json!([4, 6, 12, 16, 24][self.choices.below(5)])
            }
            Scalar::Int32 | Scalar::Int64 => {
                let (least, most) = attribute
                    .checks
                    .iter()
                    .find_map(|check| match check {
                        Check::Between(least, most) => Some((*least, *most)),
                        _ => None,
                    })
                    .unwrap_or((-5, 2_000_000_000));
                let of = [1, 0, 24, 1_000, i64::MAX, i64::MIN];
                json!(of[self.choices.below(of.len())].clamp(least, most))
            }
            Scalar::Double => {
                json!([1.0, 0.5, 0.1, -2.25, 1e21][self.choices.below(5)])
            }
            Scalar::Choice(choice) => {
                let member = self.choices.pick(choice.members);
                if self.choices.one_in(16) {
                    json!(member.to_ascii_uppercase())
                } else {
                    json!(member)
                }
            }
            _ => json!(self.text(attribute, scalar)),
        }
    }

    /// A text that passes every check, warnings included.
    fn text(&mut self, attribute: &Attribute, scalar: &Scalar) -> String {
        let pool = pool(self.entity, attribute, scalar);
        let passes = |text: &str| {
            attribute.checks.iter().all(|check| match check {
                Check::MinLength(least) if matches!(attribute.kind, Kind::Scalar(_)) => {
                    text.chars().count() >= *least as usize
                }
                Check::MaxLength(most) if matches!(attribute.kind, Kind::Scalar(_)) => {
                    text.chars().count() <= *most as usize
                }
                Check::Text(check) | Check::Advice(check) => check(text).is_ok(),
                _ => true,
            })
        };
        let required = attribute.presence == Presence::Required;
        let fitting: Vec<&str> = pool
            .iter()
            .copied()
            .filter(|text| passes(text) && !(required && text.is_empty()))
            .collect();
        assert!(!fitting.is_empty(), "no text is known that {} takes", attribute.property);
        let text = self.choices.pick(&fitting).to_owned();
        if matches!(scalar, Scalar::Guid) && self.choices.one_in(8) {
            return text.to_ascii_uppercase();
        }
        text
    }

    fn assignments(&mut self, assignments: &Assignments) -> Json {
        let mut groups = GUIDS.to_vec();
        let mut all = Vec::new();
        for _ in 0..self.choices.below(4) {
            let whom = groups.remove(self.choices.below(groups.len()));
            let whom =
                if self.choices.one_in(8) { whom.to_ascii_uppercase() } else { whom.to_owned() };
            let mut one = Map::new();
            match &assignments.targets {
                Targets::CloudPc { frontline } => {
                    one.insert("group_id".to_owned(), json!(whom));
                    if *frontline && self.choices.one_in(3) {
                        one.insert("service_plan_id".to_owned(), json!(GUIDS[3]));
                        one.insert("allotment_display_name".to_owned(), json!("Share"));
                        one.insert("allotment_licenses_count".to_owned(), json!(5));
                    }
                }
                Targets::Intune { .. } => drop(one.insert("group_id".to_owned(), json!(whom))),
                Targets::Named { by, .. } => {
                    one.insert(names::attribute_name(by).into_owned(), json!(whom));
                }
            }
            one.append(&mut self.object(assignments.extra, &[]));
            all.push(Json::Object(one));
        }
        Json::Array(all)
    }

    /// What is no property of the object.
    fn settings(&mut self, config: &mut Map<String, Json>) {
        if schema::may_duplicate_name(self.entity) && self.choices.one_in(2) {
            config.insert(schema::ALLOW_DUPLICATE_NAME.to_owned(), json!(true));
        }
        if let Some(asked) = self.entity.wait.and_then(|wait| wait.asked)
            && self.choices.one_in(4)
        {
            config.insert(asked.name.to_owned(), json!(self.choices.one_in(2)));
        }
        for call in self.entity.calls {
            if let When::Triggered(Trigger { name, .. }) = call.when
                && self.choices.one_in(4)
            {
                config.insert(name.to_owned(), json!({"of": self.choices.below(3).to_string()}));
            }
        }
        if self.choices.one_in(4) {
            let length = self.choices.pick(&["8h", "5h30m", "20000s"]);
            config
                .insert(timeouts::ATTRIBUTE.to_owned(), json!({"create": length, "delete": "9h"}));
        }
    }

    /// Puts right what breaks a rule, in the way that leaves most.
    fn obey(&mut self, attributes: &[Attribute], rules: &[Rule], object: &mut Map<String, Json>) {
        for _ in 0..3 {
            for rule in rules {
                self.obey_one(attributes, rule, object);
            }
        }
    }

    fn obey_one(&mut self, attributes: &[Attribute], rule: &Rule, object: &mut Map<String, Json>) {
        let has = |object: &Map<String, Json>, name: &str, values: &[&str]| {
            let default = named(attributes, name).and_then(|it| it.default);
            let value = object.get(name).cloned().unwrap_or(match default {
                Some(Default::Text(text)) => json!(text),
                Some(Default::Boolean(flag)) => json!(flag),
                _ => Json::Null,
            });
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            values.iter().any(|value| value.eq_ignore_ascii_case(&text))
        };
        match rule {
            Rule::Conflicts(names) => drop_all_but_first(names, object),
            Rule::ExactlyOne(names) | Rule::AtLeastOne(names) => {
                if !names.iter().any(|name| object.contains_key(*name))
                    && let Some(attribute) = names.first().and_then(|it| named(attributes, it))
                {
                    self.set(attribute, object);
                }
                if matches!(rule, Rule::ExactlyOne(_)) {
                    drop_all_but_first(names, object);
                }
            }
            Rule::RequiredWhen { attribute, values, needs } => {
                let empty =
                    object.get(*needs).is_none_or(|it| *it == json!([]) || *it == json!(""));
                if has(object, attribute, values)
                    && empty
                    && let Some(needed) = named(attributes, needs)
                {
                    let required = Attribute { presence: Presence::Required, ..*needed };
                    self.set(&required, object);
                }
            }
            Rule::ForbiddenWhen { attribute, values, forbids } => {
                if has(object, attribute, values) {
                    remove(object, forbids);
                }
            }
            Rule::OnlyWhen { attribute, with, values } => {
                if !has(object, with, values) {
                    remove(object, attribute);
                }
            }
            Rule::Demands { attribute, values, other, allowed } => {
                if has(object, attribute, values) && !has(object, other, allowed) {
                    object.insert((*other).to_owned(), json!(allowed[0]));
                }
            }
        }
    }
}

/// Whether two elements of a set are one: they are the same, or objects that say the same in two spellings.
fn are_one(attribute: &Attribute, one: &Json, other: &Json) -> bool {
    let of = type_of(&attribute.kind);
    let alone = |element: &Json| from_json(&json!([element]), &of).expect("an element fits");
    one == other || one.is_object() && equal::same(attribute, &alone(one), &alone(other))
}

fn named<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|it| names::attribute_name(it) == name)
}

fn drop_all_but_first(names: &[&str], object: &mut Map<String, Json>) {
    let set: Vec<&str> = names.iter().copied().filter(|name| object.contains_key(*name)).collect();
    for surplus in set.iter().skip(1) {
        object.remove(*surplus);
    }
}

/// Removes what a dotted path leads to, in every element of a collection on the way.
fn remove(object: &mut Map<String, Json>, path: &str) {
    let Some((first, rest)) = path.split_once('.') else {
        object.remove(path);
        return;
    };
    match object.get_mut(first) {
        Some(Json::Object(inner)) => remove(inner, rest),
        Some(Json::Array(elements)) => {
            elements.iter_mut().filter_map(Json::as_object_mut).for_each(|it| remove(it, rest));
        }
        _ => {}
    }
}

const GUIDS: [&str; 4] = [
    "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11",
    "91c2a7f4-6d35-4b80-8e1a-3f5d7b9c0e21",
    "7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10",
    "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
];

/// Texts that a scalar takes; those that name something in the tenant name something that is there.
fn pool(entity: &Entity, attribute: &Attribute, scalar: &Scalar) -> &'static [&'static str] {
    if let Stored::Bind { .. } = attribute.stored {
        return &["fa1d7878-e8cb-41a1-8254-0142355c9f84", "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e"];
    }
    let intune = entity.name.starts_with("intune_");
    match (attribute.property, scalar) {
        ("provisioningPolicyId", _) => &[CLOUD_APP_POLICY],
        ("roleDefinitionId", _) => {
            &["b5c08161-a7af-481c-ace2-a20a69a48fb1", "ea8e2fb8-e909-44e6-bae7-56757cf6f347"]
        }
        ("partnerId", _) => &["198d7140-80bb-4843-8cc4-811377a49a92"],
        ("allowedResourceActions" | "notAllowedResourceActions", _) if intune => &[
            "Microsoft.Intune_ManagedDevices_Read",
            "Microsoft.Intune_RemoteTasks_RebootNow",
            "Microsoft.Intune_ManagedDevices_Delete",
        ],
        ("allowedResourceActions" | "excludedResourceActions", _) => {
            &["Microsoft.CloudPC/CloudPCs/Read", "Microsoft.CloudPC/CloudPCs/Reboot"]
        }
        ("principalIds", _) => &GUIDS,
        ("directoryScopeIds", _) => &["/"],
        ("roleScopeTagIds", _) => &["0", "1", "27"],
        ("cloudPcNamingTemplate", _) => {
            &["CPC-%USERNAME:5%-%RAND:5%", "%RAND:5%", "%USERNAME:3%x%RAND:6%"]
        }
        ("resourceGroupId" | "virtualNetworkId" | "subnetId" | "sourceImageResourceId", _) => &[
            "/subscriptions/0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051/resourceGroups/rg-cloudpc",
            "/subscriptions/0F5E2C84-7A19-4D63-B8E2-9C1D6F3A7051/resourceGroups/RG-other/x/y",
        ],
        ("displayName", _) => &[
            "Engineering",
            "a",
            "Zürich 日本 🦀",
            "two  blanks - and_1.2,+[]{}",
            "a name of just sixty characters, which is what some may have",
        ],
        (_, Scalar::Guid) => &GUIDS,
        (_, Scalar::DateTime) => &[
            "2026-03-01T08:30:00Z",
            "2026-03-01T09:30:00+01:00",
            "2026-03-01T08:30:00.1200000Z",
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00Z",
        ],
        (_, Scalar::Date) => &["2026-03-01", "2024-02-29"],
        (_, Scalar::TimeOfDay) => &["08:30:00", "08:30:00.0000000", "00:00:00", "23:59:59.999"],
        (_, Scalar::Duration) => {
            &["PT1H30M", "PT90M", "P1D", "PT24H", "P1Y", "P12M", "PT0S", "P1W"]
        }
        (_, Scalar::Binary) => &["aGVsbG8=", "", "aGVs\nbG8=", "/+8A"],
        _ => TEXTS,
    }
}

const TEXTS: &[&str] = &[
    "plain",
    "1.0.3",
    "Zürich 日本 🦀",
    "it's \"quoted\" \\ and <b>&amp;</b>",
    "line\r\nbreak\tand tab",
    " blanks around ",
    "?$filter=x#y;z&%2e%2e/../é",
    "\u{202e}right to left \u{200b}zero width",
    "",
    "null",
    "[]",
    "A much longer text: 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
];

/// What the service knows beyond the description.
fn facts(config: &mut Map<String, Json>) {
    // A group of regions alone is no place.
    let entries = config.get_mut("domain_join_configurations").and_then(Json::as_array_mut);
    for entry in entries.into_iter().flatten().filter_map(Json::as_object_mut) {
        if !entry.contains_key("on_premises_connection_id") {
            entry.entry("region_name").or_insert(json!("automatic"));
        }
    }
    if let Some(Json::Object(scaling)) =
        config.get_mut("agent").and_then(|agent| agent.get_mut("scaling_policy"))
        && let (Some(least), Some(most)) = (
            scaling.get("minimum_count").and_then(Json::as_i64),
            scaling.get("maximum_count").and_then(Json::as_i64),
        )
        && least > most
    {
        scaling.insert("minimum_count".to_owned(), json!(most));
    }
}
