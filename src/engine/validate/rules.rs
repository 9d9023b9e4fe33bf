//! What must hold between attributes.

use super::Whereabouts;
use crate::engine::{equal, names, schema, walk};
use crate::spec::{Attribute, Kind, Rule, Scalar};
use crate::tf::{Diagnostics, Value};

const SUMMARY: &str = "Attributes that do not go together";

/// Checks the rules of one object.
pub(super) fn check(
    attributes: &[Attribute],
    rules: &[Rule],
    object: &Value,
    at: &Whereabouts,
    diags: &mut Diagnostics,
) {
    let scope = Scope { attributes, object };
    for rule in rules {
        let (path, problem) = match rule {
            Rule::Conflicts(names) => match scope.set(names).as_slice() {
                [_, second, ..] => (*second, format!("Only one of {} may be set.", list(names))),
                _ => continue,
            },
            Rule::ExactlyOne(names) => {
                exactly_one(names, object, at, diags);
                continue;
            }
            Rule::AtLeastOne(names) if names.iter().all(|name| scope.is_unset(name)) => (
                names.first().copied().unwrap_or_default(),
                format!("At least one of {} must be set.", list(names)),
            ),
            Rule::RequiredWhen { attribute, values, needs }
                if scope.is(attribute, values) == Some(true) && scope.is_unset(needs) =>
            {
                (*needs, format!("`{needs}` must be set when {}.", scope.reason(attribute)))
            }
            Rule::ForbiddenWhen { attribute, values, forbids }
                if scope.is(attribute, values) == Some(true) && scope.is_set(forbids) =>
            {
                (*forbids, format!("`{forbids}` must not be set when {}.", scope.reason(attribute)))
            }
            Rule::OnlyWhen { attribute, with, values }
                if scope.is(with, values) == Some(false) && scope.is_set(attribute) =>
            {
                (
                    *attribute,
                    format!("`{attribute}` may only be set when `{with}` is {}.", quoted(values)),
                )
            }
            Rule::Demands { attribute, values, other, allowed }
                if scope.is(attribute, values) == Some(true)
                    && scope.is(other, allowed) == Some(false) =>
            {
                (
                    *other,
                    format!(
                        "`{other}` must be {} when {}.",
                        quoted(allowed),
                        scope.reason(attribute)
                    ),
                )
            }
            _ => continue,
        };
        // A path through a collection ends there: which element it is, the message cannot say.
        let first = path.split('.').next().unwrap_or(path);
        diags.push(at.child(first).error(SUMMARY, problem));
    }
}

/// Exactly one of these is set.
pub(super) fn exactly_one(
    names: &[&str],
    object: &Value,
    at: &Whereabouts,
    diags: &mut Diagnostics,
) {
    let set = names.iter().filter(|name| object.get(name).is_known()).count();
    let unset = names.iter().filter(|name| object.get(name).is_null()).count();
    let problem = if set > 1 {
        format!("Only one of {} may be set.", list(names))
    } else if unset == names.len() {
        format!("One of {} must be set.", list(names))
    } else {
        return;
    };
    diags.push(at.error(SUMMARY, problem));
}

/// The object that a rule speaks of.
struct Scope<'v> {
    attributes: &'v [Attribute],
    object: &'v Value,
}

impl<'v> Scope<'v> {
    /// All values at a path; several when it leads through a collection.
    fn values(&self, path: &str) -> Vec<&'v Value> {
        let mut values = vec![self.object];
        for name in path.split('.') {
            values = values
                .into_iter()
                .flat_map(|value| match value.elements() {
                    Some(elements) => elements.iter().collect(),
                    None => vec![value],
                })
                .map(|value| if value.is_unknown() { value } else { value.get(name) })
                .collect();
        }
        values
    }

    /// Whether something is there for certain. An empty collection is nothing.
    fn is_set(&self, path: &str) -> bool {
        self.values(path).into_iter().any(|value| value.is_known() && !equal::is_empty(value))
    }

    /// Whether nothing is there for certain.
    fn is_unset(&self, path: &str) -> bool {
        self.values(path).into_iter().all(equal::is_empty)
    }

    fn set<'n>(&self, names: &[&'n str]) -> Vec<&'n str> {
        names.iter().copied().filter(|name| self.is_set(name)).collect()
    }

    /// Whether an attribute has one of these values; its default counts. `None`: not known yet.
    fn is(&self, path: &str, wanted: &[&str]) -> Option<bool> {
        let described = self.described(path);
        let one_of = |value: &Value| {
            wanted.iter().any(|wanted| match described {
                Some(described) => equal::same(described, value, &Value::from(*wanted)),
                None => value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(wanted)),
            })
        };
        match self.value(path) {
            value if value.is_unknown() => None,
            Value::Bool(flag) => Some(wanted.contains(&if flag { "true" } else { "false" })),
            value => Some(one_of(&value)),
        }
    }

    /// The value of an attribute outside of collections, or its default.
    fn value(&self, path: &str) -> Value {
        let value = self.values(path).into_iter().next().unwrap_or(&Value::Null);
        let default = self.described(path).and_then(|described| described.default);
        match default {
            Some(default) if value.is_null() => schema::default(default),
            _ => value.clone(),
        }
    }

    fn described(&self, path: &str) -> Option<&'v Attribute> {
        let mut level: Vec<&'v [Attribute]> = vec![self.attributes];
        let mut found = None;
        for name in path.split('.') {
            found = level.iter().copied().flatten().find(|it| names::attribute_name(it) == name);
            level = found.map(|found| walk::children(&found.kind)).unwrap_or_default();
        }
        found.filter(|found| matches!(found.kind, Kind::Scalar(Scalar::Choice(_) | Scalar::String)))
    }

    fn reason(&self, path: &str) -> String {
        match self.value(path) {
            Value::String(text) => format!("`{path}` is \"{text}\""),
            Value::Bool(flag) => format!("`{path}` is {flag}"),
            _ => format!("`{path}` is set"),
        }
    }
}

/// `a`, `b` and `c`.
fn list(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// "a", "b" or "c".
fn quoted(values: &[&str]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
    match values.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => values.concat(),
    }
}
