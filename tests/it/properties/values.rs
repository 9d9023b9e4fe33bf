//! Values on the wire and in a state file.

use windows365::tf::{Number, Type, Value, json, msgpack};

use super::{holds, that};
use crate::support::shapes::{Choices, any_type, any_value_of};

fn typed(unknowns: bool) -> impl Fn(&mut Choices<'_>) -> (Type, Value) {
    move |choices| {
        let r#type = any_type(choices, 3);
        let value = any_value_of(&r#type, choices, unknowns);
        (r#type, value)
    }
}

#[test]
fn a_value_comes_back_from_msgpack_as_it_was() {
    holds("msgpack_values", 400, 300, typed(true), |(r#type, value)| {
        value.conforms(r#type).map_err(|error| error.to_string())?;
        let bytes = msgpack::encode(value, r#type);
        let back = msgpack::decode(&bytes, r#type).map_err(|error| error.to_string())?;
        that(back == *value, || format!("came back as {back:?}"))?;
        that(msgpack::encode(&back, r#type) == bytes, || "has two encodings".to_owned())
    });
}

#[test]
fn a_known_value_comes_back_from_json_as_it_was() {
    holds("json_values", 400, 300, typed(false), |(r#type, value)| {
        let text = json::to_json(value, r#type).map_err(|error| error.to_string())?.to_string();
        let back = json::decode(text.as_bytes(), r#type).map_err(|error| error.to_string())?;
        that(back == *value, || format!("{text} came back as {back:?}"))
    });
}

#[test]
fn a_type_comes_back_from_its_constraint_as_it_was() {
    holds(
        "types",
        300,
        60,
        |choices| any_type(choices, 4),
        |r#type| {
            let text = r#type.to_json();
            let back = Type::from_json(&text).map_err(|error| error.to_string())?;
            that(back == *r#type, || format!("came back as {back:?}"))
        },
    );
}

/// What Terraform knows of an unknown value makes it no other value, whatever is written there.
#[test]
fn an_unknown_value_is_unknown_however_it_is_refined() {
    let make = |choices: &mut Choices<'_>| {
        let code = i8::from_ne_bytes([choices.byte()]);
        let payload: Vec<u8> = (0..choices.below(40)).map(|_| choices.byte()).collect();
        (if code % 2 == 0 { 12 } else { code }, payload)
    };
    holds("refinements", 400, 60, make, |(code, payload)| {
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, &rmpv::Value::Ext(*code, payload.clone()))
            .map_err(|error| error.to_string())?;
        for r#type in [Type::String, Type::Number, Type::Dynamic, Type::list(Type::Bool)] {
            let value = msgpack::decode(&bytes, &r#type).map_err(|error| error.to_string())?;
            that(value == Value::unknown(), || format!("{value:?}"))?;
        }
        Ok(())
    });
}

/// Decimals are exact: a number is its shortest text, and its text is the number.
#[test]
fn a_number_is_what_its_digits_say() {
    let make = |choices: &mut Choices<'_>| match any_value_of(&Type::Number, choices, false) {
        Value::Number(number) => number,
        _ => Number::from(0_i64),
    };
    holds("numbers", 400, 220, make, |number| {
        let text = number.to_string();
        that(text.parse::<Number>().as_ref() == Ok(number), || text.clone())?;
        that(!text.contains('.') || !text.ends_with(['0', '.']), || {
            format!("{text} is not short")
        })?;
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let digits = whole.len() + fraction.len();
        let shifted = format!("{whole}{fraction}e-{}", fraction.len());
        that(shifted.parse::<Number>().as_ref() == Ok(number), || format!("{shifted}, {digits}"))
    });
}
