use super::*;

fn check(r#type: &Type, json: &str) {
    assert_eq!(String::from_utf8(r#type.to_json()).unwrap(), json);
    assert_eq!(Type::from_json(json.as_bytes()).as_ref(), Ok(r#type));
}

#[test]
fn every_type_has_its_constraint_json() {
    check(&Type::String, r#""string""#);
    check(&Type::Number, r#""number""#);
    check(&Type::Bool, r#""bool""#);
    check(&Type::Dynamic, r#""dynamic""#);
    check(&Type::list(Type::String), r#"["list","string"]"#);
    check(&Type::set(Type::map(Type::Bool)), r#"["set",["map","bool"]]"#);
    check(&Type::Tuple(vec![]), r#"["tuple",[]]"#);
    check(&Type::Tuple(vec![Type::String, Type::Number]), r#"["tuple",["string","number"]]"#);
    check(
        &Type::object([("b", Type::Bool), ("a", Type::String)]),
        r#"["object",{"a":"string","b":"bool"}]"#,
    );
    check(&Type::object([("q\"<é", Type::Bool)]), r#"["object",{"q\"<é":"bool"}]"#);
}

#[test]
fn whitespace_and_optional_attributes_are_accepted() {
    let json =
        " [ \"object\" , { \"a\" : \"string\" , \"b\" : [ \"list\", \"number\" ] }, [\"b\"] ] \n";
    assert_eq!(
        Type::from_json(json.as_bytes()),
        Ok(Type::object([("a", Type::String), ("b", Type::list(Type::Number))]))
    );
}

#[test]
fn what_is_no_type_is_refused() {
    for json in [
        "",
        "null",
        "1",
        r#""text""#,
        "[]",
        r#"["list"]"#,
        r#"["list","string","string"]"#,
        r#"["tuple","string"]"#,
        r#"["object",{"a":"nope"}]"#,
        r#"["object",{"a":"string"},["b"]]"#,
        r#"["object",{},{}]"#,
        r#""string" x"#,
        r#"["vector","string"]"#,
    ] {
        assert!(Type::from_json(json.as_bytes()).is_err(), "{json}");
    }
    let deep = format!("{}\"string\"{}", "[\"list\",".repeat(5000), "]".repeat(5000));
    assert!(Type::from_json(deep.as_bytes()).is_err());
}
