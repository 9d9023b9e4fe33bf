//! Types and values of every shape.

use windows365::tf::{Number, Type, Value};

use super::Choices;

/// A type at most so many levels deep; `dynamic` only where Terraform allows it.
pub(crate) fn any_type(choices: &mut Choices<'_>, depth: usize) -> Type {
    type_below(choices, depth, true)
}

fn type_below(choices: &mut Choices<'_>, depth: usize, dynamic: bool) -> Type {
    match choices.below(if depth == 0 { 4 } else { 9 }) {
        0 => Type::String,
        1 => Type::Number,
        2 => Type::Bool,
        3 if dynamic => Type::Dynamic,
        3 => Type::String,
        4 => Type::list(type_below(choices, depth - 1, false)),
        5 => Type::set(type_below(choices, depth - 1, false)),
        6 => Type::map(type_below(choices, depth - 1, false)),
        7 => Type::Tuple(
            (0..choices.below(4)).map(|_| type_below(choices, depth - 1, dynamic)).collect(),
        ),
        _ => Type::Object(
            (0..choices.below(4))
                .map(|_| (text(choices), type_below(choices, depth - 1, dynamic)))
                .collect(),
        ),
    }
}

/// A value of a type, null anywhere; unknown anywhere if `unknowns`.
pub(crate) fn any_value_of(r#type: &Type, choices: &mut Choices<'_>, unknowns: bool) -> Value {
    match choices.below(8) {
        6 if unknowns => return Value::unknown(),
        7 => return Value::Null,
        _ => {}
    }
    match r#type {
        Type::String => Value::String(text(choices)),
        Type::Number => Value::Number(number(choices)),
        Type::Bool => Value::Bool(choices.one_in(2)),
        Type::Dynamic => {
            let r#type = match type_below(choices, 2, false) {
                Type::Dynamic => Type::Bool,
                other => other,
            };
            let value = any_value_of(&r#type, choices, unknowns);
            Value::dynamic(r#type, value)
        }
        Type::List(element) => Value::List(several(element, choices, unknowns)),
        Type::Set(element) => Value::set(several(element, choices, unknowns)),
        Type::Map(element) => {
            let values = several(element, choices, unknowns);
            Value::Map(values.into_iter().map(|value| (text(choices), value)).collect())
        }
        Type::Tuple(types) => {
            Value::Tuple(types.iter().map(|it| any_value_of(it, choices, unknowns)).collect())
        }
        Type::Object(attributes) => Value::Object(
            attributes
                .iter()
                .map(|(name, it)| (name.clone(), any_value_of(it, choices, unknowns)))
                .collect(),
        ),
    }
}

/// The value with something known of the type wherever it was unknown.
pub(crate) fn completed(value: &Value, r#type: &Type, choices: &mut Choices<'_>) -> Value {
    match (value, r#type) {
        (Value::Unknown(_), _) => any_value_of(r#type, choices, false),
        (Value::Object(entries), Type::Object(types)) => Value::Object(
            entries
                .iter()
                .map(|(name, value)| (name.clone(), completed(value, &types[name], choices)))
                .collect(),
        ),
        (Value::List(elements), Type::List(element)) => {
            Value::List(elements.iter().map(|it| completed(it, element, choices)).collect())
        }
        (Value::Set(elements), Type::Set(element)) => {
            Value::set(elements.iter().map(|it| completed(it, element, choices)))
        }
        (value, _) => value.clone(),
    }
}

fn several(element: &Type, choices: &mut Choices<'_>, unknowns: bool) -> Vec<Value> {
    // Now and then more than the short forms of lengths reach.
    let count = if choices.one_in(32) { 20 } else { choices.below(4) };
    (0..count).map(|_| any_value_of(element, choices, unknowns)).collect()
}

/// Text in normalization form C, at times longer than the short forms of lengths reach.
fn text(choices: &mut Choices<'_>) -> String {
    const PIECES: [&str; 10] =
        ["a", "Zürich", "\"", "\u{0}", "日本", "🦀", "_1", " ", "\\", "${x}%{y}"];
    let count = if choices.one_in(64) { 300 } else { choices.below(4) };
    (0..count).map(|_| choices.pick(&PIECES)).collect()
}

fn number(choices: &mut Choices<'_>) -> Number {
    let digits = |choices: &mut Choices<'_>, count: usize| -> String {
        (0..count).map(|_| char::from(b'0' + choices.byte() % 10)).collect()
    };
    let sign = if choices.one_in(2) { "-" } else { "" };
    let whole = match choices.below(6) {
        0 => "0".to_owned(),
        1 => i64::MAX.to_string(),
        2 => "9223372036854775808".to_owned(),
        3 => u64::MAX.to_string(),
        4 => format!("1{}", digits(choices, 160)),
        _ => format!("1{}", digits(choices, 5)),
    };
    let fraction = match choices.below(4) {
        0 => String::new(),
        1 => ".5".to_owned(),
        2 => format!(".{}", digits(choices, 3)),
        _ => format!(".{}", digits(choices, 40)),
    };
    format!("{sign}{whole}{fraction}").parse().expect("digits are a number")
}
