//! The rules themselves: each must catch what it is there for.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::codec::{self, Form};
use super::compatible::assert_object_compatible;
use super::config::{build, unknown};
use super::plan_valid::assert_plan_valid;
use super::proposed::proposed_new;
use super::schema::{Attribute, Block, NestedBlock, Nesting};
use super::session::write_only_values;
use super::types::Ty;
use super::value::Val;
use super::variants::{all_unknown, one_unknown};

fn attribute(optional: bool, computed: bool, ty: Ty) -> Attribute {
    Attribute {
        required: !optional && !computed,
        optional,
        computed,
        write_only: false,
        deprecated: false,
        ty,
        nested: None,
    }
}

fn nested(nesting: Nesting, computed: bool, attributes: BTreeMap<String, Attribute>) -> Attribute {
    let object =
        Ty::Object(attributes.iter().map(|(name, it)| (name.clone(), it.ty.clone())).collect());
    let ty = match nesting {
        Nesting::Single | Nesting::Group => object,
        Nesting::List => Ty::List(Box::new(object)),
        Nesting::Set => Ty::Set(Box::new(object)),
        Nesting::Map => Ty::Map(Box::new(object)),
    };
    Attribute { nested: Some((nesting, attributes)), ..attribute(true, computed, ty) }
}

fn inner() -> BTreeMap<String, Attribute> {
    [
        ("key".to_owned(), attribute(false, false, Ty::String)),
        ("made".to_owned(), attribute(false, true, Ty::String)),
    ]
    .into()
}

/// Required `name`, optional `note`, computed `id`, optional and computed `size`, write-only `secret`; nested attributes and blocks
/// `*_list`, `*_set`, `*_map` of `key` and computed `made`.
fn block() -> Block {
    let mut attributes = BTreeMap::from([
        ("name".to_owned(), attribute(false, false, Ty::String)),
        ("note".to_owned(), attribute(true, false, Ty::String)),
        ("id".to_owned(), attribute(false, true, Ty::String)),
        ("size".to_owned(), attribute(true, true, Ty::Number)),
        ("any".to_owned(), attribute(true, false, Ty::Dynamic)),
        ("secret".to_owned(), Attribute { write_only: true, ..attribute(true, false, Ty::String) }),
        ("both".to_owned(), nested(Nesting::Single, true, inner())),
    ]);
    let mut blocks = BTreeMap::new();
    for (name, nesting) in [
        ("one", Nesting::Single),
        ("list", Nesting::List),
        ("set", Nesting::Set),
        ("map", Nesting::Map),
    ] {
        attributes.insert(format!("nested_{name}"), nested(nesting, false, inner()));
        let content = Block { attributes: inner(), blocks: BTreeMap::new() };
        blocks.insert(format!("block_{name}"), NestedBlock { nesting, block: content });
    }
    Block { attributes, blocks }
}

/// An object of [`block`].
fn object(json: Json) -> Val {
    build(&block(), &json).unwrap()
}

fn plan_faults(prior: Json, config: Json, planned: Json) -> Vec<String> {
    let prior = if prior.is_null() { Val::Null } else { object(prior) };
    assert_plan_valid(&block(), &prior, &object(config), &object(planned))
}

#[track_caller]
fn check_plan(prior: Json, config: Json, planned: Json, fault: &str) {
    let faults = plan_faults(prior, config, planned);
    assert!(faults.len() == 1 && faults[0].contains(fault), "{faults:?}");
}

#[test]
fn a_plan_takes_no_liberties_with_the_configuration() {
    let config = || json!({ "name": "a" });
    let fine = |prior, planned| assert_eq!(plan_faults(prior, config(), planned), [""; 0]);
    fine(json!(null), json!({ "name": "a", "id": unknown(""), "size": unknown(1) }));
    fine(json!(null), json!({ "name": "a", "size": 5 }));
    fine(json!({ "name": "A" }), json!({ "name": "A", "id": "same" }));
    check_plan(json!(null), config(), json!({ "name": "b" }), "does not match config value \"a\"");
    check_plan(json!({ "name": "c" }), config(), json!({ "name": "b" }), "nor prior value \"c\"");
    check_plan(
        json!(null),
        config(),
        json!({ "name": unknown("a") }),
        "does not match config value",
    );
    check_plan(
        json!(null),
        json!({ "name": unknown("a") }),
        config(),
        "does not match config value (unknown)",
    );
    check_plan(
        json!(null),
        config(),
        json!({ "name": "a", "note": "x" }),
        "for a non-computed attribute",
    );
    check_plan(
        json!(null),
        config(),
        json!({ "name": "a", "note": unknown("x") }),
        "for a non-computed attribute",
    );
    check_plan(
        json!(null),
        json!({ "name": "a", "size": 1 }),
        json!({ "name": "a", "size": 2 }),
        "does not match config value 1",
    );
    check_plan(
        json!(null),
        json!({ "name": "a", "secret": "s" }),
        json!({ "name": "a", "secret": "s" }),
        "write-only attribute",
    );
    let absent = assert_plan_valid(&block(), &Val::Null, &object(config()), &Val::Null);
    assert_eq!(absent, [".: planned for absence but config wants existence"]);
    let present = assert_plan_valid(&block(), &object(config()), &Val::Null, &object(config()));
    assert_eq!(present, [".: planned for existence but config wants absence"]);
}

#[test]
fn a_plan_keeps_the_shape_of_nested_attributes_and_blocks() {
    let element = |key: &str| json!({ "key": key, "made": unknown("") });
    for kind in ["nested", "block"] {
        let with =
            |name: &str, value: Json| json!({ "name": "a", (format!("{kind}_{name}")): value });
        let of = |name: &str, config: Json, planned: Json, fault: &str| {
            check_plan(json!(null), with(name, config), with(name, planned), fault);
        };
        let fine = |name: &str, config: Json, planned: Json| {
            assert_eq!(plan_faults(json!(null), with(name, config), with(name, planned)), [""; 0]);
        };
        fine("one", json!({ "key": "k" }), element("k"));
        fine("list", json!([{ "key": "k" }]), json!([element("k")]));
        fine("set", json!([{ "key": "k" }, { "key": "l" }]), json!([element("l"), element("k")]));
        fine("map", json!({ "m": { "key": "k" } }), json!({ "m": element("k") }));
        of("one", json!({ "key": "k" }), element("other"), "does not match config value");
        of("one", json!({ "key": "k" }), json!(null), "planned for absence");
        of("one", json!(null), element("k"), "planned for existence");
        of("list", json!([{ "key": "k" }]), json!([]), "disagrees with count in config (1)");
        of("list", json!([{ "key": "k" }]), json!([element("l")]), "[0].key");
        of("set", json!([{ "key": "k" }]), json!([element("l")]), "does not correlate");
        of("set", json!([{ "key": "k" }]), json!([]), "disagrees with count in config (1)");
        of("map", json!({}), json!({ "m": element("k") }), "from plan is not present in config");
        of("map", json!({ "m": { "key": "k" } }), json!({}), "from config is not present in plan");
    }
    check_plan(
        json!(null),
        json!({ "name": "a", "nested_list": [{ "key": "k" }] }),
        json!({ "name": "a", "nested_list": unknown(1) }),
        "planned unknown for configured value",
    );
    check_plan(
        json!(null),
        json!({ "name": "a", "block_list": [{ "key": "k" }] }),
        json!({ "name": "a", "block_list": unknown(1) }),
        "must not be unknown itself",
    );
    check_plan(
        json!(null),
        json!({ "name": "a", "block_list": unknown(1) }),
        json!({ "name": "a", "block_list": [{ "key": "k" }] }),
        "for unknown dynamic block",
    );
    let mut planned = object(json!({ "name": "a" }));
    planned.put("block_list", Val::Null);
    let faults = assert_plan_valid(&block(), &Val::Null, &object(json!({ "name": "a" })), &planned);
    assert!(faults[0].contains("must be empty to indicate no blocks, not null"), "{faults:?}");
}

#[test]
fn a_result_keeps_the_promises_of_the_plan() {
    let check = |planned: Json, actual: Json, expected: &[&str]| {
        let faults = assert_object_compatible(&block(), &object(planned), &object(actual));
        assert_eq!(faults, expected);
    };
    check(json!({ "name": "a", "id": unknown("") }), json!({ "name": "a", "id": "1" }), &[]);
    check(json!({ "name": "a", "id": unknown("") }), json!({ "name": "a" }), &[]);
    check(json!({ "name": "a" }), json!({ "name": "b" }), &[".name: was \"a\", but now \"b\""]);
    check(json!({ "name": "a" }), json!({}), &[".name: was \"a\", but now null"]);
    check(json!({}), json!({ "note": "" }), &[".note: was null, but now \"\""]);
    check(
        json!({ "note": "x" }),
        json!({ "note": unknown("x") }),
        &[".note: was known, but now unknown"],
    );
    let k = || json!({ "key": "k" });
    let made = || json!({ "key": "k", "made": "m" });
    check(
        json!({ "nested_list": [k()] }),
        json!({ "nested_list": [] }),
        &[".nested_list: element 0 has vanished"],
    );
    check(
        json!({ "nested_list": [] }),
        json!({ "nested_list": [k()] }),
        &[".nested_list: new element 0 has appeared"],
    );
    check(
        json!({ "nested_map": {} }),
        json!({ "nested_map": { "m": k() } }),
        &[".nested_map: new element \"m\" has appeared"],
    );
    check(
        json!({ "block_list": [k()] }),
        json!({ "block_list": [] }),
        &[".block_list: block count changed from 1 to 0"],
    );
    check(json!({ "block_list": unknown(1) }), json!({ "block_list": [k(), k()] }), &[]);
    check(
        json!({ "nested_set": [{ "key": "k", "made": unknown("") }] }),
        json!({ "nested_set": [made()] }),
        &[],
    );
    for name in ["nested_set", "block_set"] {
        let faults = assert_object_compatible(
            &block(),
            &object(json!({ (name): [{ "key": "k" }] })),
            &object(json!({ (name): [{ "key": "l" }] })),
        );
        assert_eq!(faults.len(), 2, "{faults:?}");
    }
    check(json!({ "any": ["a"] }), json!({ "any": ["a"] }), &[]);
    check(
        json!({ "any": ["a"] }),
        json!({ "any": { "value": ["a"], "type": ["list", "string"] } }),
        &[".any: wrong final value type: List(String) instead of Tuple([String])"],
    );
    let gone = assert_object_compatible(&block(), &object(json!({})), &Val::Null);
    assert_eq!(gone, ["Root object was present, but now absent"]);
}

#[test]
fn a_proposed_state_keeps_what_only_the_provider_sets() {
    let check = |prior: Json, config: Json, proposed: Json| {
        let prior = if prior.is_null() { Val::Null } else { object(prior) };
        assert_eq!(proposed_new(&block(), &prior, &object(config)), object(proposed));
    };
    check(json!(null), json!({ "name": "a" }), json!({ "name": "a" }));
    check(
        json!({ "name": "a", "note": "n", "id": "1", "size": 2 }),
        json!({ "name": "b", "secret": "s" }),
        json!({ "name": "b", "id": "1", "size": 2, "secret": "s" }),
    );
    let made = |key: &str, made: &str| json!({ "key": key, "made": made });
    check(
        json!({ "name": "a", "nested_list": [made("k", "1"), made("l", "2")] }),
        json!({ "name": "a", "nested_list": [{ "key": "x" }] }),
        json!({ "name": "a", "nested_list": [made("x", "1")] }),
    );
    check(
        json!({ "name": "a", "block_map": { "m": made("k", "1") } }),
        json!({ "name": "a", "block_map": { "m": { "key": "x" }, "n": { "key": "y" } } }),
        json!({ "name": "a", "block_map": { "m": made("x", "1"), "n": { "key": "y" } } }),
    );
    for name in ["nested_set", "block_set"] {
        check(
            json!({ "name": "a", (name): [made("k", "1"), made("l", "2")] }),
            json!({ "name": "a", (name): [{ "key": "l" }, { "key": "x" }] }),
            json!({ "name": "a", (name): [made("l", "2"), { "key": "x" }] }),
        );
    }
    check(
        json!({ "name": "a", "both": made("k", "1") }),
        json!({ "name": "a" }),
        json!({ "name": "a" }),
    );
    check(
        json!({ "name": "a", "both": { "made": "1" } }),
        json!({ "name": "a" }),
        json!({ "name": "a", "both": { "made": "1" } }),
    );
}

#[test]
fn answers_are_decoded_as_strictly_as_terraform_does() {
    let ty = Ty::Object([("a".to_owned(), Ty::Set(Box::new(Ty::String)))].into());
    let decode = |bytes: &[u8]| codec::decode(bytes, &ty).unwrap_err();
    assert!(decode(b"\x80").contains("an object with 1 attributes is required (0 given)"));
    assert!(decode(b"\x81\xa1b\xc0").contains("unsupported attribute \"b\""));
    assert!(decode(b"\x81\xa1a\xa1x").contains("Set(String) is required"));
    assert!(decode(b"\x81\xa1a\x92\xa1x\xa1x").contains("2 set elements, of which 1 are distinct"));
    assert!(decode(b"\xc0\xc0").contains("extra bytes"));
    assert!(codec::decode(b"\xd6\x05\0\0\0\0", &ty).unwrap_err().contains("unsupported extension"));
}

#[test]
fn every_form_of_a_value_is_the_same_value() {
    let value = object(json!({
        "name": "Zürich", "size": 0.5, "any": ["a", null, 12345678901234567890_u64],
        "nested_set": [{ "key": "k" }], "note": unknown("n"),
    }));
    let ty = block().ty();
    for form in [Form::Usual, Form::Binary, Form::Refined] {
        assert_eq!(
            codec::decode(&codec::encode(&value, &ty, form), &ty),
            Ok(value.clone()),
            "{form:?}"
        );
    }
}

#[test]
fn write_only_values_are_found_at_any_depth() {
    let mut block = block();
    let mut attributes = inner();
    attributes.insert(
        "hidden".to_owned(),
        Attribute { write_only: true, ..attribute(true, false, Ty::String) },
    );
    block.attributes.insert("nested_map".to_owned(), nested(Nesting::Map, false, attributes));
    let json = json!({ "secret": "s", "nested_map": { "m": { "key": "k", "hidden": "h" } } });
    assert_eq!(
        write_only_values(&block, &build(&block, &json).unwrap()),
        [".nested_map.hidden", ".secret"]
    );
}

#[test]
fn unknowns_are_put_in_every_place_but_into_blocks_themselves() {
    let config =
        json!({ "name": "a", "nested_list": [{ "key": "k" }], "block_list": [{ "key": "k" }] });
    let places: Vec<String> =
        one_unknown(&block(), &config).into_iter().map(|(place, _)| place).collect();
    let expected = [
        ".block_list",
        ".block_list.0.key",
        ".name",
        ".nested_list",
        ".nested_list.0",
        ".nested_list.0.key",
    ];
    assert_eq!(places, expected);
    let all = object(all_unknown(&block(), &config));
    assert!(all.get("note").is_unknown() && all.get("block_set").is_unknown());
    assert!(all.get("id").is_null() && all.get("block_one").is_null());
}
