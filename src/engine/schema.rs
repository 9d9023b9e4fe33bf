//! Schemas that follow from a description.
//!
//! One attribute of a description becomes one attribute of a schema, a secret three. The engine adds what every resource has: `id`,
//! the parent's id, `assignments`, `allow_duplicate_name` and `timeouts`.

use std::borrow::Cow;

use super::{names, target, timeouts};
use crate::spec::{
    Answers, Argument, Assignments, Attribute, Call, Default, Element, Entity, Function, Kind,
    Place, Presence, ReadBy, Same, Scalar, Secret, Trigger, Unique, Update, Variant, When,
};
use crate::tf::schema::Equality;
use crate::tf::{self, Mode, Nesting, Type, Value};

mod prose;
mod table;

/// Name of the attribute that names an object of the service for ever.
pub const ID: &str = "id";
/// Name of the attribute that holds the assignments.
pub const ASSIGNMENTS: &str = "assignments";
/// Name of the attribute that lets a second object of one name be created.
pub const ALLOW_DUPLICATE_NAME: &str = "allow_duplicate_name";

/// Schema of the managed resource.
pub fn resource(entity: &'static Entity) -> tf::Schema {
    let mut attributes = vec![id(Mode::Computed)];
    attributes.extend(parent(entity).map(|mut parent| {
        parent.plan.requires_replace = true;
        parent
    }));
    for spec in entity.attributes {
        let mut served = managed(spec);
        if entity.update == Update::Never {
            for attribute in &mut served {
                // Terraform takes a write-only attribute in this list for a change, whatever its value.
                attribute.plan.requires_replace |=
                    attribute.mode.is_configurable() && !attribute.write_only;
            }
        }
        attributes.extend(served);
    }
    attributes.extend(variants(entity.family, Serve::Managed));
    attributes.extend(entity.assignments.as_ref().map(managed_assignments));
    attributes.extend(steering(entity));
    attributes.push(managed_timeouts(entity));
    schema(attributes, prose::resource(entity))
}

/// What steers the provider, but for the time-outs.
fn steering(entity: &'static Entity) -> Vec<tf::Attribute> {
    let mut attributes = Vec::new();
    if may_duplicate_name(entity) {
        attributes.push(
            plain(ALLOW_DUPLICATE_NAME, Type::Bool, Mode::Optional)
                .described(prose::ALLOW_DUPLICATE_NAME),
        );
    }
    if let Some(asked) = entity.wait.and_then(|wait| wait.asked) {
        attributes.push(
            plain(asked.name, Type::Bool, Mode::Optional)
                .described(format!("{} Default: `false`.", asked.doc)),
        );
    }
    attributes.extend(triggers(entity).map(|(trigger, _)| {
        plain(trigger.name, Type::map(Type::String), Mode::Optional).described(trigger.doc)
    }));
    attributes
}

/// Attributes whose change makes a call, with the call.
pub fn triggers(entity: &'static Entity) -> impl Iterator<Item = (Trigger, &'static Call)> {
    entity.calls.iter().filter_map(|call| match call.when {
        When::Triggered(trigger) => Some((trigger, call)),
        When::AfterCreate => None,
    })
}

/// Names of the attributes that are no properties of the object and that only Terraform knows.
pub fn own_names(entity: &Entity) -> Vec<&'static str> {
    let mut names = settings(entity);
    names.extend(entity.calls.iter().filter_map(|call| match call.when {
        When::Triggered(trigger) => Some(trigger.name),
        _ => None,
    }));
    names
}

/// Those of them whose change makes nothing happen.
pub fn settings(entity: &Entity) -> Vec<&'static str> {
    let mut names = vec![timeouts::ATTRIBUTE];
    names.extend(may_duplicate_name(entity).then_some(ALLOW_DUPLICATE_NAME));
    names.extend(entity.wait.and_then(|wait| wait.asked).map(|asked| asked.name));
    names
}

/// Schema of the data source of one object: `id` or the attribute that names it, exactly one of them; the rest is computed. Objects
/// without a name are found by `id` alone, what a function lists by name alone.
pub fn data_source(entity: &'static Entity) -> tf::Schema {
    if let Place::Function(Function { answers: Answers::Tables(reports), .. }) = entity.place {
        return table::schema_of(entity, reports);
    }
    let mut attributes = read(entity, true);
    let key = key_name(entity);
    let second = second_key_name(entity);
    let names = |attribute: &tf::Attribute| {
        attribute.name == key || second.as_ref().is_some_and(|second| attribute.name == *second)
    };
    for attribute in &mut attributes {
        match entity.place {
            Place::Singleton(_)
            | Place::Function(Function { answers: Answers::Object | Answers::Tables(_), .. }) => {}
            Place::Function(_) if attribute.name == key => attribute.mode = Mode::Required,
            Place::Function(_) => {}
            Place::Collection(_) | Place::Child { .. } => {
                if attribute.name == ID && key == ID {
                    attribute.mode = Mode::Required;
                    attribute.plan.stable = false;
                } else if attribute.name == ID || names(attribute) {
                    attribute.mode = Mode::OptionalComputed;
                }
            }
        }
    }
    for argument in arguments(entity) {
        // The answer may repeat what it was asked for.
        match attributes.iter_mut().find(|attribute| attribute.name == argument.name) {
            Some(attribute) => attribute.mode = Mode::Required,
            None => attributes.push(given(argument, Mode::Required)),
        }
    }
    attributes.extend(parent(entity));
    schema(attributes, prose::data_source(entity))
}

/// Whether there is a data source of many beside that of one.
pub fn has_many(entity: &Entity) -> bool {
    !matches!(
        entity.place,
        Place::Singleton(_)
            | Place::Function(Function { answers: Answers::Object | Answers::Tables(_), .. })
    )
}

/// What a function is given.
pub fn arguments(entity: &Entity) -> &'static [Argument] {
    match entity.place {
        Place::Function(function) => function.arguments,
        _ => &[],
    }
}

fn given(argument: &Argument, mode: Mode) -> tf::Attribute {
    plain(argument.name, Type::String, mode).described(argument.doc)
}

/// Schema of the data source of many: `filter`, `top` and `order_by` (which make no sense for texts), and the `items`. Assignments are
/// among them where one request gives them along with the objects.
pub fn data_sources(entity: &'static Entity) -> tf::Schema {
    let texts = matches!(entity.place, Place::Function(Function { answers: Answers::Texts, .. }));
    let items = if texts {
        tf::Kind::Type(Type::list(Type::String))
    } else {
        tf::Kind::Nested(Nesting::List, sorted(read(entity, lists_assignments(entity))))
    };
    let mut attributes =
        vec![tf::Attribute::new("items", items, Mode::Computed).described(prose::items(entity))];
    if !texts {
        attributes.extend([
            plain("filter", Type::String, Mode::Optional).described(prose::filter(entity)),
            plain("order_by", Type::String, Mode::Optional).described(prose::order_by(entity)),
            plain("top", Type::Number, Mode::Optional).described(prose::TOP),
        ]);
    }
    attributes.extend(arguments(entity).iter().map(|it| given(it, Mode::Required)));
    attributes
        .extend(entity.reading.through.as_ref().map(|it| given(&it.argument, Mode::Optional)));
    attributes.extend(parent(entity));
    schema(attributes, prose::data_sources(entity))
}

/// Schema of the `config` block of the list resource.
pub fn list_resource(entity: &'static Entity) -> tf::Schema {
    let mut attributes =
        vec![plain("filter", Type::String, Mode::Optional).described(prose::filter(entity))];
    attributes.extend(parent(entity));
    schema(attributes, prose::list_resource(entity))
}

/// Schema of the identity: `id`, the parent's id where there is a parent, and optionally `tenant_id`.
pub fn identity(entity: &'static Entity) -> tf::Identity {
    let attribute = |name: &'static str, required_for_import, description: &'static str| {
        tf::IdentityAttribute {
            name: Cow::Borrowed(name),
            r#type: Type::String,
            required_for_import,
            description: Cow::Borrowed(description),
        }
    };
    let mut attributes = vec![
        attribute(ID, true, "Id of the object in Microsoft Graph."),
        attribute("tenant_id", false, "Id of the tenant that the object is in."),
    ];
    if let Place::Child { parent, doc, .. } = entity.place {
        attributes.push(attribute(parent, true, doc));
    }
    tf::Identity { version: 0, attributes }
}

/// Whether the resource has `allow_duplicate_name`.
pub fn may_duplicate_name(entity: &Entity) -> bool {
    entity.key.unique == Unique::No
        && matches!(entity.place, Place::Collection(_) | Place::Child { .. })
}

/// Whether a listing gives the assignments along with the objects.
pub fn lists_assignments(entity: &Entity) -> bool {
    entity.assignments.is_some_and(|assignments| assignments.read_by == ReadBy::Expand)
}

/// Terraform name of the attribute that names an object to people.
pub fn key_name(entity: &Entity) -> Cow<'static, str> {
    name_of(entity, entity.key.property)
}

/// Terraform name of the attribute of a property.
pub fn name_of(entity: &Entity, property: &str) -> Cow<'static, str> {
    match entity.attributes.iter().find(|attribute| attribute.property == property) {
        Some(attribute) => names::attribute_name(attribute),
        None => Cow::Owned(names::snake_case(property)),
    }
}

/// Terraform name of the attribute that names an object together with the first one, where two do it.
pub fn second_key_name(entity: &Entity) -> Option<Cow<'static, str>> {
    let second = entity.key.second?;
    let attribute = entity.attributes.iter().find(|attribute| attribute.property == second)?;
    Some(names::attribute_name(attribute))
}

pub(super) fn schema(attributes: Vec<tf::Attribute>, description: String) -> tf::Schema {
    tf::Schema {
        version: 0,
        block: tf::Block {
            attributes: sorted(attributes),
            description: Cow::Owned(description),
            ..tf::Block::default()
        },
    }
}

fn sorted(mut attributes: Vec<tf::Attribute>) -> Vec<tf::Attribute> {
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    attributes
}

pub(super) fn plain(name: impl Into<Cow<'static, str>>, r#type: Type, mode: Mode) -> tf::Attribute {
    tf::Attribute::new(name, tf::Kind::Type(r#type), mode)
}

fn id(mode: Mode) -> tf::Attribute {
    let mut id = plain(ID, Type::String, mode).described(prose::ID);
    id.plan.stable = true;
    id
}

fn parent(entity: &Entity) -> Option<tf::Attribute> {
    match entity.place {
        Place::Child { parent, doc, .. } => {
            Some(plain(parent, Type::String, Mode::Required).described(doc))
        }
        _ => None,
    }
}

/// An attribute of a managed resource, with the twins of a secret.
fn managed(spec: &'static Attribute) -> Vec<tf::Attribute> {
    let mut attribute =
        tf::Attribute::new(names::attribute_name(spec), kind(spec, Serve::Managed), mode(spec))
            .described(prose::attribute(spec));
    attribute.sensitive = spec.secret != Secret::No;
    attribute.deprecated = spec.deprecated.map(Cow::Borrowed);
    attribute.plan.default = spec.default.map(default);
    attribute.plan.stable = spec.stable;
    attribute.plan.requires_replace = spec.replace;
    attribute.plan.empty_is_null = spec.empty_is_null;
    attribute.plan.equality = has_spellings(spec).then_some(spec as &dyn Equality);
    let Some(twin) = names::twin(spec) else { return vec![attribute] };

    let mut write_only = plain(twin.write_only.clone(), string_or(&attribute.kind), Mode::Optional)
        .described(prose::write_only(&attribute.name, &twin.version));
    write_only.write_only = true;
    write_only.sensitive = true;
    let mut version = plain(twin.version, Type::Number, Mode::Optional)
        .described(prose::version(&twin.write_only));
    version.plan.requires_replace = spec.replace;
    vec![attribute, write_only, version]
}

fn string_or(kind: &tf::Kind) -> Type {
    match kind {
        tf::Kind::Type(r#type) => r#type.clone(),
        tf::Kind::Nested(..) => Type::String,
    }
}

fn mode(spec: &Attribute) -> Mode {
    match spec.presence {
        // The twin may stand in for it.
        Presence::Required if spec.secret == Secret::Unreadable => Mode::Optional,
        Presence::Required => Mode::Required,
        Presence::Optional if spec.default.is_some() => Mode::OptionalComputed,
        Presence::Optional => Mode::Optional,
        Presence::Defaulted => Mode::OptionalComputed,
        Presence::ReadOnly => Mode::Computed,
    }
}

/// The attributes of a data source; secrets that the service never gives back have none.
fn read(entity: &'static Entity, assignments: bool) -> Vec<tf::Attribute> {
    let mut attributes: Vec<tf::Attribute> = entity.attributes.iter().flat_map(computed).collect();
    attributes.extend(variants(entity.family, Serve::Computed));
    if !matches!(entity.place, Place::Function(_)) {
        attributes.push(id(Mode::Computed));
    }
    if let Some(assigned) = entity.assignments.as_ref().filter(|_| assignments) {
        let inner = target::attributes(assigned).into_iter().flat_map(computed).collect();
        attributes.push(
            tf::Attribute::new(
                ASSIGNMENTS,
                tf::Kind::Nested(Nesting::Set, sorted(inner)),
                Mode::Computed,
            )
            .described(prose::READ_ASSIGNMENTS),
        );
    }
    attributes
}

fn computed(spec: &'static Attribute) -> Vec<tf::Attribute> {
    if spec.secret == Secret::Unreadable {
        return Vec::new();
    }
    let mut attribute = tf::Attribute::new(
        names::attribute_name(spec),
        kind(spec, Serve::Computed),
        Mode::Computed,
    )
    .described(spec.doc);
    attribute.sensitive = spec.secret != Secret::No;
    attribute.deprecated = spec.deprecated.map(Cow::Borrowed);
    // A date of other digits inside of what only the service gives is no drift either.
    attribute.plan.equality = has_spellings(spec).then_some(spec as &dyn Equality);
    vec![attribute]
}

/// The attributes of an action's arguments, and of its kinds.
pub(super) fn parameters(
    attributes: &'static [Attribute],
    kinds: &'static [Variant],
) -> Vec<tf::Attribute> {
    let mut all = Serve::Argument.all(attributes);
    all.extend(variants(kinds, Serve::Argument));
    all
}

/// An argument. There are no twins of secrets: nothing of an action is ever stored.
fn argument(spec: &'static Attribute) -> Vec<tf::Attribute> {
    let required = spec.presence == Presence::Required;
    let mode = if required { Mode::Required } else { Mode::Optional };
    let mut attribute =
        tf::Attribute::new(names::attribute_name(spec), kind(spec, Serve::Argument), mode)
            .described(prose::attribute(&Attribute { secret: Secret::No, ..*spec }));
    attribute.sensitive = spec.secret != Secret::No;
    attribute.deprecated = spec.deprecated.map(Cow::Borrowed);
    vec![attribute]
}

/// Whose attributes are described.
#[derive(Clone, Copy, PartialEq)]
enum Serve {
    /// Those of a managed resource.
    Managed,
    /// Those of a data source, or of what only the service gives.
    Computed,
    /// Those of an action, which has no state.
    Argument,
}

impl Serve {
    fn all(self, attributes: &'static [Attribute]) -> Vec<tf::Attribute> {
        let serve = match self {
            Serve::Managed => managed,
            Serve::Computed => computed,
            Serve::Argument => argument,
        };
        sorted(attributes.iter().flat_map(serve).collect())
    }
}

fn kind(spec: &'static Attribute, serve: Serve) -> tf::Kind {
    let serve = if spec.presence == Presence::ReadOnly { Serve::Computed } else { serve };
    let objects = |nesting, attributes| tf::Kind::Nested(nesting, serve.all(attributes));
    let unions = |nesting, inner| tf::Kind::Nested(nesting, variants(inner, serve));
    match &spec.kind {
        Kind::Scalar(scalar) => tf::Kind::Type(scalar_type(scalar)),
        Kind::Flags(_) => tf::Kind::Type(Type::set(Type::String)),
        Kind::Object(fields) => objects(Nesting::Single, fields.attributes),
        Kind::Union(variants) => unions(Nesting::Single, *variants),
        Kind::List(Element::Scalar(scalar)) => tf::Kind::Type(Type::list(scalar_type(scalar))),
        Kind::Set(Element::Scalar(scalar)) => tf::Kind::Type(Type::set(scalar_type(scalar))),
        Kind::List(Element::Object(fields)) => objects(Nesting::List, fields.attributes),
        Kind::Set(Element::Object(fields)) => objects(Nesting::Set, fields.attributes),
        Kind::List(Element::Union(variants)) => unions(Nesting::List, *variants),
        Kind::Set(Element::Union(variants)) => unions(Nesting::Set, *variants),
    }
}

fn variants(variants: &'static [Variant], serve: Serve) -> Vec<tf::Attribute> {
    let mode = if serve == Serve::Computed { Mode::Computed } else { Mode::Optional };
    let one = |variant: &'static Variant| {
        let kind = tf::Kind::Nested(Nesting::Single, serve.all(variant.attributes));
        tf::Attribute::new(variant.name, kind, mode).described(prose::variant(variant, mode))
    };
    sorted(variants.iter().map(one).collect())
}

fn scalar_type(scalar: &Scalar) -> Type {
    match scalar {
        Scalar::Boolean => Type::Bool,
        Scalar::Int32 | Scalar::Int64 | Scalar::Double => Type::Number,
        Scalar::String
        | Scalar::Guid
        | Scalar::DateTime
        | Scalar::Date
        | Scalar::TimeOfDay
        | Scalar::Duration
        | Scalar::Binary
        | Scalar::Choice(_) => Type::String,
    }
}

/// A default as a value.
pub fn default(default: Default) -> Value {
    match default {
        Default::Boolean(flag) => Value::from(flag),
        Default::Integer(number) => Value::from(number),
        Default::Text(text) => Value::from(text),
    }
}

/// Whether one value of the attribute can have several spellings. Nested attributes need no rule of their own: theirs count.
fn has_spellings(spec: &Attribute) -> bool {
    let scalar = |scalar: &Scalar| {
        !matches!(
            scalar,
            Scalar::String
                | Scalar::Date
                | Scalar::Boolean
                | Scalar::Int32
                | Scalar::Int64
                | Scalar::Double
        ) || spec.same != Same::Exact
    };
    match &spec.kind {
        Kind::Scalar(inner)
        | Kind::List(Element::Scalar(inner))
        | Kind::Set(Element::Scalar(inner)) => scalar(inner),
        Kind::Flags(_) => true,
        _ => false,
    }
}

/// Left out of the configuration, the assignments that the tenant has are shown and survive updates.
fn managed_assignments(assignments: &Assignments) -> tf::Attribute {
    let mut inner: Vec<tf::Attribute> =
        target::attributes(assignments).into_iter().flat_map(managed).collect();
    for attribute in &mut inner {
        if attribute.name == "type" {
            attribute.mode = Mode::OptionalComputed;
            attribute.plan.default = Some(Value::from(target::default_kind(&assignments.targets)));
            attribute.description = Cow::Owned(prose::target_type(assignments));
        }
    }
    let mut attribute = tf::Attribute::new(
        ASSIGNMENTS,
        tf::Kind::Nested(Nesting::Set, sorted(inner)),
        Mode::OptionalComputed,
    )
    .described(prose::ASSIGNMENTS);
    attribute.plan.stable = true;
    attribute
}

fn managed_timeouts(entity: &Entity) -> tf::Attribute {
    let operation = |operation: timeouts::Operation| {
        plain(operation.name(), Type::String, Mode::Optional)
            .described(prose::timeout(entity, operation))
    };
    let inner = timeouts::Operation::ALL.map(operation).into();
    tf::Attribute::new(
        timeouts::ATTRIBUTE,
        tf::Kind::Nested(Nesting::Single, sorted(inner)),
        Mode::Optional,
    )
    .described("How long operations may take, as text such as `\"30m\"` or `\"1h30m\"`.")
}
