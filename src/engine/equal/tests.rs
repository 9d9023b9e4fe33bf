//! Spellings.

use super::{Equality, same};
use crate::spec::Attribute;
use crate::spec::{
    Choice, binary, choice, date_time, duration, guid, guids, object, string, time_of_day,
};
use crate::tf::Value;

fn check(attribute: &Attribute, same_values: &[(&str, &str)], different: &[(&str, &str)]) {
    for (a, b) in same_values {
        assert!(same(attribute, &Value::from(*a), &Value::from(*b)), "{a} and {b} are one value");
    }
    for (a, b) in different {
        assert!(!same(attribute, &Value::from(*a), &Value::from(*b)), "{a} and {b} differ");
    }
}

#[test]
fn guids_ignore_case_and_braces() {
    check(
        &guid("id"),
        &[
            ("3F6A0C5E-0F3B-4C6F-9D0E-5F2F0D1C9B11", "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"),
            ("{3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11}", "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11"),
        ],
        &[("3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11", "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b12")],
    );
}

#[test]
fn equal_instants_are_equal_values() {
    check(
        &date_time("at"),
        &[
            ("2026-03-03T09:14:01Z", "2026-03-03T09:14:01.0000000Z"),
            ("2026-03-03T09:14:01Z", "2026-03-03T10:14:01+01:00"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0Z"),
        ],
        &[("2026-03-03T09:14:01Z", "2026-03-03T09:14:01.5Z"), ("soon", "later")],
    );
}

#[test]
fn equal_lengths_are_equal_values() {
    check(
        &duration("for"),
        &[("P7D", "P1W"), ("P7D", "PT168H"), ("PT1H", "PT3600S"), ("P1Y", "P1Y")],
        &[("P1M", "P30D"), ("PT1H", "PT2H"), ("P1Y", "P12M")],
    );
}

#[test]
fn equal_times_of_day_are_equal_values() {
    check(&time_of_day("at"), &[("02:00:00", "02:00:00.0000000")], &[("02:00:00", "02:00:01")]);
}

#[test]
fn equal_bytes_are_equal_values() {
    check(&binary("data"), &[("aGVsbG8=", "aGVs\r\nbG8=")], &[("aGVsbG8=", "aGVsbG9v")]);
}

#[test]
fn renamed_members_are_one_value() {
    static KIND: Choice = Choice::open("kind", &["shared", "sharedByUser", "dedicated"])
        .renamed(&[("shared", "sharedByUser")]);
    check(
        &choice("kind", &KIND),
        &[
            ("shared", "sharedByUser"),
            ("sharedbyuser", "sharedByUser"),
            ("futureThing", "FutureThing"),
        ],
        &[("dedicated", "shared"), ("futureThing", "shared")],
    );
}

#[test]
fn sets_ignore_order_and_the_spelling_of_their_elements() {
    let of = |texts: &[&str]| Value::Set(texts.iter().map(|text| Value::from(*text)).collect());
    let (a, b) = ("3F6A0C5E-0F3B-4C6F-9D0E-5F2F0D1C9B11", "7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10");
    let attribute = guids("members");
    assert!(same(&attribute, &of(&[a, b]), &of(&[b, &a.to_lowercase()])));
    assert!(!same(&attribute, &of(&[a, b]), &of(&[a])));
    assert!(!same(&attribute, &of(&[]), &Value::Null));
    assert!(same(&attribute.empty_is_null(), &of(&[]), &Value::Null));
}

#[test]
fn null_and_empty_text_are_one_value_only_where_declared() {
    let (null, empty) = (Value::Null, Value::from(""));
    assert!(!same(&string("description"), &null, &empty));
    assert!(same(&string("description").empty_is_null(), &null, &empty));
    assert!(!same(&string("description").empty_is_null(), &null, &Value::from(" ")));
}

#[test]
fn values_from_the_service_equal_everything() {
    let attribute = object("o").of(const { &[string("a"), string("b").defaulted()] });
    let value = |a: &str, b: Value| Value::object([("a", Value::from(a)), ("b", b)]);
    assert!(same(&attribute, &value("x", Value::from("y")), &value("x", Value::unknown())));
    assert!(!same(&attribute, &value("x", Value::from("y")), &value("z", Value::unknown())));
    // … but not for the framework, which asks about what is configured.
    assert!(!Equality::same(&attribute, &value("x", Value::unknown()), &value("x", Value::Null)));
}
