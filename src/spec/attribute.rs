//! Attributes: one Graph property each, what it holds, who gives it, and how the service treats it.

use super::Rule;

/// One attribute of an entity or of an object inside it.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// The Graph property, verbatim. For what lies deeper see [`Stored`].
    pub property: &'static str,
    /// Terraform name where it is not the property's name in snake case.
    pub name: Option<&'static str>,
    /// What it holds.
    pub kind: Kind,
    /// Who gives it.
    pub presence: Presence,
    /// Value that the provider fills in for a configuration without one.
    pub default: Option<Default>,
    /// Where the service keeps it.
    pub stored: Stored,
    /// In which requests it is sent.
    pub sent: Sent,
    /// The action that changes it, where an update does not.
    pub changed_by: Option<ChangedBy>,
    /// Whether a change replaces the object.
    pub replace: bool,
    /// Whether a computed value outlives updates, so that a plan can promise it.
    pub stable: bool,
    /// How a value that was removed from the configuration is cleared.
    pub clear: Clear,
    /// Whether null and the empty text or collection are one value.
    pub empty_is_null: bool,
    /// Further spellings that are the same value.
    pub same: Same,
    /// Whether it is a secret.
    pub secret: Secret,
    /// Whether it appears only in answers to a `$select` that names it.
    pub select_only: bool,
    /// Limits on its value, checked at plan.
    pub checks: &'static [Check],
    /// What it is, one or more sentences of Markdown.
    pub doc: &'static str,
    /// Why not to use it any more.
    pub deprecated: Option<&'static str>,
}

/// What an attribute holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// One plain value.
    Scalar(Scalar),
    /// A flag enumeration: `"a,b"` in Graph, a set of strings in Terraform.
    Flags(&'static Choice),
    /// A complex value.
    Object(Fields),
    /// An ordered collection.
    List(Element),
    /// A collection whose order means nothing.
    Set(Element),
    /// A value of an abstract type: one nested attribute per subtype, exactly one of them set.
    Union(&'static [Variant]),
}

/// A plain value.
#[derive(Clone, Copy, Debug)]
pub enum Scalar {
    /// `Edm.String`
    String,
    /// `Edm.Guid`, or a string that always holds one: compared without regard to case.
    Guid,
    /// `Edm.Boolean`
    Boolean,
    /// `Edm.Int32`
    Int32,
    /// `Edm.Int64`; a text of digits is accepted in answers.
    Int64,
    /// `Edm.Double`
    Double,
    /// `Edm.DateTimeOffset`: equal instants are equal values.
    DateTime,
    /// `Edm.Date`
    Date,
    /// `Edm.TimeOfDay`: equal times are equal values.
    TimeOfDay,
    /// `Edm.Duration`: equal lengths are equal values.
    Duration,
    /// `Edm.Binary`, base64: equal bytes are equal values.
    Binary,
    /// An enumeration.
    Choice(&'static Choice),
}

/// What a collection holds.
#[derive(Clone, Copy, Debug)]
pub enum Element {
    /// Plain values.
    Scalar(Scalar),
    /// Complex values.
    Object(Fields),
    /// Values of an abstract type.
    Union(&'static [Variant]),
}

/// The inside of a complex value.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// Its attributes.
    pub attributes: &'static [Attribute],
    /// What must hold between them; paths start inside.
    pub rules: &'static [Rule],
}

impl Fields {
    const NONE: Fields = Fields { attributes: &[], rules: &[] };
}

/// The members of an enumeration.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The enumeration's name in Graph, for checks against the metadata.
    pub graph_type: &'static str,
    /// Members that may be written, as Graph spells them; never `unknownFutureValue`.
    pub members: &'static [&'static str],
    /// Whether the service is known to refuse every other member. Otherwise an unknown one is a warning.
    pub closed: bool,
    /// Members that were renamed, old name first: both names are one value.
    pub renamed: &'static [(&'static str, &'static str)],
}

impl Choice {
    /// An enumeration that grows: a member that is not listed is a warning.
    pub const fn open(graph_type: &'static str, members: &'static [&'static str]) -> Self {
        Choice { graph_type, members, closed: false, renamed: &[] }
    }

    /// An enumeration of which the service is known to refuse what is not listed.
    pub const fn closed(graph_type: &'static str, members: &'static [&'static str]) -> Self {
        Choice { graph_type, members, closed: true, renamed: &[] }
    }

    /// Members that were renamed, old name first.
    pub const fn renamed(mut self, renamed: &'static [(&'static str, &'static str)]) -> Self {
        self.renamed = renamed;
        self
    }
}

/// One subtype of an abstract type.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// Terraform attribute: the subtype's name without the words that it shares with its base type at either end.
    pub name: &'static str,
    /// Graph type without prefix, e.g. `cloudPcDisasterRecoveryAzureConnectionSetting`.
    pub graph_type: &'static str,
    /// Its own attributes, those of its base included.
    pub attributes: &'static [Attribute],
    /// What must hold between them.
    pub rules: &'static [Rule],
    /// What it is.
    pub doc: &'static str,
}

/// A subtype; its attributes follow in [`Variant::of`].
pub const fn variant(name: &'static str, graph_type: &'static str) -> Variant {
    Variant { name, graph_type, attributes: &[], rules: &[], doc: "" }
}

impl Variant {
    /// Its attributes.
    pub const fn of(mut self, attributes: &'static [Attribute]) -> Self {
        self.attributes = attributes;
        self
    }

    /// What must hold between its attributes.
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    /// What it is.
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }
}

/// Who gives an attribute its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The configuration must.
    Required,
    /// The configuration may; left out means cleared.
    Optional,
    /// The configuration may; left out means that the service's value stays.
    Defaulted,
    /// Only the service does.
    ReadOnly,
}

/// How a value is cleared in an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clear {
    /// With `null`.
    Null,
    /// With the empty text or collection: the service refuses `null`. Collections are cleared so unless they say otherwise.
    Empty,
    /// By leaving it out of an update that something else makes necessary: the service refuses `null` and empty values.
    Omit,
}

/// A default that the provider fills in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Default {
    /// A boolean.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Text or enumeration member.
    Text(&'static str),
}

/// Where the service keeps an attribute.
#[derive(Clone, Copy, Debug)]
pub enum Stored {
    /// In the object itself, under its property.
    Body,
    /// Deeper: the levels are walked from the object to the property. A collection level holds one element when written, and the
    /// union over all elements is read.
    Inside(&'static [Level]),
    /// As a reference: written as `property@odata.bind` with the address of the object, read from the expanded property's `id`. Where
    /// expansion is unreliable the engine may walk `reverse` below each candidate.
    Bind {
        /// Path of the set that the reference points into.
        set: &'static str,
        /// Navigation of the referenced type that leads back, e.g. `roleAssignments`.
        reverse: Option<&'static str>,
    },
    /// In a sub-collection of its own: read by `GET {item}/{property}` page by page; sent in the body of a create and, on update, by
    /// `PUT {item}` with the whole object.
    SubCollection,
}

/// An action of the item through which a value is changed after the create. Attributes that share one are sent together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedBy {
    /// Action name.
    pub action: &'static str,
    /// Parameter that takes the property, or the first level that it lies in; often of the same name.
    pub parameter: &'static str,
}

/// One level between an object and a property kept deeper.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    /// Property of this level.
    pub property: &'static str,
    /// Whether it is a collection.
    pub collection: bool,
    /// Graph type to send in `@odata.type`, if the service wants one.
    pub graph_type: Option<&'static str>,
}

impl Level {
    /// A complex value.
    pub const fn one(property: &'static str) -> Self {
        Level { property, collection: false, graph_type: None }
    }

    /// A collection that only ever holds one element.
    pub const fn many(property: &'static str) -> Self {
        Level { property, collection: true, graph_type: None }
    }

    /// Its type stands in bodies.
    pub const fn typed(mut self, graph_type: &'static str) -> Self {
        self.graph_type = Some(graph_type);
        self
    }
}

/// In which requests an attribute is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Create, and update when it changed.
    Always,
    /// Create only.
    OnCreate,
    /// Update only: after a create whose body cannot carry it, an update follows.
    OnUpdate,
    /// As `Always`, and also whenever this other property is sent in an update: the service refuses that one without this one.
    With(&'static str),
}

/// Spellings that are the same value, beyond what the kind implies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// Nothing further.
    Exact,
    /// Case does not matter.
    IgnoreCase,
    /// White space at the ends does not matter.
    Trimmed,
}

/// Whether an attribute is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// It is not.
    No,
    /// It is hidden in output, and the service gives it back.
    Readable,
    /// The service never gives it back: a sensitive attribute, plus a write-only twin `<name>_wo` with `<name>_wo_version`. The state's
    /// value is kept on read.
    Unreadable,
}

/// A limit on a value, checked at plan when the value is known.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Characters of a text, or elements of a collection, at least.
    MinLength(u32),
    /// Characters of a text, or elements of a collection, at most.
    MaxLength(u32),
    /// A number is between these, both included.
    Between(i64, i64),
    /// A text passes this function; the error is a sentence for the user.
    Text(fn(&str) -> Result<(), String>),
    /// As `Text`, but a finding is only a warning: the service may be less strict than we know.
    Advice(fn(&str) -> Result<(), String>),
}

const fn attribute(property: &'static str, kind: Kind) -> Attribute {
    Attribute {
        property,
        name: None,
        kind,
        presence: Presence::Optional,
        default: None,
        stored: Stored::Body,
        sent: Sent::Always,
        changed_by: None,
        replace: false,
        stable: false,
        // A collection of OData is empty, never null.
        clear: match kind {
            Kind::List(_) | Kind::Set(_) => Clear::Empty,
            _ => Clear::Null,
        },
        empty_is_null: false,
        same: Same::Exact,
        secret: Secret::No,
        select_only: false,
        checks: &[],
        doc: "",
        deprecated: None,
    }
}

/// Text.
pub const fn string(property: &'static str) -> Attribute {
    attribute(property, Kind::Scalar(Scalar::String))
}

/// A GUID.
pub const fn guid(property: &'static str) -> Attribute {
    attribute(property, Kind::Scalar(Scalar::Guid))
}

/// A boolean.
pub const fn boolean(property: &'static str) -> Attribute {
    attribute(property, Kind::Scalar(Scalar::Boolean))
}

/// A 32-bit whole number.
pub const fn int32(property: &'static str) -> Attribute {
    attribute(property, Kind::Scalar(Scalar::Int32))
}

/// A 64-bit whole number.
pub const fn int64(property: &'static str) -> Attribute {
    attribute(property, Kind::Scalar(Scalar::Int64))
}

/// A number.
pub const fn double(property: &'static str) -> Attribute {
    attribute(property, Kind::Scalar(Scalar::Double))
}

/// An instant.
pub const fn date_time(property: &'static str) -> Attribute {
    attribute(property, Kind::Scalar(Scalar::DateTime))
}

/// A date.
pub const fn date(property: &'static str) -> Attribute {
    attribute(property, Kind::Scalar(Scalar::Date))
}

/// A time of day.
pub const fn time_of_day(property: &'static str) -> Attribute {
    attribute(property, Kind::Scalar(Scalar::TimeOfDay))
}

/// A length of time.
pub const fn duration(property: &'static str) -> Attribute {
    attribute(property, Kind::Scalar(Scalar::Duration))
}

/// Bytes.
pub const fn binary(property: &'static str) -> Attribute {
    attribute(property, Kind::Scalar(Scalar::Binary))
}

/// One member of an enumeration.
pub const fn choice(property: &'static str, choice: &'static Choice) -> Attribute {
    attribute(property, Kind::Scalar(Scalar::Choice(choice)))
}

/// Members of an enumeration, joined with commas in Graph.
pub const fn flags(property: &'static str, choice: &'static Choice) -> Attribute {
    attribute(property, Kind::Flags(choice))
}

/// A set of texts.
pub const fn strings(property: &'static str) -> Attribute {
    attribute(property, Kind::Set(Element::Scalar(Scalar::String)))
}

/// A set of GUIDs.
pub const fn guids(property: &'static str) -> Attribute {
    attribute(property, Kind::Set(Element::Scalar(Scalar::Guid)))
}

/// A set of members of an enumeration.
pub const fn choices(property: &'static str, choice: &'static Choice) -> Attribute {
    attribute(property, Kind::Set(Element::Scalar(Scalar::Choice(choice))))
}

/// A collection of complex values, a set unless [`Attribute::ordered`]; their content follows in [`Attribute::of`].
pub const fn objects(property: &'static str) -> Attribute {
    attribute(property, Kind::Set(Element::Object(Fields::NONE)))
}

/// A collection of values of an abstract type, a set unless [`Attribute::ordered`]; the subtypes follow in [`Attribute::one_of`].
pub const fn unions(property: &'static str) -> Attribute {
    attribute(property, Kind::Set(Element::Union(&[])))
}

/// A complex value; its content follows in [`Attribute::of`].
pub const fn object(property: &'static str) -> Attribute {
    attribute(property, Kind::Object(Fields::NONE))
}

/// A value of an abstract type; its subtypes follow in [`Attribute::one_of`].
pub const fn union(property: &'static str) -> Attribute {
    attribute(property, Kind::Union(&[]))
}

/// A reference to another object, by id, written as a bind to an address in `set`.
pub const fn reference(property: &'static str, name: &'static str, set: &'static str) -> Attribute {
    let mut it = attribute(property, Kind::Scalar(Scalar::Guid));
    it.name = Some(name);
    it.stored = Stored::Bind { set, reverse: None };
    it
}

impl Attribute {
    /// The configuration must give it.
    pub const fn required(mut self) -> Self {
        assert!(self.default.is_none(), "a required attribute cannot have a default");
        self.presence = Presence::Required;
        self
    }

    /// Left out, the service's value stays. Say in a comment which answer shows that the service defaults it.
    pub const fn defaulted(mut self) -> Self {
        assert!(
            self.default.is_none(),
            "either the provider or the service gives the default, not both"
        );
        self.presence = Presence::Defaulted;
        self
    }

    /// Only the service gives it.
    pub const fn read_only(mut self) -> Self {
        assert!(self.default.is_none(), "a read-only attribute cannot have a default");
        self.presence = Presence::ReadOnly;
        self
    }

    /// A computed value that no update changes.
    pub const fn stable(mut self) -> Self {
        assert!(
            matches!(self.presence, Presence::ReadOnly | Presence::Defaulted),
            "only a value that the service gives can be stable: say .read_only() or .defaulted() first"
        );
        self.stable = true;
        self
    }

    /// The provider fills in this boolean.
    pub const fn default_boolean(mut self, value: bool) -> Self {
        assert!(
            matches!(self.presence, Presence::Optional),
            "only an optional attribute can have a default"
        );
        assert!(
            matches!(self.kind, Kind::Scalar(Scalar::Boolean)),
            "a boolean default needs a boolean attribute"
        );
        self.default = Some(Default::Boolean(value));
        self
    }

    /// The provider fills in this number.
    pub const fn default_integer(mut self, value: i64) -> Self {
        assert!(
            matches!(self.presence, Presence::Optional),
            "only an optional attribute can have a default"
        );
        assert!(
            matches!(self.kind, Kind::Scalar(Scalar::Int32 | Scalar::Int64)),
            "a whole-number default needs a whole-number attribute"
        );
        self.default = Some(Default::Integer(value));
        self
    }

    /// The provider fills in this text or member.
    pub const fn default_text(mut self, value: &'static str) -> Self {
        assert!(
            matches!(self.presence, Presence::Optional),
            "only an optional attribute can have a default"
        );
        assert!(
            matches!(self.kind, Kind::Scalar(Scalar::String | Scalar::Choice(_))),
            "a text default needs a text or enumeration attribute"
        );
        self.default = Some(Default::Text(value));
        self
    }

    /// A change replaces the object.
    pub const fn replace(mut self) -> Self {
        assert!(
            !matches!(self.presence, Presence::ReadOnly),
            "a read-only attribute cannot force replacement"
        );
        self.replace = true;
        self
    }

    /// Its Terraform name, where the rule for names does not give the one that users were promised.
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// It lies deeper in the object.
    pub const fn inside(mut self, levels: &'static [Level]) -> Self {
        self.stored = Stored::Inside(levels);
        self
    }

    /// For a reference: the navigation of the referenced type that leads back to this entity.
    pub const fn found_through(mut self, reverse: &'static str) -> Self {
        let Stored::Bind { set, .. } = self.stored else {
            panic!("only a reference can be found through the other side")
        };
        self.stored = Stored::Bind { set, reverse: Some(reverse) };
        self
    }

    /// It has a sub-collection of its own.
    pub const fn in_sub_collection(mut self) -> Self {
        assert!(
            matches!(self.kind, Kind::List(_) | Kind::Set(_)),
            "only a collection can have a sub-collection"
        );
        self.stored = Stored::SubCollection;
        self
    }

    /// After the create, this parameter of an action of the item changes it.
    pub const fn changed_by(mut self, action: &'static str, parameter: &'static str) -> Self {
        self.changed_by = Some(ChangedBy { action, parameter });
        self
    }

    /// It is sent in creates only.
    pub const fn on_create(mut self) -> Self {
        self.sent = Sent::OnCreate;
        self
    }

    /// It is sent in updates only.
    pub const fn on_update(mut self) -> Self {
        self.sent = Sent::OnUpdate;
        self
    }

    /// In an update it is sent whenever this other property is.
    pub const fn sent_with(mut self, property: &'static str) -> Self {
        self.sent = Sent::With(property);
        self
    }

    /// The service refuses `null`: the empty value of the kind clears it.
    pub const fn cleared_with_empty(mut self) -> Self {
        assert!(
            matches!(
                self.kind,
                Kind::Scalar(Scalar::String) | Kind::List(_) | Kind::Set(_) | Kind::Flags(_)
            ),
            "only text and collections have an empty value"
        );
        self.clear = Clear::Empty;
        self
    }

    /// The service refuses `null` and empty values where there is none: it is left out.
    pub const fn cleared_by_omission(mut self) -> Self {
        self.clear = Clear::Omit;
        self
    }

    /// Null and the empty text or collection are one value.
    pub const fn empty_is_null(mut self) -> Self {
        assert!(
            matches!(
                self.kind,
                Kind::Scalar(Scalar::String) | Kind::List(_) | Kind::Set(_) | Kind::Flags(_)
            ),
            "only text and collections have an empty value"
        );
        self.empty_is_null = true;
        self
    }

    /// Case does not matter.
    pub const fn ignore_case(mut self) -> Self {
        self.same = Same::IgnoreCase;
        self
    }

    /// White space at the ends does not matter.
    pub const fn trimmed(mut self) -> Self {
        self.same = Same::Trimmed;
        self
    }

    /// A secret that the service gives back.
    pub const fn sensitive(mut self) -> Self {
        self.secret = Secret::Readable;
        self
    }

    /// A secret that the service never gives back: it gets a write-only twin.
    pub const fn secret(mut self) -> Self {
        assert!(
            matches!(self.kind, Kind::Scalar(Scalar::String | Scalar::Binary)),
            "only text and bytes can be written and never read"
        );
        assert!(
            !matches!(self.presence, Presence::ReadOnly | Presence::Defaulted),
            "the service cannot give what it never gives back"
        );
        self.secret = Secret::Unreadable;
        self
    }

    /// It appears only when a `$select` names it.
    pub const fn select_only(mut self) -> Self {
        self.select_only = true;
        self
    }

    /// Limits on its value.
    pub const fn checks(mut self, checks: &'static [Check]) -> Self {
        self.checks = checks;
        self
    }

    /// What it is.
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// Why not to use it any more.
    pub const fn deprecated(mut self, why: &'static str) -> Self {
        self.deprecated = Some(why);
        self
    }

    /// A collection whose order has a meaning.
    pub const fn ordered(mut self) -> Self {
        let Kind::Set(element) = self.kind else { panic!("only a collection can be ordered") };
        self.kind = Kind::List(element);
        self
    }

    /// The content of an object, or of the objects in a collection.
    pub const fn of(self, attributes: &'static [Attribute]) -> Self {
        let rules = self.fields().rules;
        self.with_fields(Fields { attributes, rules })
    }

    /// What must hold between the attributes of an object, or of each object in a collection.
    pub const fn rules(self, rules: &'static [Rule]) -> Self {
        let attributes = self.fields().attributes;
        self.with_fields(Fields { attributes, rules })
    }

    const fn fields(&self) -> Fields {
        match self.kind {
            Kind::Object(fields)
            | Kind::List(Element::Object(fields))
            | Kind::Set(Element::Object(fields)) => fields,
            _ => panic!("only objects have attributes and rules of their own"),
        }
    }

    const fn with_fields(mut self, fields: Fields) -> Self {
        self.kind = match self.kind {
            Kind::List(_) => Kind::List(Element::Object(fields)),
            Kind::Set(_) => Kind::Set(Element::Object(fields)),
            _ => Kind::Object(fields),
        };
        self
    }

    /// The subtypes of an abstract type.
    pub const fn one_of(mut self, variants: &'static [Variant]) -> Self {
        self.kind = match self.kind {
            Kind::Union(_) => Kind::Union(variants),
            Kind::List(Element::Union(_)) => Kind::List(Element::Union(variants)),
            Kind::Set(Element::Union(_)) => Kind::Set(Element::Union(variants)),
            _ => panic!("only a union has subtypes"),
        };
        self
    }
}
