use super::*;
use crate::tf::generate::Generator;
use crate::tf::{Path, Step};

fn set(elements: &[i64]) -> Value {
    Value::Set(elements.iter().map(|it| Value::from(*it)).collect())
}

#[test]
fn sets_are_equal_in_any_order_and_lists_are_not() {
    assert_eq!(set(&[1, 2, 3]), set(&[3, 1, 2]));
    assert_ne!(set(&[1, 2, 2]), set(&[1, 1, 2]));
    assert_ne!(set(&[1, 2]), set(&[1, 2, 3]));
    assert_eq!(
        Value::Set(vec![set(&[1, 2]), set(&[3])]),
        Value::Set(vec![set(&[3]), set(&[2, 1])])
    );
    assert_ne!(Value::List(vec![1.into(), 2.into()]), Value::List(vec![2.into(), 1.into()]));
}

#[test]
fn kinds_of_value_are_not_equal_to_each_other() {
    let kinds = [
        Value::Null,
        Value::unknown(),
        Value::from(false),
        Value::from(0),
        Value::from(""),
        Value::List(vec![]),
        Value::Set(vec![]),
        Value::Tuple(vec![]),
        Value::Map(BTreeMap::new()),
        Value::Object(BTreeMap::new()),
        Value::dynamic(Type::String, Value::Null),
    ];
    for (index, a) in kinds.iter().enumerate() {
        for (other, b) in kinds.iter().enumerate() {
            assert_eq!(a == b, index == other, "{a:?} {b:?}");
        }
    }
    assert_ne!(Value::dynamic(Type::String, Value::Null), Value::dynamic(Type::Bool, Value::Null));
}

#[test]
fn refinements_do_not_matter_to_equality() {
    let refined = Refinement(Some(Box::new(Bounds { null: Some(false), ..Bounds::default() })));
    assert_eq!(Value::Unknown(refined), Value::unknown());
}

#[test]
fn f88_large_sets_are_compared_in_reasonable_time() {
    let text =
        |it: i64| Value::object([("id", Value::from(it)), ("name", format!("name {it}").into())]);
    let up = Value::Set((0..30_000).map(text).collect());
    let down = Value::Set((0..30_000).rev().map(text).collect());
    assert_eq!(up, down);
}

#[test]
fn duplicates_leave_a_set_unless_they_hold_unknowns() {
    let merged = Value::set([2.into(), 1.into(), 2.into(), Value::Null, Value::Null]);
    assert_eq!(merged.elements().map(<[Value]>::len), Some(3));
    assert_eq!(
        merged.elements().and_then(<[Value]>::first),
        Some(&Value::from(2)),
        "the first occurrence stays in place"
    );
    let unknown = || Value::object([("a", Value::unknown())]);
    assert_eq!(Value::set([unknown(), unknown()]).elements().map(<[Value]>::len), Some(2));
}

#[test]
fn order_agrees_with_equality() {
    let mut generate = Generator(7);
    for _ in 0..300 {
        let r#type = generate.r#type(2);
        let (a, b) = (generate.value(&r#type, true), generate.value(&r#type, true));
        assert_eq!(a == b, a.cmp(&b).is_eq(), "{a:?} {b:?}");
        assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
    }
}

fn tree() -> Value {
    Value::object([
        ("list", Value::List(vec![Value::object([("x", Value::from("deep"))])])),
        ("map", Value::Map([("k".to_owned(), Value::from(true))].into())),
        ("set", Value::Set(vec![Value::object([("x", Value::from(1))])])),
        (
            "any",
            Value::dynamic(Type::Tuple(vec![Type::Bool]), Value::Tuple(vec![Value::from(false)])),
        ),
    ])
}

#[test]
fn a_path_leads_to_its_value() {
    let mut tree = tree();
    let deep = Path::attribute("list").index(0).child("x");
    assert_eq!(tree.at(&deep), Some(&Value::from("deep")));
    assert_eq!(
        tree.at(&Path::attribute("map").then(Step::Key("k".into()))),
        Some(&Value::from(true))
    );
    assert_eq!(tree.at(&Path::attribute("any").index(0)), Some(&Value::from(false)));
    assert_eq!(tree.at(&Path::attribute("set").index(0)), None, "a set has no addresses inside");
    assert_eq!(tree.at(&Path::attribute("list").index(1)), None);
    assert_eq!(tree.at(&Path::attribute("map").child("k")), None, "a map key is no attribute");
    *tree.at_mut(&deep).unwrap() = Value::Null;
    assert_eq!(tree.at(&deep), Some(&Value::Null));
}

#[test]
fn walks_visit_every_node_with_its_path() {
    let mut seen = Vec::new();
    tree().walk(&mut |path, node| {
        if node.entries().is_none()
            && node.elements().is_none()
            && !matches!(node, Value::Dynamic(_))
        {
            seen.push(path.to_string());
        }
    });
    assert_eq!(seen, ["any[0]", "list[0].x", "map[\"k\"]", "set"]);
}

#[test]
fn a_walk_changes_values_and_goes_on_below_them() {
    let mut tree = tree();
    tree.walk_mut(&mut |path, node| match node {
        Value::Set(_) if path == &Path::attribute("set") => {
            *node = Value::List(vec![Value::from(5)])
        }
        Value::Number(_) => *node = Value::Null,
        Value::Bool(flag) => *flag = !*flag,
        _ => {}
    });
    assert_eq!(tree.get("set"), &Value::List(vec![Value::Null]));
    assert_eq!(tree.at(&Path::attribute("any").index(0)), Some(&Value::from(true)));
}

#[test]
fn what_does_not_fit_a_type_is_named() {
    let check = |value: Value, r#type: Type, message: &str| {
        assert_eq!(value.conforms(&r#type).unwrap_err().to_string(), message);
    };
    let object = || Type::object([("a", Type::list(Type::String))]);
    check(Value::from(1), Type::String, "a string is required");
    check(
        Value::object([("a", Value::Null), ("b", Value::Null)]),
        object(),
        "b: unsupported attribute",
    );
    check(Value::object::<&str>([]), object(), "a: the attribute is missing");
    check(
        Value::object([("a", Value::List(vec![Value::Null, 1.into()]))]),
        object(),
        "a[1]: a string is required",
    );
    check(Value::Tuple(vec![]), Type::Tuple(vec![Type::Bool]), "a tuple is required");
    check(Value::List(vec![]), Type::set(Type::Bool), "a set is required");
    check(
        Value::Set(vec![Value::object([("a", true.into())])]),
        Type::set(object()),
        "in an element of the set: a: a list is required",
    );
    check(Value::from("bare"), Type::Dynamic, "a value with its type is required");
    assert_eq!(Value::unknown().conforms(&object()), Ok(()));
}
