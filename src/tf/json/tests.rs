use super::*;
use crate::tf::generate::Generator;

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

fn check(json: &str, r#type: &Type, value: Value) {
    assert_eq!(decode(json.as_bytes(), r#type), Ok(value), "{json}");
}

fn check_refused(json: &str, r#type: &Type, message: &str) {
    assert_eq!(decode(json.as_bytes(), r#type).unwrap_err().to_string(), message, "{json}");
}

#[test]
fn every_kind_of_value_is_read() {
    check("", &Type::String, Value::Null);
    check("null", &Type::list(Type::String), Value::Null);
    check("\"a\"", &Type::String, "a".into());
    check(" true\n", &Type::Bool, true.into());
    check("[\"a\", null]", &Type::list(Type::String), Value::List(vec!["a".into(), Value::Null]));
    check("[1, 2, 1.0]", &Type::set(Type::Number), Value::Set(vec![2.into(), 1.into()]));
    check(
        "[1, \"a\"]",
        &Type::Tuple(vec![Type::Number, Type::String]),
        Value::Tuple(vec![1.into(), "a".into()]),
    );
    check(
        "{\"k\": true}",
        &Type::map(Type::Bool),
        Value::Map([("k".to_owned(), true.into())].into()),
    );
}

#[test]
fn numbers_keep_every_digit() {
    for digits in [
        "12345678901234567890",
        "0.1",
        "-0.1000000000000000055511151231257827",
        "1e40",
        "18446744073709551616.5",
    ] {
        check(digits, &Type::Number, number(digits));
    }
    check_refused(
        "1e999999999",
        &Type::Number,
        "a number is required, \"1e+999999999\" given: the number has too many digits",
    );
}

#[test]
fn primitives_written_as_another_are_read() {
    check("\"5\"", &Type::Number, number("5"));
    check("5", &Type::String, "5".into());
    check("true", &Type::String, "true".into());
    check("\"false\"", &Type::Bool, false.into());
}

#[test]
fn attributes_of_another_version_are_ignored_or_null() {
    let r#type = Type::object([("a", Type::String), ("new", Type::list(Type::Bool))]);
    check(
        "{\"a\": \"x\", \"old\": {\"y\": 1}}",
        &r#type,
        Value::object([("a", "x".into()), ("new", Value::Null)]),
    );
}

#[test]
fn dynamic_values_bring_their_type() {
    check(
        "{\"value\": [1], \"type\": [\"tuple\", [\"number\"]]}",
        &Type::Dynamic,
        Value::dynamic(Type::Tuple(vec![Type::Number]), Value::Tuple(vec![1.into()])),
    );
    check(
        "{\"type\": \"string\", \"value\": null}",
        &Type::Dynamic,
        Value::dynamic(Type::String, Value::Null),
    );
    check("null", &Type::Dynamic, Value::Null);
    check_refused("\"bare\"", &Type::Dynamic, "a value with its type is required (a string given)");
    check_refused("{\"value\": 1}", &Type::Dynamic, "a value with its type is required");
}

#[test]
fn errors_name_the_place() {
    let r#type = Type::object([
        ("a", Type::list(Type::map(Type::Bool))),
        ("s", Type::set(Type::object([("x", Type::Bool)]))),
    ]);
    check_refused(
        "{\"a\": [{\"k\": 1}]}",
        &r#type,
        "a[0][\"k\"]: a bool is required (a number given)",
    );
    check_refused(
        "{\"s\": [{\"x\": []}]}",
        &r#type,
        "s: in an element of the set: x: a bool is required (an array given)",
    );
    check_refused("[1]", &Type::Tuple(vec![]), "a tuple of 0 elements is required (1 given)");
    assert!(decode(b"{", &r#type).unwrap_err().to_string().starts_with("not JSON: "));
}

#[test]
fn what_json_cannot_say_is_refused() {
    let r#type = Type::object([("a", Type::list(Type::String))]);
    let value = Value::object([("a", Value::List(vec![Value::unknown()]))]);
    assert_eq!(
        to_json(&value, &r#type).unwrap_err().to_string(),
        "a[0]: the value is unknown, which JSON cannot say"
    );
    assert_eq!(to_json(&Value::from(1), &r#type).unwrap_err().to_string(), "an object is required");
}

#[test]
fn generated_values_come_back() {
    let mut generate = Generator(4);
    for round in 0..2000 {
        let r#type = generate.r#type(4);
        let value = generate.value(&r#type, false);
        let json = to_json(&value, &r#type).unwrap().to_string();
        assert_eq!(decode(json.as_bytes(), &r#type), Ok(value), "round {round}: {json}");
    }
}
