//! The constructors of attributes, and the words that refine them. A combination that makes no sense stops the compiler.

use super::{
    Attribute, ChangedBy, Check, Choice, Clear, Default, Element, Fields, Kind, Level, Presence,
    Same, Scalar, Secret, Sent, Stored, Variant,
};
use crate::spec::{Access, Rule};

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
        self.changed_by = Some(ChangedBy { action, parameter, access: None, or_update: false });
        self
    }

    /// The action that changes it needs this, and not what an update needs.
    pub const fn change_needs(mut self, access: &'static Access) -> Self {
        match &mut self.changed_by {
            Some(changed_by) => changed_by.access = Some(access),
            None => panic!("say .changed_by() first"),
        }
        self
    }

    /// An update takes the change too, when the service refuses the action.
    pub const fn or_by_update(mut self) -> Self {
        match &mut self.changed_by {
            Some(changed_by) => changed_by.or_update = true,
            None => panic!("say .changed_by() first"),
        }
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
