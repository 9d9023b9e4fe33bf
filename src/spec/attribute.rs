//! Attributes: one Graph property each, what it holds, who gives it, and how the service treats it.

mod words;

pub use words::{
    binary, boolean, choice, choices, date, date_time, double, duration, flags, guid, guids, int32,
    int64, object, objects, reference, string, strings, time_of_day, union, unions,
};

use super::{Access, Rule};

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
    /// What the token must allow for it, where that is not what an update needs.
    pub access: Option<&'static Access>,
    /// Whether an update takes the change too, so that it is tried when the service refuses the action.
    pub or_update: bool,
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
    /// As `Always`, and also whenever this other property is sent in an update: the service refuses that one without this one. Of what an
    /// action changes, only beside that other property; the action is then left out.
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
