use super::*;

fn text(name: &'static str, mode: Mode) -> Attribute {
    Attribute::new(name, Kind::Type(Type::String), mode)
}

fn schema(attributes: Vec<Attribute>, blocks: Vec<NestedBlock>) -> Schema {
    Schema { version: 0, block: Block { attributes, blocks, ..Block::default() } }
}

fn block(nesting: Nesting, attributes: Vec<Attribute>) -> NestedBlock {
    let block = Block { attributes, ..Block::default() };
    NestedBlock { name: "inner".into(), nesting, block, min_items: 0, max_items: 0 }
}

fn check_fault(role: Role, schema: &Schema, fault: &str) {
    assert_eq!(schema.check(role), [fault]);
}

#[test]
fn attributes_nested_attributes_and_blocks_share_one_object_type() {
    let nested = |nesting| Kind::Nested(nesting, vec![text("x", Mode::Optional)]);
    let inner = Type::object([("x", Type::String)]);
    for (nesting, r#type) in [
        (Nesting::Single, inner.clone()),
        (Nesting::List, Type::list(inner.clone())),
        (Nesting::Set, Type::set(inner.clone())),
        (Nesting::Map, Type::map(inner.clone())),
    ] {
        let schema = schema(
            vec![Attribute::new("a", nested(nesting), Mode::Optional)],
            vec![block(nesting, vec![text("x", Mode::Optional)])],
        );
        assert_eq!(schema.implied_type(), Type::object([("a", r#type.clone()), ("inner", r#type)]));
    }
    assert_eq!(
        schema(vec![], vec![block(Nesting::Group, vec![text("x", Mode::Optional)])]).implied_type(),
        Type::object([("inner", inner)])
    );
}

#[test]
fn lists_and_maps_of_blocks_with_dynamic_content_are_one_dynamic_value() {
    let any = || vec![Attribute::new("x", Kind::Type(Type::Dynamic), Mode::Optional)];
    for nesting in [Nesting::List, Nesting::Map] {
        let schema = schema(vec![], vec![block(nesting, any())]);
        assert_eq!(schema.implied_type(), Type::object([("inner", Type::Dynamic)]));
        assert_eq!(schema.block.empty_value().conforms(&schema.implied_type()), Ok(()));
    }
}

#[test]
fn an_empty_value_has_null_attributes_and_empty_collections_of_blocks() {
    for (nesting, expected) in [
        (Nesting::Single, Value::Null),
        (Nesting::Group, Value::object([("x", Value::Null)])),
        (Nesting::List, Value::List(vec![])),
        (Nesting::Set, Value::Set(vec![])),
        (Nesting::Map, Value::Map(Default::default())),
    ] {
        let schema = schema(
            vec![text("a", Mode::Optional)],
            vec![block(nesting, vec![text("x", Mode::Optional)])],
        );
        let empty = schema.block.empty_value();
        assert_eq!(empty, Value::object([("a", Value::Null), ("inner", expected)]));
        assert_eq!(empty.conforms(&schema.implied_type()), Ok(()));
    }
}

#[test]
fn blocks_missing_in_a_stored_state_are_completed_at_every_level() {
    let mut outer = block(Nesting::List, vec![]);
    outer.block.blocks.push(block(Nesting::Set, vec![text("x", Mode::Optional)]));
    let schema = schema(vec![], vec![outer]);
    let stored =
        Value::object([("inner", Value::List(vec![Value::object([("inner", Value::Null)])]))]);
    let complete = Value::object([(
        "inner",
        Value::List(vec![Value::object([("inner", Value::Set(vec![]))])]),
    )]);
    assert_eq!(schema.block.with_blocks(stored), complete);
    assert_eq!(schema.block.with_blocks(Value::Null), Value::Null);
}

#[test]
fn a_good_schema_has_no_faults() {
    let schema = schema(
        vec![
            Attribute {
                plan: PlanRules { default: Some("x".into()), ..PlanRules::default() },
                ..text("a", Mode::OptionalComputed)
            },
            Attribute {
                plan: PlanRules { stable: true, ..PlanRules::default() },
                ..text("id", Mode::Computed)
            },
            Attribute { write_only: true, ..text("secret_wo", Mode::Optional) },
        ],
        vec![block(Nesting::Set, vec![text("x", Mode::Required)])],
    );
    assert_eq!(schema.check(Role::Resource), [""; 0]);
}

#[test]
fn every_broken_rule_is_a_sentence() {
    let one = |attribute: Attribute| schema(vec![attribute], vec![]);
    let optional = |name| text(name, Mode::Optional);
    let typed = |r#type| Attribute::new("a", Kind::Type(r#type), Mode::Optional);

    check_fault(
        Role::Resource,
        &Schema { version: -1, ..Schema::default() },
        "the version is negative",
    );
    check_fault(Role::Resource, &one(optional("Name")), "Name: a name consists of a-z, 0-9 and _");
    check_fault(Role::Resource, &one(optional("1st")), "1st: a name does not start with a digit");
    check_fault(
        Role::Resource,
        &one(optional("count")),
        "count: the name is taken by the language",
    );
    check_fault(
        Role::Provider,
        &one(optional("version")),
        "version: the name is taken by the language",
    );
    assert_eq!(one(optional("connection")).check(Role::DataSource), [""; 0]);
    check_fault(
        Role::Action,
        &schema(vec![optional("b"), optional("a")], vec![]),
        "the attributes are not sorted by name",
    );
    check_fault(
        Role::Resource,
        &schema(vec![optional("inner")], vec![block(Nesting::List, vec![])]),
        "inner: the name is given twice",
    );
    check_fault(
        Role::Resource,
        &one(typed(Type::list(Type::Dynamic))),
        "a: a dynamic type inside a collection makes Terraform crash or guess",
    );
    assert_eq!(one(typed(Type::Dynamic)).check(Role::Resource), [""; 0]);
    check_fault(
        Role::Resource,
        &one(Attribute::new("a", Kind::Nested(Nesting::Group, vec![]), Mode::Optional)),
        "a: an attribute is never grouped",
    );
    check_fault(
        Role::Resource,
        &schema(vec![], vec![block(Nesting::List, vec![typed(Type::Dynamic)])]),
        "inner: a dynamic type inside a collection of blocks makes Terraform crash or guess",
    );

    let write_only = |name, mode| Attribute { write_only: true, ..text(name, mode) };
    check_fault(
        Role::Resource,
        &one(write_only("a", Mode::OptionalComputed)),
        "a: a write-only attribute is never computed",
    );
    check_fault(
        Role::DataSource,
        &one(write_only("a", Mode::Optional)),
        "a: only managed resources have write-only attributes",
    );
    check_fault(
        Role::Resource,
        &schema(vec![], vec![block(Nesting::Set, vec![write_only("a", Mode::Optional)])]),
        "inner.a: no attribute inside a set is write-only",
    );

    let bounded = |nesting, min_items, max_items| {
        schema(vec![], vec![NestedBlock { min_items, max_items, ..block(nesting, vec![]) }])
    };
    check_fault(
        Role::Resource,
        &bounded(Nesting::Single, 0, 1),
        "inner: a single block has 0 as both bounds, or 1 when it is required",
    );
    check_fault(
        Role::Resource,
        &bounded(Nesting::Map, 0, 1),
        "inner: grouped blocks and maps of blocks have no bounds",
    );
    check_fault(
        Role::Resource,
        &bounded(Nesting::List, 3, 2),
        "inner: the bounds exclude each other",
    );
    assert_eq!(bounded(Nesting::List, 3, 0).check(Role::Resource), [""; 0]);

    let default = |value, mode| Attribute {
        plan: PlanRules { default: Some(value), ..PlanRules::default() },
        ..text("a", mode)
    };
    check_fault(
        Role::Resource,
        &one(default("x".into(), Mode::Optional)),
        "a: only an attribute that is optional and computed can have a default",
    );
    check_fault(
        Role::Resource,
        &one(default(true.into(), Mode::OptionalComputed)),
        "a: the default does not fit: a string is required",
    );
    check_fault(
        Role::Resource,
        &one(default(Value::unknown(), Mode::OptionalComputed)),
        "a: a default is a known value",
    );
    check_fault(
        Role::Resource,
        &one(Attribute {
            plan: PlanRules { stable: true, ..PlanRules::default() },
            ..optional("a")
        }),
        "a: only a computed attribute can be stable",
    );
}

#[test]
fn an_identity_holds_primitives_and_lists_of_them() {
    let identity = |r#type| Identity {
        version: 0,
        attributes: vec![IdentityAttribute {
            name: "id".into(),
            r#type,
            required_for_import: true,
            description: "".into(),
        }],
    };
    assert_eq!(identity(Type::list(Type::String)).check(), [""; 0]);
    assert_eq!(identity(Type::String).implied_type(), Type::object([("id", Type::String)]));
    assert_eq!(
        identity(Type::map(Type::String)).check(),
        ["id: an identity holds primitives and lists of them only"]
    );
    assert_eq!(
        Identity { version: 0, attributes: vec![] }.check(),
        ["an identity without attributes names nothing"]
    );
}
