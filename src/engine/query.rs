//! The part of OData's query language that is understood here, to check what a service did with it.
//!
//! Some endpoints ignore a filter, some answer it wrongly. What can be judged by looking at an item is judged again; everything else is
//! left to the service. Source: OData 4.01, part 2, section 5.1.1.

use std::cmp::Ordering;

use serde_json::Value as Json;

/// Comparisons that must all hold.
#[derive(Debug, PartialEq)]
pub(super) struct Filter(Vec<Test>);

#[derive(Debug, PartialEq)]
struct Test {
    property: String,
    relation: Relation,
    literal: Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Equal,
    Differs,
    StartsWith,
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
    /// Understands comparisons of plain properties with `eq`, `ne`, `startswith` and `contains`, joined by `and`. Anything else: `None`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let tokens = tokens(text)?;
        let mut rest = tokens.as_slice();
        let mut tests = Vec::new();
        loop {
            let (test, tail) = test(rest)?;
            tests.push(test);
            rest = match tail {
                [] => return Some(Filter(tests)),
                [Token::Word(and), tail @ ..] if and == "and" => tail,
                _ => return None,
            };
        }
    }

    /// Whether an item passes. One that lacks the property is left to the service's judgement.
    pub(super) fn accepts(&self, item: &Json) -> bool {
        self.0.iter().all(|test| match item.get(&test.property) {
            None => true,
            Some(found) => test.holds(found),
        })
    }
}

impl Test {
    fn holds(&self, found: &Json) -> bool {
        let texts =
            || Some((found.as_str()?.to_lowercase(), self.literal.as_str()?.to_lowercase()));
        match self.relation {
            // Text is compared without regard to case: services differ, and what they gave is not to be taken away.
            Relation::Equal => {
                texts().map_or(*found == self.literal, |(found, wanted)| found == wanted)
            }
            Relation::Differs => *found != self.literal,
            Relation::StartsWith => texts().is_some_and(|(found, start)| found.starts_with(&start)),
            Relation::Contains => texts().is_some_and(|(found, part)| found.contains(&part)),
        }
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

fn test(tokens: &[Token]) -> Option<(Test, &[Token])> {
    match tokens {
        [
            Token::Word(function),
            Token::Open,
            Token::Word(property),
            Token::Comma,
            Token::Text(text),
            Token::Close,
            rest @ ..,
        ] => {
            let relation = match function.to_ascii_lowercase().as_str() {
                "startswith" => Relation::StartsWith,
                "contains" => Relation::Contains,
                _ => return None,
            };
            let literal = Json::String(text.clone());
            is_property(property)
                .then(|| (Test { property: property.clone(), relation, literal }, rest))
        }
        [Token::Word(property), Token::Word(relation), literal, rest @ ..] => {
            let relation = match relation.as_str() {
                "eq" => Relation::Equal,
                "ne" => Relation::Differs,
                _ => return None,
            };
            let literal = match literal {
                Token::Text(text) => Json::String(text.clone()),
                Token::Word(word) => match word.as_str() {
                    "true" => Json::Bool(true),
                    "false" => Json::Bool(false),
                    _ => Json::Number(word.parse().ok()?),
                },
                _ => return None,
            };
            is_property(property)
                .then(|| (Test { property: property.clone(), relation, literal }, rest))
        }
        _ => None,
    }
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
        let item = json!({"displayName": "O'Brien's", "count": 3, "on": true, "none": null});
        check("displayName eq 'O''Brien''s'", item.clone(), true);
        check("displayName eq 'o''brien''s' and on eq true", item.clone(), true);
        check("displayName eq 'other'", item.clone(), false);
        check("startswith(displayName, 'o''b') and count eq 3", item.clone(), true);
        check("contains(displayName,'x')", item.clone(), false);
        check("count ne 3", item.clone(), false);
        check("none eq 'x'", item.clone(), false);
        check("absent eq 'x'", item, true);
    }

    #[test]
    fn what_is_not_understood_is_left_to_the_service() {
        for filter in [
            "a eq 1 or b eq 2",
            "not (a eq 1)",
            "a/b eq 1",
            "a gt 1",
            "isof('x')",
            "a eq 'x",
            "",
            "a eq null",
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
