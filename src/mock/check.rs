//! Bodies against the metadata: unknown properties, wrong types, read-only writes, missing types, bad enum members.

use base64::Engine as _;
use serde_json::{Map, Value};

use super::answer::Problem;
use super::metadata::{Kind, Metadata, Property, UNKNOWN_FUTURE_VALUE, Version, metadata};
use super::rules::Set;
use super::store::Body;

/// How a body is looked at.
pub(crate) struct Check<'a> {
    pub(crate) version: Version,
    /// The rules beyond the metadata; `None` for the parameters of an action.
    pub(crate) set: Option<&'a Set>,
    /// Ignore what a strict service refuses.
    pub(crate) lax: bool,
    pub(crate) any_case: bool,
}

/// A body in canonical form: enum members and type names as in the metadata.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) body: Body,
    /// `property@odata.bind` and its address.
    pub(crate) binds: Vec<(String, String)>,
}

type Outcome<T> = Result<T, Problem>;

fn refuse<T>(message: impl Into<String>) -> Outcome<T> {
    Err(Problem::bad_request(message))
}

impl Check<'_> {
    /// Checks the body of a create or update.
    pub(crate) fn entity(&self, declared: &str, body: Map<String, Value>) -> Outcome<Checked> {
        let mut checked = Checked::default();
        let type_name = self.type_of(declared, &body)?;
        self.fields(&type_name, true, body, &mut checked)?;
        if type_name != declared {
            checked.body.insert("@odata.type".into(), Value::from(type_name));
        }
        Ok(checked)
    }

    /// Checks the parameters of an action.
    pub(crate) fn parameters(
        &self,
        parameters: &[super::metadata::Parameter],
        body: Map<String, Value>,
    ) -> Outcome<Body> {
        let mut checked = Body::new();
        for (name, value) in body {
            let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
                if self.lax {
                    continue;
                }
                return refuse(format!("The parameter '{name}' does not belong to the action."));
            };
            checked.insert(name.clone(), self.property(&name, &parameter.property, value)?);
        }
        Ok(checked)
    }

    /// One value of a declared type.
    fn property(&self, path: &str, property: &Property, value: Value) -> Outcome<Value> {
        let type_name = property.type_in(self.version);
        match (property.collection, value) {
            // A collection written as null reads back empty (seen in public issue threads).
            (true, Value::Null) => match property.nullable {
                Some(false) => refuse(format!("The property '{path}' cannot be null.")),
                _ => Ok(Value::Array(Vec::new())),
            },
            (true, Value::Array(items)) => items
                .into_iter()
                .map(|item| match item {
                    Value::Null => refuse(format!("The collection '{path}' holds a null.")),
                    item => self.value(path, type_name, item),
                })
                .collect::<Outcome<_>>()
                .map(Value::Array),
            (true, _) => refuse(format!("The property '{path}' is a collection.")),
            (false, Value::Null) if property.nullable == Some(false) => refuse(format!(
                "A null value was found for the property named '{path}', which has the expected type '{type_name}[Nullable=False]'."
            )),
            (false, Value::Null) => Ok(Value::Null),
            (false, value) => self.value(path, type_name, value),
        }
    }

    /// The type that a body says it is of, or the declared one.
    fn type_of(&self, declared: &str, body: &Map<String, Value>) -> Outcome<String> {
        let metadata = metadata();
        let must = metadata.get(declared).is_some_and(|found| found.is_abstract)
            || metadata.has_subtypes(declared, self.version);
        let Some(given) = body.get("@odata.type") else {
            if must {
                return refuse(format!(
                    "The @odata.type annotation is missing: microsoft.graph.{declared} is abstract or has derived types."
                ));
            }
            return Ok(declared.to_owned());
        };
        let resolved = given.as_str().and_then(|text| metadata.resolve(text));
        let Some(name) = resolved
            .filter(|name| metadata.get(name).is_some_and(|found| found.is_in(self.version)))
        else {
            return refuse(format!("The type {given} is not known."));
        };
        let is_abstract = metadata.get(name).is_some_and(|found| found.is_abstract);
        if !metadata.is_a(name, declared) || is_abstract {
            return refuse(format!(
                "A value of type 'microsoft.graph.{name}' cannot stand where 'microsoft.graph.{declared}' is expected."
            ));
        }
        Ok(name.to_owned())
    }

    fn fields(
        &self,
        type_name: &str,
        root: bool,
        body: Map<String, Value>,
        into: &mut Checked,
    ) -> Outcome<()> {
        for (sent_name, value) in body {
            if sent_name == "@odata.type" {
                continue;
            }
            if let Some((property, annotation)) = sent_name.split_once('@') {
                self.annotation(type_name, root, property, annotation, &value, into)?;
                continue;
            }
            let Some((name, property)) = self.find(type_name, &sent_name) else {
                self.unknown(type_name, &sent_name, value, into)?;
                continue;
            };
            if self.is_read_only(type_name, root, name, property) {
                if self.lax {
                    continue;
                }
                return refuse(format!(
                    "The property '{name}' is read-only and cannot be written."
                ));
            }
            let no_null = root && self.set.is_some_and(|set| set.no_null(name));
            if no_null && value.is_null() {
                return refuse(format!("The property '{name}' cannot be null."));
            }
            let value = self.property(name, property, value)?;
            into.body.insert(name.to_owned(), value);
        }
        Ok(())
    }

    fn find<'m>(&self, type_name: &str, name: &str) -> Option<(&'m str, &'m Property)> {
        let metadata: &'static Metadata = metadata();
        metadata.properties(type_name, self.version).into_iter().find(|(known, _)| {
            *known == name || (self.any_case && known.eq_ignore_ascii_case(name))
        })
    }

    fn is_read_only(&self, type_name: &str, root: bool, name: &str, property: &Property) -> bool {
        let by_metadata = property.read_only || property.computed;
        let nested = format!("{type_name}/{name}");
        let rule_name = if root { name } else { &nested };
        match self.set {
            Some(set) if set.read_only(rule_name) => true,
            Some(set) if set.writable(rule_name) => false,
            _ => by_metadata,
        }
    }

    fn annotation(
        &self,
        type_name: &str,
        root: bool,
        property: &str,
        annotation: &str,
        value: &Value,
        into: &mut Checked,
    ) -> Outcome<()> {
        let metadata = metadata();
        match annotation {
            "odata.bind" if root => {
                let known = metadata.navigation(type_name, property, self.version).is_some();
                match value.as_str() {
                    Some(address) if known => {
                        into.binds.push((property.to_owned(), address.to_owned()));
                        Ok(())
                    }
                    _ => refuse(format!(
                        "The annotation '{property}@odata.bind' needs a navigation property of microsoft.graph.{type_name} and the address of an object."
                    )),
                }
            }
            // Tells the type of the value beside it, which is checked there.
            "odata.type" if self.find(type_name, property).is_some() => Ok(()),
            _ if self.lax => Ok(()),
            _ => refuse(format!("The annotation '{property}@{annotation}' cannot be written.")),
        }
    }

    fn unknown(
        &self,
        type_name: &str,
        name: &str,
        value: Value,
        into: &mut Checked,
    ) -> Outcome<()> {
        let metadata = metadata();
        if metadata.navigation(type_name, name, self.version).is_some() {
            if self.lax {
                return Ok(());
            }
            return refuse(format!(
                "The property '{name}' is a navigation property and cannot be written in the body of its owner."
            ));
        }
        if metadata.get(type_name).is_some_and(|found| found.open) {
            into.body.insert(name.to_owned(), value);
            return Ok(());
        }
        if self.lax {
            return Ok(());
        }
        refuse(format!(
            "The property '{name}' does not exist on type 'microsoft.graph.{type_name}'. Make sure to only use property names that are defined by the type."
        ))
    }

    /// One value that is not null, by the name of its type.
    pub(crate) fn value(&self, path: &str, type_name: &str, value: Value) -> Outcome<Value> {
        if let Some(primitive) = type_name.strip_prefix("Edm.") {
            return if is_primitive(primitive, &value) {
                Ok(value)
            } else {
                refuse(format!(
                    "Cannot convert the literal '{value}' of the property '{path}' to the expected type '{type_name}'."
                ))
            };
        }
        let Some(found) = metadata().get(type_name) else { return Ok(value) };
        match (found.kind, value) {
            (Kind::Enum, Value::String(text)) => self.members(path, type_name, &text),
            (Kind::Complex | Kind::Entity, Value::Object(body)) => {
                let mut checked = Checked::default();
                let actual = self.type_of(type_name, &body)?;
                self.fields(&actual, false, body, &mut checked)?;
                if actual != type_name {
                    checked.body.insert("@odata.type".into(), Value::from(actual));
                }
                Ok(Value::Object(checked.body))
            }
            (_, value) => refuse(format!(
                "The value {value} of the property '{path}' is not of the type 'microsoft.graph.{type_name}'."
            )),
        }
    }

    fn members(&self, path: &str, type_name: &str, text: &str) -> Outcome<Value> {
        let Some(found) = metadata().get(type_name) else { return Ok(Value::from(text)) };
        let asked: Vec<&str> =
            if found.flags { text.split(',').map(str::trim).collect() } else { vec![text] };
        let mut members = Vec::new();
        for one in asked {
            match found.member(one, self.version) {
                Some(UNKNOWN_FUTURE_VALUE) | None => {
                    return refuse(format!(
                        "Requested value '{one}' was not found: '{path}' is of the type 'microsoft.graph.{type_name}'."
                    ));
                }
                Some(member) => members.push(member),
            }
        }
        Ok(Value::from(members.join(",")))
    }
}

fn is_primitive(name: &str, value: &Value) -> bool {
    let text = value.as_str();
    match name {
        "String" => text.is_some(),
        "Boolean" => value.is_boolean(),
        "Byte" => value.as_u64().is_some_and(|number| u8::try_from(number).is_ok()),
        "Int16" => value.as_i64().is_some_and(|number| i16::try_from(number).is_ok()),
        "Int32" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        // A client that asks for IEEE754Compatible sends text (OData JSON format 4.01, section 7.1).
        "Int64" => value.as_i64().is_some() || text.is_some_and(|text| text.parse::<i64>().is_ok()),
        "Double" | "Single" | "Decimal" => {
            value.is_number() || text.is_some_and(|text| ["NaN", "INF", "-INF"].contains(&text))
        }
        "Guid" => text.is_some_and(|text| uuid::Uuid::parse_str(text).is_ok()),
        "DateTimeOffset" => text.is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
        "Date" => {
            text.is_some_and(|text| text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok())
        }
        "TimeOfDay" => text.is_some_and(|text| text.parse::<jiff::civil::Time>().is_ok()),
        "Duration" => text.is_some_and(|text| {
            text.trim_start_matches('-').starts_with('P') && text.parse::<jiff::Span>().is_ok()
        }),
        "Binary" | "Stream" => {
            text.is_some_and(|text| base64::engine::general_purpose::STANDARD.decode(text).is_ok())
        }
        _ => true,
    }
}
