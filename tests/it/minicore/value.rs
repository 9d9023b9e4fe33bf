//! Values as Terraform holds them. Written apart from the provider's own type on purpose.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bigdecimal::BigDecimal;
use serde_json::{Value as Json, json};

use super::types::Ty;

/// Marks a value in a test's configuration that is not known before apply: `{MARK: value}`.
pub(super) const MARK: &str = "\u{1}unknown";

/// A value. Lists and tuples, maps and objects share a shape; the type beside the value tells them apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Val {
    Null,
    Unknown,
    Bool(bool),
    Number(BigDecimal),
    String(String),
    /// A list or tuple.
    List(Vec<Val>),
    /// Sorted; only elements with unknowns in them can be there twice.
    Set(Vec<Val>),
    /// A map or object.
    Map(BTreeMap<String, Val>),
    /// In a place of type dynamic, what brought its own type.
    Dynamic(Box<(Ty, Val)>),
}

impl Val {
    pub(crate) fn set(elements: impl IntoIterator<Item = Val>) -> Val {
        let mut elements: Vec<Val> = elements.into_iter().collect();
        elements.sort();
        let mut seen = BTreeSet::new();
        elements.retain(|it| seen.insert(it.clone()) || !it.is_wholly_known());
        Val::Set(elements)
    }

    pub(crate) fn is_null(&self) -> bool {
        match self {
            Val::Dynamic(inner) => inner.1.is_null(),
            other => *other == Val::Null,
        }
    }

    pub(crate) fn is_unknown(&self) -> bool {
        match self {
            Val::Dynamic(inner) => inner.1.is_unknown(),
            other => *other == Val::Unknown,
        }
    }

    pub(crate) fn is_wholly_known(&self) -> bool {
        match self {
            Val::Unknown => false,
            Val::List(elements) | Val::Set(elements) => elements.iter().all(Val::is_wholly_known),
            Val::Map(entries) => entries.values().all(Val::is_wholly_known),
            Val::Dynamic(inner) => inner.1.is_wholly_known(),
            _ => true,
        }
    }

    /// An attribute or map entry; null below null, unknown below unknown.
    pub(crate) fn get(&self, name: &str) -> Val {
        match self {
            Val::Map(entries) => entries.get(name).cloned().unwrap_or(Val::Null),
            Val::Unknown => Val::Unknown,
            Val::Dynamic(inner) => inner.1.get(name),
            _ => Val::Null,
        }
    }

    /// Sets an attribute of an object.
    pub(crate) fn put(&mut self, name: &str, value: Val) {
        if let Val::Map(entries) = self {
            entries.insert(name.to_owned(), value);
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Val::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn elements(&self) -> &[Val] {
        match self {
            Val::List(elements) | Val::Set(elements) => elements,
            Val::Dynamic(inner) => inner.1.elements(),
            _ => &[],
        }
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&String, &Val)> {
        let entries = match self {
            Val::Map(entries) => Some(entries),
            Val::Dynamic(inner) => match &inner.1 {
                Val::Map(entries) => Some(entries),
                _ => None,
            },
            _ => None,
        };
        entries.into_iter().flatten()
    }

    /// The same value with nulls for unknowns, as Terraform saves what a provider wrongly left unknown.
    pub(crate) fn unknowns_as_null(&self) -> Val {
        match self {
            Val::Unknown => Val::Null,
            Val::List(elements) => Val::List(elements.iter().map(Val::unknowns_as_null).collect()),
            Val::Set(elements) => Val::set(elements.iter().map(Val::unknowns_as_null)),
            Val::Map(entries) => Val::Map(
                entries.iter().map(|(name, it)| (name.clone(), it.unknowns_as_null())).collect(),
            ),
            Val::Dynamic(inner) => {
                Val::Dynamic(Box::new((inner.0.clone(), inner.1.unknowns_as_null())))
            }
            other => other.clone(),
        }
    }

    /// The JSON of a stored state.
    pub(crate) fn to_json(&self) -> Json {
        match self {
            Val::Null | Val::Unknown => Json::Null,
            Val::Bool(flag) => json!(flag),
            Val::Number(number) => serde_json::from_str(&number.to_plain_string()).unwrap(),
            Val::String(text) => json!(text),
            Val::List(elements) | Val::Set(elements) => elements.iter().map(Val::to_json).collect(),
            Val::Map(entries) => {
                entries.iter().map(|(name, it)| (name.clone(), it.to_json())).collect()
            }
            Val::Dynamic(inner) => json!({ "value": inner.1.to_json(), "type": inner.0.to_json() }),
        }
    }

    /// A value from the JSON of a state or a test's configuration. A JSON array or object in a dynamic place that lacks a wrapper
    /// is a tuple or object, as `[…]` and `{…}` are in the language.
    pub(crate) fn from_json(json: &Json, ty: &Ty) -> Result<Val, String> {
        let wrong = || Err(format!("{json} is no {ty:?}"));
        Ok(match (json, ty) {
            (Json::Null, _) => Val::Null,
            (Json::Object(entries), _) if entries.contains_key(MARK) => Val::Unknown,
            (_, Ty::Dynamic) => Val::dynamic_from_json(json)?,
            (Json::Bool(flag), Ty::Bool) => Val::Bool(*flag),
            (Json::String(text), Ty::String) => Val::String(text.clone()),
            (Json::Number(number), Ty::Number) => Val::number(number.as_str())?,
            (Json::Array(elements), Ty::List(element)) => Val::List(
                elements.iter().map(|it| Val::from_json(it, element)).collect::<Result<_, _>>()?,
            ),
            (Json::Array(elements), Ty::Set(element)) => {
                let elements: Result<Vec<_>, _> =
                    elements.iter().map(|it| Val::from_json(it, element)).collect();
                Val::set(elements?)
            }
            (Json::Array(elements), Ty::Tuple(types)) if elements.len() == types.len() => {
                Val::List(
                    elements
                        .iter()
                        .zip(types)
                        .map(|(it, ty)| Val::from_json(it, ty))
                        .collect::<Result<_, _>>()?,
                )
            }
            (Json::Object(entries), Ty::Map(element)) => Val::Map(
                entries
                    .iter()
                    .map(|(key, it)| Ok((key.clone(), Val::from_json(it, element)?)))
                    .collect::<Result<_, String>>()?,
            ),
            (Json::Object(entries), Ty::Object(attributes)) => {
                if let Some(stray) = entries.keys().find(|name| !attributes.contains_key(*name)) {
                    return Err(format!("there is no attribute {stray:?}"));
                }
                let read = |(name, ty): (&String, &Ty)| {
                    let it = entries.get(name).unwrap_or(&Json::Null);
                    Ok((
                        name.clone(),
                        Val::from_json(it, ty).map_err(|error| format!("{name}: {error}"))?,
                    ))
                };
                Val::Map(attributes.iter().map(read).collect::<Result<_, String>>()?)
            }
            _ => return wrong(),
        })
    }

    fn dynamic_from_json(json: &Json) -> Result<Val, String> {
        let (ty, json) = match (json.get("value"), json.get("type")) {
            (Some(value), Some(ty)) => (Ty::parse(ty.to_string().as_bytes())?, value),
            _ => (own_type(json), json),
        };
        Ok(Val::Dynamic(Box::new((ty.clone(), Val::from_json(json, &ty)?))))
    }

    pub(crate) fn number(text: &str) -> Result<Val, String> {
        let number: BigDecimal = text.parse().map_err(|error| format!("{text:?}: {error}"))?;
        Ok(Val::Number(number.normalized()))
    }
}

fn own_type(json: &Json) -> Ty {
    match json {
        Json::Null => Ty::Dynamic,
        Json::Object(entries) if entries.contains_key(MARK) => Ty::Dynamic,
        Json::Bool(_) => Ty::Bool,
        Json::Number(_) => Ty::Number,
        Json::String(_) => Ty::String,
        Json::Array(elements) => Ty::Tuple(elements.iter().map(own_type).collect()),
        Json::Object(entries) => {
            Ty::Object(entries.iter().map(|(name, it)| (name.clone(), own_type(it))).collect())
        }
    }
}

impl fmt::Debug for Val {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Val::Null => f.write_str("null"),
            Val::Unknown => f.write_str("(unknown)"),
            Val::Bool(flag) => write!(f, "{flag}"),
            Val::Number(number) => f.write_str(&number.to_plain_string()),
            Val::String(text) => write!(f, "{text:?}"),
            Val::List(elements) => f.debug_list().entries(elements).finish(),
            Val::Set(elements) => f.debug_set().entries(elements).finish(),
            Val::Map(entries) => f.debug_map().entries(entries).finish(),
            Val::Dynamic(inner) => write!(f, "dynamic({:?})", inner.1),
        }
    }
}
