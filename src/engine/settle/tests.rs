//! When two values mean the same, and how an open plan is filled in.

use super::*;
use crate::engine::tests::{IMAGE, THING};

fn groups(ids: &[&str]) -> Value {
    Value::Set(ids.iter().map(|id| Value::object([("group_id", Value::from(*id))])).collect())
}

#[test]
fn assignments_are_the_same_whatever_their_order_and_only_then() {
    let (a, b) = ("3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11", "7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10");
    for (one, other, same) in [
        (groups(&[a]), groups(&[a]), true),
        (groups(&[a]), groups(&[b]), false),
        (groups(&[a, b]), groups(&[b, a]), true),
        (groups(&[a, b]), groups(&[a]), false),
        (groups(&[a, b]), groups(&[a, a]), false),
        (groups(&[]), groups(&[]), true),
        (groups(&[]), Value::Null, false),
        (groups(&[a]), Value::Null, false),
        (Value::Null, Value::Null, true),
        (groups(&[a]), Value::unknown(), true),
        (Value::Null, Value::unknown(), true),
    ] {
        assert_eq!(same_assignments(&THING, &one, &other), same, "{one:?} {other:?}");
        assert_eq!(same_assignments(&THING, &other, &one), same, "{other:?} {one:?}");
        assert!(same_assignments(&IMAGE, &one, &other), "what is not assigned does not differ");
    }
}

/// An element with a name and a size.
fn element(name: &str, size: Value) -> Value {
    Value::object([("name", Value::from(name)), ("size", size)])
}

#[test]
fn what_a_plan_left_open_is_filled_in_and_nothing_else() {
    let (one, two) = (Value::from(1), Value::from(2));
    for (planned, actual, expected) in [
        (Value::unknown(), Value::from("x"), Value::from("x")),
        (Value::unknown(), Value::unknown(), Value::Null),
        (Value::unknown(), Value::Null, Value::Null),
        (Value::from("x"), Value::from("y"), Value::from("x")),
        (Value::Null, Value::from("y"), Value::Null),
        (element("a", Value::unknown()), element("b", one.clone()), element("a", one.clone())),
        (element("a", Value::unknown()), Value::Null, element("a", Value::Null)),
        // Lists go by place.
        (
            Value::List(vec![element("a", Value::unknown()), element("b", Value::unknown())]),
            Value::List(vec![element("a", one.clone())]),
            Value::List(vec![element("a", one.clone()), element("b", Value::Null)]),
        ),
        (
            Value::List(vec![Value::from("x")]),
            Value::List(vec![Value::from("y"), Value::from("z")]),
            Value::List(vec![Value::from("x")]),
        ),
        // Sets go by what is known.
        (
            Value::Set(vec![element("a", Value::unknown()), element("b", Value::unknown())]),
            Value::Set(vec![element("b", two.clone()), element("a", one.clone())]),
            Value::Set(vec![element("a", one.clone()), element("b", two.clone())]),
        ),
        (
            Value::Set(vec![element("a", Value::unknown()), element("c", Value::unknown())]),
            Value::Set(vec![element("b", two.clone()), element("a", one.clone())]),
            Value::Set(vec![element("a", one), element("c", Value::Null)]),
        ),
        (
            Value::Set(vec![Value::unknown()]),
            Value::Set(vec![Value::from("x")]),
            Value::Set(vec![Value::from("x")]),
        ),
        (
            Value::Set(vec![Value::from("x")]),
            Value::Set(vec![Value::from("y")]),
            Value::Set(vec![Value::from("x")]),
        ),
    ] {
        let completed = complete(&planned, &actual);
        assert_eq!(completed, expected, "{planned:?} from {actual:?}");
        assert!(completed.is_wholly_known());
    }
}

#[test]
fn what_a_plan_leaves_open_never_comes_from_another_element() {
    let all = |name: &str, group: Value| {
        let element = Value::object([("name", Value::from(name)), ("group", group)]);
        Value::object([("all", Value::List(vec![element]))])
    };
    let planned = all("north", Value::unknown());
    let of_another = all("west", Value::from("usWest"));
    assert_eq!(complete(&planned, &of_another), all("north", Value::Null));
    let of_itself = all("north", Value::from("europe"));
    assert_eq!(complete(&planned, &of_itself), of_itself);
}
