//! Arguments as a user writes them where no schema gives them a shape: an object in an attribute of any type.
//!
//! Terraform converts values where a schema names a type, and so do we: `"1"` is a number where one is wanted, a tuple is a set.

use crate::engine::names;
use crate::spec::{Action, Attribute, Element, Kind, Presence, Scalar, Variant};
use crate::tf::{Diagnostic, Diagnostics, Number, Path, Value};

/// Gives arguments their shape, and checks that none is missing, unknown to the action or of another kind. `given` and `secret` are the
/// two attributes that arguments stand in, each with its name.
pub(super) fn shape(
    action: &'static Action,
    given: (&str, &Value),
    secret: (&str, &Value),
    diags: &mut Diagnostics,
) -> Value {
    let (one, other) = (inner(given.1), inner(secret.1));
    if one.is_unknown() || other.is_unknown() {
        return Value::unknown();
    }
    let mut all = std::collections::BTreeMap::new();
    for ((name, _), value) in [(given, one), (secret, other)] {
        if value.is_null() {
            continue;
        }
        let Some(entries) = value.entries() else {
            let detail = format!("`{name}` must be an object: `{{ name = value }}`.");
            diags.push(error(name, detail));
            continue;
        };
        for (argument, value) in entries {
            if all.insert(argument.clone(), value.clone()).is_some_and(|it: Value| !it.is_null()) {
                let detail = format!("`{argument}` stands in `{}` and in `{}`.", given.0, secret.0);
                diags.push(error(name, detail));
            }
        }
    }
    let mut shaping = Shaping { attribute: given.0, problems: Diagnostics::new() };
    let shaped = shaping.level(action.arguments, action.kinds, &Value::Object(all), "");
    diags.extend(shaping.problems);
    shaped
}

fn error(attribute: &str, detail: String) -> Diagnostic {
    Diagnostic::error("Arguments that the action does not take", detail)
        .at(Path::attribute(attribute))
}

/// A value without the type that it brought.
fn inner(value: &Value) -> &Value {
    match value {
        Value::Dynamic(dynamic) => &dynamic.value,
        value => value,
    }
}

struct Shaping<'a> {
    attribute: &'a str,
    problems: Diagnostics,
}

impl Shaping<'_> {
    fn problem(&mut self, detail: String) -> Value {
        self.problems.push(error(self.attribute, detail));
        Value::Null
    }

    fn level(
        &mut self,
        attributes: &'static [Attribute],
        kinds: &'static [Variant],
        given: &Value,
        at: &str,
    ) -> Value {
        let known: Vec<String> = attributes
            .iter()
            .map(|attribute| names::attribute_name(attribute).into_owned())
            .chain(kinds.iter().map(|kind| kind.name.to_owned()))
            .collect();
        for name in given.entries().into_iter().flatten().map(|(name, _)| name) {
            if !known.contains(name) {
                let may = match known.as_slice() {
                    [] => "There are none.".to_owned(),
                    known => format!("Known ones: `{}`.", known.join("`, `")),
                };
                self.problem(format!("There is no argument `{}`. {may}", below(at, name)));
            }
        }
        let mut shaped = Vec::new();
        for attribute in attributes {
            let name = names::attribute_name(attribute).into_owned();
            let here = below(at, &name);
            let value = self.value(&attribute.kind, inner(given.get(&name)), &here);
            if value.is_null()
                && attribute.presence == Presence::Required
                && inner(given.get(&name)).is_null()
            {
                self.problem(format!("The argument `{here}` is required."));
            }
            shaped.push((name, value));
        }
        for kind in kinds {
            let here = below(at, kind.name);
            let value = match inner(given.get(kind.name)) {
                value if !value.is_known() => value.clone(),
                value if value.entries().is_some() => {
                    self.level(kind.attributes, &[], value, &here)
                }
                _ => self.wanted(&here, "an object"),
            };
            shaped.push((kind.name.to_owned(), value));
        }
        Value::object(shaped)
    }

    fn wanted(&mut self, at: &str, what: &str) -> Value {
        self.problem(format!("The argument `{at}` must be {what}."))
    }

    fn value(&mut self, kind: &'static Kind, given: &Value, at: &str) -> Value {
        if !given.is_known() {
            return given.clone();
        }
        let elements = given.elements();
        match kind {
            Kind::Scalar(scalar) => self.scalar(scalar, given, at),
            Kind::Object(fields) if given.entries().is_some() => {
                self.level(fields.attributes, &[], given, at)
            }
            Kind::Union(variants) if given.entries().is_some() => {
                self.level(&[], variants, given, at)
            }
            Kind::Object(_) | Kind::Union(_) => self.wanted(at, "an object"),
            Kind::List(element) => match elements {
                Some(elements) => Value::List(self.elements(element, elements, at)),
                None => self.wanted(at, "a list"),
            },
            Kind::Set(element) => match elements {
                Some(elements) => Value::set(self.elements(element, elements, at)),
                None => self.wanted(at, "a list or a set"),
            },
            Kind::Flags(_) => match elements {
                Some(elements) => {
                    Value::set(self.elements(&Element::Scalar(Scalar::String), elements, at))
                }
                None => self.wanted(at, "a list or a set of strings"),
            },
        }
    }

    fn elements(&mut self, element: &'static Element, given: &[Value], at: &str) -> Vec<Value> {
        let at = format!("{at}[…]");
        let mut shaped = Vec::with_capacity(given.len());
        for value in given.iter().map(inner) {
            shaped.push(match element {
                _ if !value.is_known() => value.clone(),
                Element::Scalar(scalar) => self.scalar(scalar, value, &at),
                Element::Object(fields) if value.entries().is_some() => {
                    self.level(fields.attributes, &[], value, &at)
                }
                Element::Union(variants) if value.entries().is_some() => {
                    self.level(&[], variants, value, &at)
                }
                Element::Object(_) | Element::Union(_) => self.wanted(&at, "an object"),
            });
        }
        shaped
    }

    fn scalar(&mut self, scalar: &Scalar, given: &Value, at: &str) -> Value {
        match (scalar, given) {
            (Scalar::Boolean, Value::Bool(_)) => given.clone(),
            (Scalar::Boolean, Value::String(text)) => match text.as_str() {
                "true" => Value::from(true),
                "false" => Value::from(false),
                _ => self.wanted(at, "true or false"),
            },
            (Scalar::Boolean, _) => self.wanted(at, "true or false"),
            (Scalar::Int32 | Scalar::Int64 | Scalar::Double, Value::Number(_)) => given.clone(),
            (Scalar::Int32 | Scalar::Int64 | Scalar::Double, Value::String(text)) => {
                match text.parse::<Number>() {
                    Ok(number) => Value::Number(number),
                    Err(_) => self.wanted(at, "a number"),
                }
            }
            (Scalar::Int32 | Scalar::Int64 | Scalar::Double, _) => self.wanted(at, "a number"),
            (_, Value::String(_)) => given.clone(),
            (_, Value::Number(number)) => Value::from(number.to_string()),
            (_, Value::Bool(flag)) => Value::from(flag.to_string()),
            _ => self.wanted(at, "text"),
        }
    }
}

fn below(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

/// The arguments that are secrets and stand in a value, by name.
pub(super) fn secrets(attributes: &[Attribute], given: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in attributes {
        let name = names::attribute_name(attribute);
        let value = inner(given).get(&name);
        let inner_attributes = match &attribute.kind {
            Kind::Object(fields)
            | Kind::List(Element::Object(fields))
            | Kind::Set(Element::Object(fields)) => fields.attributes,
            _ => &[],
        };
        let is_secret = attribute.secret != crate::spec::Secret::No && !value.is_null();
        let values = match inner(value) {
            list if list.elements().is_some() => list.elements().unwrap_or_default(),
            one => std::slice::from_ref(one),
        };
        if is_secret || values.iter().any(|value| !secrets(inner_attributes, value).is_empty()) {
            found.push(name.into_owned());
        }
    }
    found
}
