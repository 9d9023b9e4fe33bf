//! Types as Terraform writes them in schemas, read anew here so that a mistake of the provider's own reader shows.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

/// A type constraint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ty {
    String,
    Number,
    Bool,
    Dynamic,
    List(Box<Ty>),
    Set(Box<Ty>),
    Map(Box<Ty>),
    Tuple(Vec<Ty>),
    Object(BTreeMap<String, Ty>),
}

impl Ty {
    /// Reads type JSON as strictly as Terraform does, which crashes on what is no type.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Ty, String> {
        let json: Json = serde_json::from_slice(bytes)
            .map_err(|error| format!("{:?} is no type: {error}", String::from_utf8_lossy(bytes)))?;
        Ty::from_json(&json)
    }

    fn from_json(json: &Json) -> Result<Ty, String> {
        let element = |index: usize| Ty::from_json(&json[index]).map(Box::new);
        match json[0].as_str().or(json.as_str()) {
            Some("string") if json.is_string() => Ok(Ty::String),
            Some("number") if json.is_string() => Ok(Ty::Number),
            Some("bool") if json.is_string() => Ok(Ty::Bool),
            Some("dynamic") if json.is_string() => Ok(Ty::Dynamic),
            Some("list") if json.is_array() => Ok(Ty::List(element(1)?)),
            Some("set") if json.is_array() => Ok(Ty::Set(element(1)?)),
            Some("map") if json.is_array() => Ok(Ty::Map(element(1)?)),
            Some("tuple") if json[1].is_array() => {
                let types = json[1].as_array().into_iter().flatten();
                Ok(Ty::Tuple(types.map(Ty::from_json).collect::<Result<_, _>>()?))
            }
            Some("object") if json[1].is_object() => {
                let attributes = json[1].as_object().into_iter().flatten();
                let read = |(name, json): (&String, _)| Ok((name.clone(), Ty::from_json(json)?));
                Ok(Ty::Object(attributes.map(read).collect::<Result<_, String>>()?))
            }
            _ => Err(format!("{json} is no type")),
        }
    }

    pub(crate) fn to_json(&self) -> Json {
        match self {
            Ty::String => json!("string"),
            Ty::Number => json!("number"),
            Ty::Bool => json!("bool"),
            Ty::Dynamic => json!("dynamic"),
            Ty::List(element) => json!(["list", element.to_json()]),
            Ty::Set(element) => json!(["set", element.to_json()]),
            Ty::Map(element) => json!(["map", element.to_json()]),
            Ty::Tuple(types) => json!(["tuple", types.iter().map(Ty::to_json).collect::<Vec<_>>()]),
            Ty::Object(attributes) => {
                let attributes: BTreeMap<_, _> =
                    attributes.iter().map(|(name, it)| (name, it.to_json())).collect();
                json!(["object", attributes])
            }
        }
    }

    /// Whether a value of this type may stand where one of `wanted` was announced. Dynamic stands for anything.
    pub(crate) fn conforms(&self, wanted: &Ty) -> bool {
        match (self, wanted) {
            (_, Ty::Dynamic) => true,
            (Ty::List(it), Ty::List(wanted))
            | (Ty::Set(it), Ty::Set(wanted))
            | (Ty::Map(it), Ty::Map(wanted)) => it.conforms(wanted),
            (Ty::Tuple(types), Ty::Tuple(wanted)) => {
                types.len() == wanted.len()
                    && types.iter().zip(wanted).all(|(it, wanted)| it.conforms(wanted))
            }
            (Ty::Object(attributes), Ty::Object(wanted)) => {
                attributes.len() == wanted.len()
                    && attributes.iter().all(|(name, it)| {
                        wanted.get(name).is_some_and(|wanted| it.conforms(wanted))
                    })
            }
            (it, wanted) => it == wanted,
        }
    }

    pub(crate) fn has_dynamic(&self) -> bool {
        match self {
            Ty::Dynamic => true,
            Ty::String | Ty::Number | Ty::Bool => false,
            Ty::List(it) | Ty::Set(it) | Ty::Map(it) => it.has_dynamic(),
            Ty::Tuple(types) => types.iter().any(Ty::has_dynamic),
            Ty::Object(attributes) => attributes.values().any(Ty::has_dynamic),
        }
    }
}
