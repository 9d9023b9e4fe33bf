//! The part of OData's query language that is understood here, to check what a service did with it.
//!
//! Some endpoints ignore a filter, some answer it wrongly. What can be judged by looking at an item is judged again; everything else is
//! left to the service. Source: OData 4.01, part 2, section 5.1.1.

use std::cmp::Ordering;

use serde_json::Value as Json;

use super::equal::instant;

/// A condition that an item fulfils or not, or of which it does not tell.
#[derive(Debug, PartialEq)]
pub(super) struct Filter(Condition);

#[derive(Debug, PartialEq)]
enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test(Test),
}

#[derive(Debug, PartialEq)]
struct Test {
    /// The property, behind those that it lies in.
    path: Vec<String>,
    relation: Relation,
    /// What it is compared with; several for `in`.
    literals: Vec<Json>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Equal,
    Differs,
    Less,
    AtMost,
    More,
    AtLeast,
    In,
    StartsWith,
    EndsWith,
    Contains,
}

/// A property to sort by.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Order {
    property: String,
    descending: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Comma,
}

impl Filter {
    /// Understands comparisons with `eq`, `ne`, `lt`, `le`, `gt`, `ge` and `in`, the functions `startswith`, `endswith` and `contains`,
    /// joined by `and`, `or` and `not`, with parentheses. Anything else: `None`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let tokens = tokens(text)?;
        let mut parser = Parser { rest: &tokens, depth: 0 };
        let condition = parser.any()?;
        parser.rest.is_empty().then_some(Filter(condition))
    }

    /// Whether an item passes. What it does not tell is left to the service's judgement.
    pub(super) fn accepts(&self, item: &Json) -> bool {
        self.0.holds(item) != Some(false)
    }

    /// The properties that it looks at.
    pub(super) fn properties(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.0.properties(&mut found);
        found
    }
}

impl Condition {
    fn holds(&self, item: &Json) -> Option<bool> {
        match self {
            Condition::All(parts) => decided(parts, item, false),
            Condition::Any(parts) => decided(parts, item, true),
            Condition::Not(part) => part.holds(item).map(|holds| !holds),
            Condition::Test(test) => test.holds(item),
        }
    }

    fn properties<'c>(&'c self, found: &mut Vec<&'c str>) {
        match self {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|part| part.properties(found));
            }
            Condition::Not(part) => part.properties(found),
            Condition::Test(test) => found.extend(test.path.first().map(String::as_str)),
        }
    }
}

/// The outcome of several conditions of which one that comes out as `settles` is enough.
fn decided(parts: &[Condition], item: &Json, settles: bool) -> Option<bool> {
    let outcomes: Vec<Option<bool>> = parts.iter().map(|part| part.holds(item)).collect();
    if outcomes.contains(&Some(settles)) {
        return Some(settles);
    }
    if outcomes.contains(&None) { None } else { Some(!settles) }
}

impl Test {
    fn holds(&self, item: &Json) -> Option<bool> {
        let mut found = item;
        for name in &self.path {
            // Nothing lies in null.
            found = if found.is_null() { found } else { found.get(name)? };
        }
        let literal = self.literals.first()?;
        let texts = || Some((found.as_str()?.to_lowercase(), literal.as_str()?.to_lowercase()));
        let about = |holds: fn(Ordering) -> bool| match (found, literal) {
            // Nothing is less or more than null.
            (Json::Null, _) | (_, Json::Null) => Some(false),
            _ => order_of(found, literal).map(holds),
        };
        let part = |holds: fn(&str, &str) -> bool| {
            Some(texts().is_some_and(|(found, part)| holds(&found, &part)))
        };
        match self.relation {
            Relation::Equal => Some(is_same(found, literal)),
            Relation::Differs => Some(!is_same(found, literal)),
            Relation::In => Some(self.literals.iter().any(|literal| is_same(found, literal))),
            Relation::Less => about(Ordering::is_lt),
            Relation::AtMost => about(Ordering::is_le),
            Relation::More => about(Ordering::is_gt),
            Relation::AtLeast => about(Ordering::is_ge),
            Relation::StartsWith => part(|found, start| found.starts_with(start)),
            Relation::EndsWith => part(|found, end| found.ends_with(end)),
            Relation::Contains => part(|found, part| found.contains(part)),
        }
    }
}

/// Text is compared without regard to case: services differ, and what they gave is not to be taken away. Moments are the same however
/// they are written.
fn is_same(found: &Json, literal: &Json) -> bool {
    match (found.as_str(), literal.as_str()) {
        (Some(found), Some(literal)) => {
            let moments = || Some(instant(found)? == instant(literal)?);
            found.to_lowercase() == literal.to_lowercase() || moments().unwrap_or(false)
        }
        _ => match (found.as_f64(), literal.as_f64()) {
            (Some(found), Some(literal)) => found == literal,
            _ => found == literal,
        },
    }
}

/// Which of two values is more; `None` where that cannot be told here.
fn order_of(found: &Json, literal: &Json) -> Option<Ordering> {
    match (found, literal) {
        (Json::Number(found), Json::Number(literal)) => {
            found.as_f64()?.partial_cmp(&literal.as_f64()?)
        }
        // How a service orders texts is its own affair.
        (Json::String(found), Json::String(literal)) => {
            Some(instant(found)?.cmp(&instant(literal)?))
        }
        _ => None,
    }
}

impl Order {
    /// Understands one plain property, with or without `asc` or `desc`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let property = words.next().filter(|word| is_property(word))?.to_owned();
        let descending = match words.next() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return None,
        };
        words.next().is_none().then_some(Order { property, descending })
    }

    /// The property.
    pub(super) fn property(&self) -> &str {
        &self.property
    }

    /// The order of two items; null comes first.
    pub(super) fn compare(&self, one: &Json, other: &Json) -> Ordering {
        let (one, other) = (one.get(&self.property), other.get(&self.property));
        let order = match (one, other) {
            (Some(Json::String(one)), Some(Json::String(other))) => {
                one.to_lowercase().cmp(&other.to_lowercase())
            }
            (Some(Json::Number(one)), Some(Json::Number(other))) => {
                one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal)
            }
            (Some(Json::Bool(one)), Some(Json::Bool(other))) => one.cmp(other),
            (one, other) => {
                let there = |value: Option<&Json>| value.is_some_and(|value| !value.is_null());
                there(one).cmp(&there(other))
            }
        };
        if self.descending { order.reverse() } else { order }
    }
}

/// Deepest nesting of parentheses and `not` that is read.
const DEEPEST: u32 = 50;

struct Parser<'t> {
    rest: &'t [Token],
    depth: u32,
}

impl<'t> Parser<'t> {
    fn take(&mut self) -> Option<&'t Token> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn take_if(&mut self, token: &Token) -> bool {
        let is_next = self.rest.first() == Some(token);
        if is_next {
            self.take();
        }
        is_next
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.take_if(&Token::Word(word.to_owned()))
    }

    fn any(&mut self) -> Option<Condition> {
        let mut parts = vec![self.all()?];
        while self.take_word("or") {
            parts.push(self.all()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Condition::Any(parts) })
    }

    fn all(&mut self) -> Option<Condition> {
        let mut parts = vec![self.one()?];
        while self.take_word("and") {
            parts.push(self.one()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) })
    }

    fn one(&mut self) -> Option<Condition> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let condition = if self.take_word("not") {
            Condition::Not(Box::new(self.one()?))
        } else if self.take_if(&Token::Open) {
            let inner = self.any()?;
            self.take_if(&Token::Close).then_some(inner)?
        } else {
            Condition::Test(self.test()?)
        };
        self.depth -= 1;
        Some(condition)
    }

    fn test(&mut self) -> Option<Test> {
        let Token::Word(first) = self.take()? else { return None };
        if self.take_if(&Token::Open) {
            let relation = match first.to_ascii_lowercase().as_str() {
                "startswith" => Relation::StartsWith,
                "endswith" => Relation::EndsWith,
                "contains" => Relation::Contains,
                _ => return None,
            };
            let Token::Word(property) = self.take()? else { return None };
            let path = path_of(property)?;
            let comma = self.take_if(&Token::Comma);
            let Token::Text(text) = self.take()? else { return None };
            let literals = vec![Json::String(text.clone())];
            return (comma && self.take_if(&Token::Close)).then_some(Test {
                path,
                relation,
                literals,
            });
        }
        let path = path_of(first)?;
        let Token::Word(relation) = self.take()? else { return None };
        let relation = match relation.as_str() {
            "eq" => Relation::Equal,
            "ne" => Relation::Differs,
            "lt" => Relation::Less,
            "le" => Relation::AtMost,
            "gt" => Relation::More,
            "ge" => Relation::AtLeast,
            "in" => Relation::In,
            _ => return None,
        };
        let mut literals = Vec::new();
        if relation == Relation::In {
            let mut more = self.take_if(&Token::Open);
            while more {
                literals.push(literal(self.take()?)?);
                more = self.take_if(&Token::Comma);
            }
            self.take_if(&Token::Close).then_some(())?;
        } else {
            literals.push(literal(self.take()?)?);
        }
        Some(Test { path, relation, literals })
    }
}

/// A text, or a word: `true`, `null`, a number, a moment or a GUID.
fn literal(token: &Token) -> Option<Json> {
    match token {
        Token::Text(text) => Some(Json::String(text.clone())),
        Token::Word(word) => match word.as_str() {
            "true" => Some(Json::Bool(true)),
            "false" => Some(Json::Bool(false)),
            "null" => Some(Json::Null),
            word if instant(word).is_some() || uuid::Uuid::try_parse(word).is_ok() => {
                Some(Json::String(word.to_owned()))
            }
            word => Some(Json::Number(word.parse().ok()?)),
        },
        _ => None,
    }
}

fn path_of(word: &str) -> Option<Vec<String>> {
    let path: Vec<&str> = word.split('/').collect();
    path.iter().all(|name| is_property(name)).then(|| path.into_iter().map(str::to_owned).collect())
}

fn is_property(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(&c) = chars.peek() {
        match c {
            c if c.is_whitespace() => {
                chars.next();
            }
            '(' | ')' | ',' => {
                chars.next();
                tokens.push(match c {
                    '(' => Token::Open,
                    ')' => Token::Close,
                    _ => Token::Comma,
                });
            }
            '\'' => {
                chars.next();
                let mut literal = String::new();
                loop {
                    match chars.next()? {
                        // A doubled quote stands for one.
                        '\'' if chars.next_if_eq(&'\'').is_some() => literal.push('\''),
                        '\'' => break,
                        c => literal.push(c),
                    }
                }
                tokens.push(Token::Text(literal));
            }
            _ => {
                let mut word = String::new();
                while let Some(c) = chars.next_if(|c| !c.is_whitespace() && !"(),'".contains(*c)) {
                    word.push(c);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(filter: &str, item: Json, accepted: bool) {
        let parsed = Filter::parse(filter).unwrap_or_else(|| panic!("not understood: {filter}"));
        assert_eq!(parsed.accepts(&item), accepted, "{filter} on {item}");
    }

    #[test]
    fn what_a_service_ignored_is_sorted_out_here() {
        let item = json!({
            "displayName": "O'Brien's", "count": 3, "on": true, "none": null, "at": "2026-03-01T08:00:00.00Z",
            "id": "7A1F0A55-64c8-4f2d-9a3e-1d2f3a4b5c66", "user": {"name": "ada"},
        });
        for (filter, accepted) in [
            ("displayName eq 'O''Brien''s'", true),
            ("displayName eq 'o''brien''s' and on eq true", true),
            ("displayName eq 'other'", false),
            ("startswith(displayName, 'o''b') and count eq 3", true),
            ("contains(displayName,'x')", false),
            ("endswith(displayName,'''s')", true),
            ("count ne 3", false),
            ("none eq 'x'", false),
            ("none eq null and count ne null", true),
            ("count eq 4 or on eq true", true),
            ("count eq 4 or on eq false", false),
            ("not (count eq 3)", false),
            ("count eq 1 or count eq 3 and on eq false", false),
            ("(count eq 1 or count eq 3) and not on eq false", true),
            ("count gt 3", false),
            ("count ge 3 and count le 3.0 and count lt 4", true),
            ("at eq 2026-03-01T08:00:00Z", true),
            ("at gt 2026-03-01T09:00:00+01:00", false),
            ("at ge 2026-02-28T00:00:00Z", true),
            ("none gt 1", false),
            ("id eq 7a1f0a55-64c8-4f2d-9a3e-1d2f3a4b5c66", true),
            ("user/name eq 'ada'", true),
            ("user/name eq 'bob'", false),
            ("none/name eq null", true),
            ("displayName in ('a', 'O''Brien''s')", true),
            ("count in (1, 2)", false),
        ] {
            check(filter, item.clone(), accepted);
        }
    }

    #[test]
    fn what_an_item_does_not_tell_is_left_to_the_service() {
        let item = json!({"name": "a", "count": 3});
        for filter in [
            "absent eq 'x'",
            "not (absent eq 'x')",
            "absent/inner eq 'x'",
            "absent eq 'x' and count eq 3",
            "name gt 'b'",
        ] {
            check(filter, item.clone(), true);
        }
        check("absent eq 'x' and count eq 4", item.clone(), false);
        check("absent eq 'x' or count eq 3", item, true);
    }

    #[test]
    fn what_is_not_understood_is_left_to_the_service() {
        let deep = format!("{}a eq 1{}", "(".repeat(5_000), ")".repeat(5_000));
        for filter in [
            "isof('x')",
            "a eq 'x",
            "",
            "a",
            "a eq",
            "a eq b",
            "(a eq 1",
            "a eq 1)",
            "a eq 1 and",
            "a in 'x'",
            "a in ()",
            "tolower(a) eq 'x'",
            "a/any(x:x eq 1)",
            "contains(a 'x')",
            deep.as_str(),
        ] {
            assert_eq!(Filter::parse(filter), None, "{filter}");
        }
        for order in ["a,b", "a/b desc", "a up", ""] {
            assert_eq!(Order::parse(order), None, "{order}");
        }
    }

    #[test]
    fn items_are_sorted_as_asked() {
        let mut items = [json!({"n": "b"}), json!({"n": "A"}), json!({}), json!({"n": "c"})];
        let order = Order::parse("n desc").unwrap();
        items.sort_by(|one, other| order.compare(one, other));
        assert_eq!(items, [json!({"n": "c"}), json!({"n": "b"}), json!({"n": "A"}), json!({})]);
    }
}
