use super::*;

fn number(text: &str) -> Number {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Text in, shortest decimal text out.
fn check(text: &str, shortest: &str) {
    assert_eq!(number(text).to_string(), shortest, "{text}");
}

#[test]
fn every_syntax_of_a_number_is_read_exactly() {
    check("0", "0");
    check("-0", "0");
    check("-0.0", "0");
    check("0e999999999999", "0");
    check("+5", "5");
    check("5.", "5");
    check(".5", "0.5");
    check("1.50", "1.5");
    check("100", "100");
    check("1e3", "1000");
    check("1E+3", "1000");
    check("12.5e-3", "0.0125");
    check("12345678901234567890", "12345678901234567890");
    check("-9223372036854775809", "-9223372036854775809");
    check("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827");
    check("1e40", "10000000000000000000000000000000000000000");
    check("0x1F", "31");
    check("0b1_01", "5");
    check("0o17", "15");
    check("0x.8p1", "1");
    check("0x1p-2", "0.25");
    check("3p4", "48");
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "", "-", ".", "e5", "1e", "1e+", "1.2.3", "1 ", " 1", "0x", "1_000", "--1", "true", "1,5",
        "٣", "0xg",
    ] {
        assert_eq!(text.parse::<Number>(), Err(NumberError::Syntax), "{text:?}");
    }
    for text in ["Inf", "-Inf", "+inf"] {
        assert_eq!(text.parse::<Number>(), Err(NumberError::Infinite), "{text}");
    }
    assert_eq!(Number::try_from(f64::NAN), Err(NumberError::NotANumber));
    assert_eq!(Number::try_from(f64::NEG_INFINITY), Err(NumberError::Infinite));
}

#[test]
fn f88_a_huge_exponent_is_refused_without_taking_memory() {
    for text in [
        "1e999999999",
        "1e-999999999",
        "1e99999999999999999999",
        "1p999999999",
        "1p-999999999",
        "0x1p-99999999999999999999",
    ] {
        assert_eq!(text.parse::<Number>(), Err(NumberError::TooLong), "{text}");
    }
    check("1e-9999", &format!("0.{}1", "0".repeat(9998)));
    assert_eq!("9".repeat(10_001).parse::<Number>(), Err(NumberError::TooLong));
}

#[test]
fn numbers_are_equal_by_their_decimal_value() {
    assert_eq!(number("1.0"), number("1"));
    assert_eq!(number("1e2"), Number::from(100_i64));
    assert_eq!(Number::try_from(0.1).unwrap(), number("0.1"));
    assert_eq!(Number::try_from(1e300).unwrap(), number("1e300"));
    assert_ne!(number("9007199254740993"), number("9007199254740992"));
    assert!(number("-2") < number("1.5") && number("1.5") < number("1e3"));
}

#[test]
fn integers_come_out_only_when_nothing_is_lost() {
    assert_eq!(number("9223372036854775807").as_i64(), Some(i64::MAX));
    assert_eq!(number("-9223372036854775808").as_i64(), Some(i64::MIN));
    assert_eq!(number("9223372036854775808").as_i64(), None);
    assert_eq!(number("9223372036854775808").as_u64(), Some(1 << 63));
    assert_eq!(number("-1").as_u64(), None);
    assert_eq!(number("1.5").as_i64(), None);
    assert_eq!(number("1e3").as_i64(), Some(1000));
}

#[test]
fn floats_come_out_only_when_nothing_is_lost() {
    assert_eq!(number("0.5").as_f64_exact(), Some(0.5));
    assert_eq!(number("-1.25").as_f64_exact(), Some(-1.25));
    assert_eq!(number("0.1").as_f64_exact(), None);
    assert_eq!(number("9007199254740993").as_f64_exact(), None);
    assert_eq!(number("1e400").as_f64_exact(), None);
    assert_eq!(number("1e-400").as_f64_exact(), None);
}
