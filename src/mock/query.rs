//! `$filter` and `$orderby`, as far as services that take them do.

use serde_json::Value;

use super::address::quoted;
use super::answer::Problem;
use super::store::Body;

/// A filter: comparisons joined by `and`.
#[derive(Debug)]
pub(crate) struct Filter {
    terms: Vec<Term>,
}

#[derive(Debug)]
struct Term {
    property: String,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Equals(Value),
    Differs(Value),
    StartsWith(String),
    Contains(String),
}

impl Filter {
    /// Parses `a eq 'x'`, `a ne x`, `startswith(a,'x')` and `contains(a,'x')`, joined by `and`. All else is refused, as by services that
    /// take little.
    pub(crate) fn parse(text: &str) -> Result<Filter, Problem> {
        let terms =
            split_and(text).iter().map(|term| parse_term(term.trim())).collect::<Option<_>>();
        terms
            .map(|terms| Filter { terms })
            .ok_or_else(|| Problem::bad_request(format!("Invalid filter clause: '{text}'.")))
    }

    /// Whether an object passes.
    pub(crate) fn passes(&self, body: &Body) -> bool {
        self.terms.iter().all(|term| {
            let mut names = term.property.split('/');
            let first = names.next().and_then(|name| body.get(name));
            let value = names.fold(first, |value, name| value.and_then(|value| value.get(name)));
            match &term.test {
                Test::Equals(wanted) => same(value, wanted),
                Test::Differs(wanted) => !same(value, wanted),
                Test::StartsWith(start) => lower(value).is_some_and(|text| text.starts_with(start)),
                Test::Contains(part) => lower(value).is_some_and(|text| text.contains(part)),
            }
        })
    }
}

fn lower(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_lowercase)
}

fn same(value: Option<&Value>, wanted: &Value) -> bool {
    match (value, wanted) {
        (Some(Value::String(value)), Value::String(wanted)) => {
            value.to_lowercase() == wanted.to_lowercase()
        }
        (None, Value::Null) => true,
        (Some(value), wanted) => value == wanted,
        (None, _) => false,
    }
}

/// Splits at ` and ` outside of quotes.
fn split_and(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut in_quotes = false;
    for (at, character) in text.char_indices() {
        if character == '\'' {
            in_quotes = !in_quotes;
        }
        let rest = text.get(at..).unwrap_or_default();
        if !in_quotes
            && at >= start
            && rest.get(..5).is_some_and(|and| and.eq_ignore_ascii_case(" and "))
        {
            parts.push(text.get(start..at).unwrap_or_default());
            start = at + 5;
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

fn parse_term(term: &str) -> Option<Term> {
    if let Some((function, arguments)) = term.strip_suffix(')').and_then(|t| t.split_once('(')) {
        let (property, literal) = arguments.split_once(',')?;
        let text = quoted(literal.trim())?.to_lowercase();
        let test = match function.trim().to_ascii_lowercase().as_str() {
            "startswith" => Test::StartsWith(text),
            "contains" => Test::Contains(text),
            _ => return None,
        };
        return Some(Term { property: property.trim().to_owned(), test });
    }
    let (property, rest) = term.split_once(' ')?;
    let (operator, literal) = rest.trim().split_once(' ')?;
    let literal = literal.trim();
    let value = match quoted(literal) {
        Some(text) => Value::String(text),
        None => serde_json::from_str(literal).unwrap_or_else(|_| Value::from(literal)),
    };
    let test = match operator {
        "eq" => Test::Equals(value),
        "ne" => Test::Differs(value),
        _ => return None,
    };
    Some(Term { property: property.to_owned(), test })
}

/// Sorts by `name` or `name desc`, several joined by commas.
pub(crate) fn sort_by<T>(order: &str, items: &mut [(T, Body)]) {
    // The last key first: a stable sort keeps the earlier orders within equals.
    for key in order.split(',').rev() {
        let mut words = key.split_ascii_whitespace();
        let Some(name) = words.next() else { continue };
        let descending = words.next().is_some_and(|word| word.eq_ignore_ascii_case("desc"));
        let text = |body: &Body| match body.get(name) {
            Some(Value::String(text)) => text.to_lowercase(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        items.sort_by(|(_, left), (_, right)| {
            let order = text(left).cmp(&text(right));
            if descending { order.reverse() } else { order }
        });
    }
}
