use super::*;
use crate::tf::generate::Generator;
use crate::tf::value::{Bounds, Refinement};
use crate::tf::{Number, Type, Value};

fn number(text: &str) -> Value {
    Value::Number(text.parse::<Number>().unwrap())
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The value is written as these bytes, and they are read as the value.
fn check(value: Value, r#type: &Type, encoding: &str) {
    let encoding = hex(&bytes(encoding));
    assert_eq!(hex(&encode(&value, r#type)), encoding, "{value:?}");
    assert_eq!(decode(&bytes(&encoding), r#type), Ok(value), "{encoding}");
}

/// These bytes, which we never write, are read as the value all the same.
fn check_read(encoding: &str, r#type: &Type, value: Value) {
    assert_eq!(decode(&bytes(encoding), r#type), Ok(value), "{encoding}");
}

fn check_refused(encoding: &str, r#type: &Type, message: &str) {
    assert_eq!(decode(&bytes(encoding), r#type).unwrap_err().to_string(), message, "{encoding}");
}

#[test]
fn null_of_any_type_is_nil_and_so_is_nothing() {
    for r#type in [Type::String, Type::Dynamic, Type::object([("a", Type::Bool)])] {
        check(Value::Null, &r#type, "c0");
        check_read("", &r#type, Value::Null);
    }
}

#[test]
fn strings_are_text_in_normalization_form_c() {
    check("".into(), &Type::String, "a0");
    check("a".into(), &Type::String, "a1 61");
    check("é".into(), &Type::String, "a2 c3a9");
    assert_eq!(hex(&encode(&"e\u{301}".into(), &Type::String)), "a2c3a9");
    check("x".repeat(31).as_str().into(), &Type::String, &format!("bf {}", "78".repeat(31)));
    check("x".repeat(32).as_str().into(), &Type::String, &format!("d920 {}", "78".repeat(32)));
    check("x".repeat(256).as_str().into(), &Type::String, &format!("da0100 {}", "78".repeat(256)));
    check(
        "x".repeat(65536).as_str().into(),
        &Type::String,
        &format!("db00010000 {}", "78".repeat(65536)),
    );
}

#[test]
fn binary_counts_as_text() {
    check_read("c4 01 61", &Type::String, "a".into());
    check_read("c5 0001 61", &Type::String, "a".into());
    check_read("c6 00000001 61", &Type::String, "a".into());
    check_read("d9 01 61", &Type::String, "a".into());
    check_read("c4 01 35", &Type::Number, number("5"));
    check_read(
        "81 c4 01 61 c2",
        &Type::object([("a", Type::Bool)]),
        Value::object([("a", false.into())]),
    );
}

#[test]
fn booleans() {
    check(true.into(), &Type::Bool, "c3");
    check(false.into(), &Type::Bool, "c2");
}

#[test]
fn integers_take_the_smallest_form() {
    for (text, encoding) in [
        ("0", "00"),
        ("127", "7f"),
        ("128", "cc80"),
        ("255", "ccff"),
        ("256", "cd0100"),
        ("65536", "ce00010000"),
        ("4294967296", "cf0000000100000000"),
        ("9223372036854775807", "cf7fffffffffffffff"),
        ("-1", "ff"),
        ("-32", "e0"),
        ("-33", "d0df"),
        ("-129", "d1ff7f"),
        ("-32769", "d2ffff7fff"),
        ("-2147483649", "d3ffffffff7fffffff"),
        ("-9223372036854775808", "d38000000000000000"),
    ] {
        check(number(text), &Type::Number, encoding);
    }
    check_read("cc05", &Type::Number, number("5"));
    check_read("d305 00000000000000", &Type::Number, number("360287970189639680"));
    check_read("d3 0000000000000005", &Type::Number, number("5"));
    check_read("cf ffffffffffffffff", &Type::Number, number("18446744073709551615"));
}

#[test]
fn fractions_that_binary_floats_hold_exactly_are_floats() {
    check(number("0.5"), &Type::Number, "cb3fe0000000000000");
    check(number("-1.25"), &Type::Number, "cbbff4000000000000");
    check_read("ca3f000000", &Type::Number, number("0.5"));
    check_read("cb3fb999999999999a", &Type::Number, number("0.1"));
    check_read("cb4059000000000000", &Type::Number, number("100"));
}

#[test]
fn mistake_30_numbers_beyond_binary_floats_keep_every_digit() {
    check(number("0.1"), &Type::Number, "a3 302e31");
    let long = "3.14159265358979323846264338327950288419716939937510582097494459";
    check(number(long), &Type::Number, &format!("d940 {}", hex(long.as_bytes())));
    check(
        number("9223372036854775808"),
        &Type::Number,
        "b3 39323233333732303336383534373735383038",
    );
    check(number("9007199254740993"), &Type::Number, "cf0020000000000001");
    check(number("1e40"), &Type::Number, &format!("d929 31{}", "30".repeat(40)));
    check_read("a4 31653430", &Type::Number, number("10000000000000000000000000000000000000000"));
}

#[test]
fn infinities_and_what_is_no_number_are_refused() {
    check_refused("cb7ff0000000000000", &Type::Number, "an infinite number is not supported");
    check_refused("cb7ff8000000000001", &Type::Number, "\"not a number\" is not supported");
    check_refused("a178", &Type::Number, "not a number");
    check_refused("ab3165393939393939393939", &Type::Number, "the number has too many digits");
}

#[test]
fn lists_tuples_and_maps() {
    check(Value::List(vec!["a".into(), Value::Null]), &Type::list(Type::String), "92 a161 c0");
    check(Value::List(vec![]), &Type::list(Type::String), "90");
    check(
        Value::List(vec![0.into(); 16]),
        &Type::list(Type::Number),
        &format!("dc0010 {}", "00".repeat(16)),
    );
    check(
        Value::Tuple(vec!["a".into(), 1.into()]),
        &Type::Tuple(vec![Type::String, Type::Number]),
        "92 a161 01",
    );
    check(Value::Map([("k".to_owned(), true.into())].into()), &Type::map(Type::Bool), "81 a16b c3");
    check_refused(
        "92 a161 01",
        &Type::Tuple(vec![Type::String]),
        "a tuple of 1 elements is required (2 given)",
    );
    check_refused("82 a16b c3 a16b c3", &Type::map(Type::Bool), "[\"k\"]: the key is given twice");
}

#[test]
fn mistake_32_sets_are_written_sorted_and_read_without_duplicates() {
    let r#type = Type::set(Type::Number);
    assert_eq!(hex(&encode(&Value::Set(vec![3.into(), 1.into(), 2.into()]), &r#type)), "93010203");
    check_read("93 03 01 03", &r#type, Value::Set(vec![1.into(), 3.into()]));
    let unknowns = decode(&bytes("92 d40000 d40000"), &r#type).unwrap();
    assert_eq!(unknowns.elements().map(<[Value]>::len), Some(2));
}

#[test]
fn mistake_12_objects_hold_every_attribute_once_and_no_other() {
    let r#type = Type::object([("a", Type::String), ("b", Type::Bool)]);
    let whole = Value::object([("a", Value::from("x")), ("b", Value::Null)]);
    check(whole.clone(), &r#type, "82 a161 a178 a162 c0");
    check_read("82 a162 c0 a161 a178", &r#type, whole);
    let lacking = Value::object([("a", Value::from("x")), ("stray", true.into())]);
    assert_eq!(
        hex(&encode(&lacking, &r#type)),
        "82a161a178a162c0",
        "a missing attribute is written as null"
    );
    check_refused("81 a161 a178", &r#type, "an object with 2 attributes is required (1 given)");
    check_refused("82 a161 a178 a163 c0", &r#type, "c: unsupported attribute");
    check_refused("82 a161 a178 a161 a178", &r#type, "a: the attribute is given twice");
    check_refused("82 a161 a178 01 c0", &r#type, "a name is required (a number given)");
}

#[test]
fn dynamic_values_bring_their_type() {
    check(
        Value::dynamic(Type::String, "a".into()),
        &Type::Dynamic,
        "92 c408 22737472696e6722 a161",
    );
    check(Value::dynamic(Type::String, Value::Null), &Type::Dynamic, "92 c408 22737472696e6722 c0");
    check(
        Value::dynamic(Type::String, Value::unknown()),
        &Type::Dynamic,
        "92 c408 22737472696e6722 d40000",
    );
    check(Value::unknown(), &Type::Dynamic, "d40000");
    check_read(
        "92 a8 22737472696e6722 a161",
        &Type::Dynamic,
        Value::dynamic(Type::String, "a".into()),
    );
    check_read("92 a9 2264796e616d696322 c0", &Type::Dynamic, Value::Null);
    // `[null, "a"]` in the configuration: the null has no type of its own.
    let tuple = Type::Tuple(vec![Type::Dynamic, Type::String]);
    check(
        Value::dynamic(tuple.clone(), Value::Tuple(vec![Value::Null, "a".into()])),
        &Type::Dynamic,
        &format!("92 c41e {} 92 c0 a161", hex(&tuple.to_json())),
    );
    check_refused(
        "93 c0 c0 c0",
        &Type::Dynamic,
        "a value with its type is required (an array given)",
    );
    check_refused("92 c0 c0", &Type::Dynamic, "a type is required (null given)");
    check_refused("92 a1 78 c0", &Type::Dynamic, "not a type: expected value at line 1 column 1");
    check_refused(
        "92 a8 22737472696e6722 c3",
        &Type::Dynamic,
        "a string is required (a bool given)",
    );
}

#[test]
fn mistake_31_a_dynamic_tuple_stays_a_tuple() {
    let tuple = Type::Tuple(vec![Type::String]);
    let echoed =
        encode(&Value::dynamic(tuple.clone(), Value::Tuple(vec!["a".into()])), &Type::Dynamic);
    let expected = format!("92c414{}91a161", hex(br#"["tuple",["string"]]"#));
    assert_eq!(hex(&echoed), expected);
    let bare = encode(&Value::List(vec!["a".into()]), &Type::Dynamic);
    assert_eq!(
        hex(&bare),
        expected,
        "a list without a type of its own is written as the tuple that `[…]` means"
    );
}

fn refined(bounds: Bounds) -> Option<Box<Bounds>> {
    Some(Box::new(bounds))
}

fn check_refinement(encoding: &str, bounds: Option<Box<Bounds>>) {
    match decode(&bytes(encoding), &Type::String).unwrap() {
        Value::Unknown(Refinement(found)) => assert_eq!(found, bounds, "{encoding}"),
        other => panic!("{encoding}: {other:?}"),
    }
}

#[test]
fn mistake_29_every_extension_is_an_unknown_value() {
    check(Value::unknown(), &Type::String, "d40000");
    for encoding in [
        "d4 63 00",
        "d5 00 0000",
        "d6 ff 00000000",
        "d7 01 0000000000000000",
        "d8 02 00000000000000000000000000000000",
        "c7 00 05",
        "c8 0001 05 00",
        "c9 00000001 05 00",
    ] {
        check_read(encoding, &Type::list(Type::Bool), Value::unknown());
    }
}

#[test]
fn every_refinement_is_read() {
    let none = Bounds::default;
    check_refinement("c7 03 0c 81 01 c2", refined(Bounds { null: Some(false), ..none() }));
    check_refinement(
        "c7 09 0c 82 01 c2 02 a4 7072652d",
        refined(Bounds { null: Some(false), prefix: Some("pre-".into()), ..none() }),
    );
    check_refinement(
        "c7 0c 0c 83 01 c2 03 92 00 c3 04 92 cc c8 c2",
        refined(Bounds {
            null: Some(false),
            number_min: Some((0_i64.into(), true)),
            number_max: Some((200_i64.into(), false)),
            ..none()
        }),
    );
    check_refinement(
        "c7 08 0c 81 03 92 a3 302e31 c3",
        refined(Bounds { number_min: Some(("0.1".parse().unwrap(), true)), ..none() }),
    );
    check_refinement(
        "c7 05 0c 82 05 01 06 02",
        refined(Bounds { length_min: Some(1), length_max: Some(2), ..none() }),
    );
    check_refinement("d6 0c 81 01 c2 00", refined(Bounds { null: Some(false), ..none() }));
}

#[test]
fn odd_refinements_say_nothing() {
    for payload in [
        "",
        "c0",
        "80",
        "81",
        "8102",
        "810192",
        "810390",
        "dfffffffff",
        "8101c0",
        "c1",
        "81 07 92 01",
    ] {
        let payload = bytes(payload);
        check_refinement(&format!("c7{:02x}0c{}", payload.len(), hex(&payload)), None);
    }
    // Keys that we do not know are passed over, whatever they hold.
    check_refinement(
        "c7 0a 0c 82 18 92 81 a1 61 01 90 01 c2",
        refined(Bounds { null: Some(false), ..Bounds::default() }),
    );
    check_refinement(
        "c7 06 0c 82 a1 78 c0 01 c2",
        refined(Bounds { null: Some(false), ..Bounds::default() }),
    );
}

#[test]
fn errors_name_the_place() {
    let r#type = Type::object([(
        "a",
        Type::list(Type::map(Type::Tuple(vec![
            Type::String,
            Type::set(Type::object([("x", Type::Bool)])),
        ]))),
    )]);
    check_refused(
        "81 a161 92 c0 81 a16b 92 c0 91 81 a178 01",
        &r#type,
        "a[1][\"k\"][1]: in an element of the set: x: a bool is required (a number given)",
    );
    check_refused("81 a161 91 a0", &r#type, "a[0]: a map is required (text given)");
    check_refused(
        "81 a161 91 81 a16b 92 a2 c328 c0",
        &r#type,
        "a[0][\"k\"][0]: the text is not UTF-8",
    );
}

#[test]
fn f77_broken_bytes_are_refused() {
    check_refused("c1", &Type::String, "the encoding holds a reserved byte");
    check_refused("a2 61", &Type::String, "the encoding ends too early");
    check_refused("c0 c0", &Type::String, "the encoding holds more than one value");
    check_refused("d4 00", &Type::String, "the encoding ends too early");
    // Claimed lengths of four thousand million: nothing may be set aside for them.
    check_refused("dd ffffffff", &Type::list(Type::String), "[0]: the encoding ends too early");
    check_refused(
        "dd ffffffff",
        &Type::set(Type::String),
        "in an element of the set: the encoding ends too early",
    );
    check_refused("df ffffffff", &Type::map(Type::String), "the encoding ends too early");
    check_refused("db ffffffff", &Type::String, "the encoding ends too early");
    check_refused("c9 ffffffff 00", &Type::String, "the encoding ends too early");
}

#[test]
fn f77_nesting_ends_before_the_stack_does() {
    let nested = |levels: usize| {
        let r#type = (0..levels).fold(Type::String, |inner, _| Type::list(inner));
        let mut encoding = vec![0x91; levels];
        encoding.push(0xc0);
        decode(&encoding, &r#type)
    };
    assert!(nested(255).is_ok());
    assert!(nested(256).unwrap_err().to_string().ends_with(": the value is nested too deeply"));
}

#[test]
fn generated_values_come_back_and_equal_values_are_equal_bytes() {
    let mut generate = Generator(1);
    for round in 0..2000 {
        let r#type = generate.r#type(4);
        let value = generate.value(&r#type, true);
        assert_eq!(value.conforms(&r#type), Ok(()));
        let encoding = encode(&value, &r#type);
        let decoded =
            decode(&encoding, &r#type).unwrap_or_else(|error| panic!("round {round}: {error}"));
        assert_eq!(decoded, value, "round {round}");
        assert_eq!(encode(&decoded, &r#type), encoding, "round {round}");
    }
}

#[test]
fn an_unrelated_implementation_reads_what_we_write() {
    let mut generate = Generator(2);
    for _ in 0..500 {
        let r#type = generate.r#type(4);
        let encoding = encode(&generate.value(&r#type, true), &r#type);
        let mut rest = encoding.as_slice();
        let foreign = rmpv::decode::read_value(&mut rest).unwrap();
        assert!(rest.is_empty());
        let mut written = Vec::new();
        rmpv::encode::write_value(&mut written, &foreign).unwrap();
        assert_eq!(hex(&written), hex(&encoding), "both choose the same forms");
    }
}

#[test]
fn f77_cut_and_damaged_encodings_never_panic() {
    let mut generate = Generator(3);
    for _ in 0..300 {
        let r#type = generate.r#type(3);
        let mut encoding = encode(&generate.value(&r#type, true), &r#type);
        for length in 1..encoding.len().min(200) {
            assert!(decode(&encoding[..length], &r#type).is_err());
        }
        for _ in 0..50 {
            let at = usize::try_from(generate.below(encoding.len() as u64)).unwrap();
            encoding[at] = generate.below(256) as u8;
            let _ = decode(&encoding, &r#type);
        }
    }
}

#[test]
fn f77_a_long_encoding_is_read_to_its_end_before_anything_is_made_of_it() {
    const LENGTH: u32 = 200_000;
    let list = Type::list(Type::Bool);
    let flags = |last: u8| {
        let mut bytes = vec![0xdd];
        bytes.extend(LENGTH.to_be_bytes());
        bytes.resize(5 + LENGTH as usize - 1, 0xc3);
        bytes.push(last);
        bytes
    };
    let value = decode(&flags(0xc2), &list).unwrap();
    assert_eq!(value.elements().map(<[Value]>::len), Some(LENGTH as usize));
    assert_eq!(encode(&value, &list), flags(0xc2));
    let wrong = decode(&flags(7), &list).unwrap_err();
    assert_eq!(wrong.path.to_string(), format!("[{}]", LENGTH - 1));
    let cut = decode(&flags(0xc2)[..LENGTH as usize], &list).unwrap_err();
    assert!(cut.what.contains("ends too early"), "{cut}");
    let more = [flags(0xc2), vec![0xc0]].concat();
    assert!(decode(&more, &list).unwrap_err().what.contains("more than one value"));
    // Two equal keys are noticed by whoever keeps them.
    let map = |key: &[u8]| {
        let mut bytes = vec![0x82, 0xa1, b'a', 0xda];
        bytes.extend(60_000_u16.to_be_bytes());
        bytes.resize(bytes.len() + 60_000, b'x');
        bytes.extend(key);
        bytes.push(0xdb);
        bytes.extend(100_000_u32.to_be_bytes());
        bytes.resize(bytes.len() + 100_000, b'y');
        bytes
    };
    let texts = Type::map(Type::String);
    assert!(decode(&map(&[0xa1, b'b']), &texts).is_ok());
    assert!(decode(&map(&[0xa1, b'a']), &texts).unwrap_err().what.contains("twice"));
    assert!(decode(&map(&[0xa1, 0xff]), &texts).unwrap_err().what.contains("UTF-8"));
}
