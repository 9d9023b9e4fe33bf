//! When two spellings are one value.
//!
//! The framework asks here (through [`Equality`]) whether a configured value only spells the prior one differently, and puts back the
//! user's spelling when the service answers in another; [`encode`](super::encode) asks whether there is anything to send. Nobody else
//! compares values of attributes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::{DateTime, Time};
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::{Span, SpanRelativeTo};

use super::names;
use crate::spec::{Attribute, Choice, Element, Kind, Same, Scalar, Variant};
use crate::tf::Value;
use crate::tf::schema::Equality;

/// The framework's question; it asks about values that are known.
impl Equality for Attribute {
    fn same(&self, a: &Value, b: &Value) -> bool {
        a.is_wholly_known() && b.is_wholly_known() && same(self, a, b)
    }
}

/// Whether two values of an attribute mean the same to the service. An unknown value means whatever the service says, so it equals
/// everything.
pub fn same(attribute: &Attribute, a: &Value, b: &Value) -> bool {
    if a.is_unknown() || b.is_unknown() || a == b {
        return true;
    }
    if attribute.empty_is_null && (is_empty(a) || is_empty(b)) {
        return is_empty(a) && is_empty(b);
    }
    if a.is_null() || b.is_null() {
        return false;
    }
    let element = |element: &Element, a: &Value, b: &Value| match element {
        Element::Scalar(scalar) => same_scalar(scalar, attribute.same, a, b),
        Element::Object(fields) => same_fields(fields.attributes, a, b),
        Element::Union(variants) => same_variant(variants, a, b),
    };
    match &attribute.kind {
        Kind::Scalar(scalar) => same_scalar(scalar, attribute.same, a, b),
        Kind::Flags(choice) => {
            same_set(a, b, &|a, b| same_scalar(&Scalar::Choice(choice), Same::Exact, a, b))
        }
        Kind::Object(fields) => same_fields(fields.attributes, a, b),
        Kind::Union(variants) => same_variant(variants, a, b),
        Kind::List(inner) => same_list(a, b, &|a, b| element(inner, a, b)),
        Kind::Set(inner) => same_set(a, b, &|a, b| element(inner, a, b)),
    }
}

/// Whether two objects agree in all of these attributes, and in the versions of their secrets.
pub fn same_fields(attributes: &[Attribute], a: &Value, b: &Value) -> bool {
    attributes.iter().all(|attribute| {
        let name = names::attribute_name(attribute);
        same(attribute, a.get(&name), b.get(&name))
            && names::twin(attribute)
                .is_none_or(|twin| a.get(&twin.version) == b.get(&twin.version))
    })
}

fn same_variant(variants: &[Variant], a: &Value, b: &Value) -> bool {
    variants.iter().all(|variant| {
        let (a, b) = (a.get(variant.name), b.get(variant.name));
        if a.is_null() || b.is_null() {
            return a.is_null() && b.is_null();
        }
        same_fields(variant.attributes, a, b)
    })
}

/// Null, empty text, or a collection without elements.
pub fn is_empty(value: &Value) -> bool {
    value.is_null()
        || value.as_str().is_some_and(str::is_empty)
        || value.elements().is_some_and(<[Value]>::is_empty)
}

type Alike<'a> = &'a dyn Fn(&Value, &Value) -> bool;

fn same_list(a: &Value, b: &Value, alike: Alike<'_>) -> bool {
    match (a.elements(), b.elements()) {
        (Some(a), Some(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        _ => false,
    }
}

/// Elements that are two spellings of one value count once.
fn same_set(a: &Value, b: &Value, alike: Alike<'_>) -> bool {
    let within = |a: &[Value], b: &[Value]| {
        let mut exact: Vec<&Value> = b.iter().collect();
        exact.sort_unstable();
        // Most are spelt alike, and then each need not be compared with each.
        a.iter().all(|a| exact.binary_search(&a).is_ok() || b.iter().any(|b| alike(a, b)))
    };
    match (a.elements(), b.elements()) {
        (Some(a), Some(b)) => within(a, b) && within(b, a),
        _ => false,
    }
}

fn same_scalar(scalar: &Scalar, same: Same, a: &Value, b: &Value) -> bool {
    if a.is_unknown() || b.is_unknown() || a == b {
        return true;
    }
    let (Some(a), Some(b)) = (a.as_str(), b.as_str()) else { return false };
    let declared = match same {
        Same::Exact => false,
        Same::IgnoreCase => a.to_lowercase() == b.to_lowercase(),
        Same::Trimmed => a.trim() == b.trim(),
    };
    declared
        || match scalar {
            Scalar::Guid => bare_guid(a).eq_ignore_ascii_case(bare_guid(b)),
            Scalar::DateTime => agree(instant(a), instant(b)),
            Scalar::TimeOfDay => agree(a.parse::<Time>().ok(), b.parse::<Time>().ok()),
            Scalar::Duration => same_duration(a, b),
            Scalar::Binary => agree(bytes(a), bytes(b)),
            Scalar::Choice(choice) => same_member(choice, a, b),
            Scalar::String
            | Scalar::Date
            | Scalar::Boolean
            | Scalar::Int32
            | Scalar::Int64
            | Scalar::Double => false,
        }
}

fn agree<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
    a.is_some() && a == b
}

/// A GUID without the braces that older payloads put around it.
fn bare_guid(text: &str) -> &str {
    text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text)
}

/// A point in time: a date and time of day in UTC, which reaches further than a timestamp (`9999-12-31T23:59:59Z` means "no end").
/// `None` when the text is none, or lacks an offset.
pub fn instant(text: &str) -> Option<DateTime> {
    let pieces = Pieces::parse(text).ok()?;
    let local = DateTime::from_parts(pieces.date(), pieces.time()?);
    let offset = match pieces.offset()? {
        PiecesOffset::Numeric(offset) => offset.offset(),
        _ => return Some(local),
    };
    if offset.is_zero() {
        Some(local)
    } else {
        local.checked_sub(Span::new().try_seconds(offset.seconds()).ok()?).ok()
    }
}

/// A length of time as ISO 8601 writes it. `None` when the text is none.
pub fn duration(text: &str) -> Option<Span> {
    // jiff also reads "5 days"; Graph does not.
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    unsigned.starts_with(['P', 'p']).then(|| text.parse().ok()).flatten()
}

/// Days are taken for 24 hours, as Graph does. Years and months have no length, so that spans which hold them must agree part by part.
fn same_duration(a: &str, b: &str) -> bool {
    let (Some(a), Some(b)) = (duration(a), duration(b)) else { return false };
    let length = |span: Span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok();
    a.fieldwise() == b.fieldwise() || agree(length(a), length(b))
}

/// The bytes of standard base64, which may be wrapped over lines. `None` when the text is something else.
pub fn bytes(text: &str) -> Option<Vec<u8>> {
    let unwrapped: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    STANDARD.decode(unwrapped).ok()
}

/// The member that a text names, in Graph's spelling and under its present name. `None` when it is not listed.
pub fn member(choice: &Choice, text: &str) -> Option<&'static str> {
    let listed = choice.members.iter().copied().find(|member| member.eq_ignore_ascii_case(text))?;
    let renamed = choice.renamed.iter().find(|(old, _)| *old == listed);
    Some(renamed.map_or(listed, |(_, new)| new))
}

fn same_member(choice: &Choice, a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || agree(member(choice, a), member(choice, b))
}

#[cfg(test)]
mod tests;
