//! Whether a value is of a type, by the strict rules that Terraform applies to what a provider answers.

use super::Value;
use crate::tf::{Error, Path, Step, Type};

impl Value {
    /// Checks that the value is exactly of `type`: every attribute of every object present and no other, tuples of the right length.
    ///
    /// # Errors
    /// Names the first place that does not fit, in Terraform's own words where it has some.
    pub fn conforms(&self, r#type: &Type) -> Result<(), Error> {
        self.conforms_at(r#type, &Path::root())
    }

    fn conforms_at(&self, r#type: &Type, path: &Path) -> Result<(), Error> {
        match (self, r#type) {
            (Value::Null | Value::Unknown(_), _)
            | (Value::String(_), Type::String)
            | (Value::Number(_), Type::Number)
            | (Value::Bool(_), Type::Bool) => Ok(()),
            (Value::Dynamic(dynamic), Type::Dynamic) => {
                dynamic.value.conforms_at(&dynamic.r#type, path)
            }
            (Value::List(elements), Type::List(element)) => elements
                .iter()
                .enumerate()
                .try_for_each(|(index, value)| value.conforms_at(element, &path.index(index))),
            (Value::Set(elements), Type::Set(element)) => elements.iter().try_for_each(|value| {
                value.conforms(element).map_err(|error| {
                    Error::new(path.clone(), format!("in an element of the set: {error}"))
                })
            }),
            (Value::Map(entries), Type::Map(element)) => {
                entries.iter().try_for_each(|(key, value)| {
                    value.conforms_at(element, &path.then(Step::Key(key.clone())))
                })
            }
            (Value::Tuple(elements), Type::Tuple(types)) if elements.len() == types.len() => {
                elements.iter().zip(types).enumerate().try_for_each(|(index, (value, r#type))| {
                    value.conforms_at(r#type, &path.index(index))
                })
            }
            (Value::Object(entries), Type::Object(attributes)) => {
                if let Some(name) = entries.keys().find(|name| !attributes.contains_key(*name)) {
                    return Err(Error::new(path.child(name.as_str()), "unsupported attribute"));
                }
                attributes.iter().try_for_each(|(name, r#type)| match entries.get(name) {
                    Some(value) => value.conforms_at(r#type, &path.child(name.as_str())),
                    None => Err(Error::new(path.child(name.as_str()), "the attribute is missing")),
                })
            }
            _ => Err(Error::new(path.clone(), format!("{} is required", r#type.noun()))),
        }
    }

    /// The type that a value written without one has: lists count as tuples, maps as objects, as Terraform reads `[…]` and `{…}`.
    pub(crate) fn own_type(&self) -> Type {
        match self {
            Value::Null | Value::Unknown(_) => Type::Dynamic,
            Value::Bool(_) => Type::Bool,
            Value::Number(_) => Type::Number,
            Value::String(_) => Type::String,
            Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
                Type::Tuple(elements.iter().map(Value::own_type).collect())
            }
            Value::Map(entries) | Value::Object(entries) => {
                Type::object(entries.iter().map(|(name, value)| (name.as_str(), value.own_type())))
            }
            Value::Dynamic(dynamic) => dynamic.r#type.clone(),
        }
    }
}
