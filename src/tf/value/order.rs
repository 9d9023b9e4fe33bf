//! Equality of values, and an order that agrees with it, so that large sets are compared and stripped of duplicates by sorting.

use std::cmp::Ordering;

use super::Value;

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) | (Value::Unknown(_), Value::Unknown(_)) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => a == b,
            // Sets mostly arrive in the order that they were last seen in: then one pass is enough.
            (Value::Set(a), Value::Set(b)) => {
                a.len() == b.len() && (a == b || sorted(a) == sorted(b))
            }
            (Value::Map(a), Value::Map(b)) | (Value::Object(a), Value::Object(b)) => a == b,
            (Value::Dynamic(a), Value::Dynamic(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Number(a), Value::Number(b)) => a.cmp(b),
            (Value::String(a), Value::String(b)) => a.cmp(b),
            (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => a.cmp(b),
            (Value::Set(a), Value::Set(b)) => sorted(a).cmp(&sorted(b)),
            (Value::Map(a), Value::Map(b)) | (Value::Object(a), Value::Object(b)) => a.cmp(b),
            (Value::Dynamic(a), Value::Dynamic(b)) => a.cmp(b),
            _ => rank(self).cmp(&rank(other)),
        }
    }
}

/// Keeps values of different kinds apart.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Unknown(_) => 1,
        Value::Bool(_) => 2,
        Value::Number(_) => 3,
        Value::String(_) => 4,
        Value::List(_) => 5,
        Value::Set(_) => 6,
        Value::Tuple(_) => 7,
        Value::Map(_) => 8,
        Value::Object(_) => 9,
        Value::Dynamic(_) => 10,
    }
}

fn sorted(elements: &[Value]) -> Vec<&Value> {
    let mut elements: Vec<&Value> = elements.iter().collect();
    elements.sort_unstable();
    elements
}

/// A set of the elements in the order they came in, without the wholly known ones that repeat an earlier one.
pub(super) fn distinct(mut elements: Vec<Value>) -> Value {
    let mut by_value: Vec<usize> = (0..elements.len()).collect();
    by_value.sort_by(|a, b| elements.get(*a).cmp(&elements.get(*b)));
    let repeated: std::collections::BTreeSet<usize> = by_value
        .windows(2)
        .filter_map(|pair| match pair {
            [earlier, later] if elements.get(*earlier) == elements.get(*later) => Some(*later),
            _ => None,
        })
        .filter(|later| elements.get(*later).is_some_and(Value::is_wholly_known))
        .collect();
    let mut position = 0;
    elements.retain(|_| {
        position += 1;
        !repeated.contains(&(position - 1))
    });
    Value::Set(elements)
}
