//! How much memory a value takes.

use crate::tf::Value;

/// Memory of a text beside its bytes.
const TEXT: usize = 32;
/// Memory of one element of a list, which may have room to grow.
const ELEMENT: usize = 2 * size_of::<Value>();
/// Memory of one member of an object: its share of a node of the tree that is hardly more than half full.
const MEMBER: usize = 2 * (size_of::<String>() + size_of::<Value>());

/// About how many bytes a value takes beside its own place.
pub(super) fn of(value: &Value) -> usize {
    match value {
        Value::Null | Value::Unknown(_) | Value::Bool(_) => 0,
        Value::Number(_) => TEXT,
        Value::String(text) => TEXT + text.len(),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            elements.iter().map(|element| ELEMENT + of(element)).sum()
        }
        Value::Map(members) | Value::Object(members) => {
            members.iter().map(|(name, value)| MEMBER + TEXT + name.len() + of(value)).sum()
        }
        Value::Dynamic(dynamic) => size_of_val(dynamic.as_ref()) + of(&dynamic.value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_as_heavy_as_all_that_it_holds() {
        let text = Value::from("x".repeat(1000));
        let list = Value::List(vec![text.clone(); 10]);
        let object = Value::object([("one", list.clone()), ("two", list.clone())]);
        assert!((1000..1100).contains(&of(&text)));
        assert!((10 * of(&text)..12 * of(&text)).contains(&of(&list)));
        assert!((2 * of(&list)..3 * of(&list)).contains(&of(&object)));
        // Nothing but names is heavy too: every attribute of a type is in every object of it.
        let empty = Value::object((0..100).map(|number| (number.to_string(), Value::Null)));
        assert!((10_000..30_000).contains(&of(&empty)), "{}", of(&empty));
    }
}
