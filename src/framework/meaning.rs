//! When two values say the same thing: equal, or equal under the rules of their attributes at any depth.
//!
//! Elements of sets have no names, so "which of these is that one" is a question of meaning too. It is answered here for everyone:
//! [`pair`] finds a partner for as many elements as possible, equal ones first.

use std::collections::{BTreeMap, BTreeSet};

use super::level::{Level, Member, nested};
use crate::tf::{Attribute, Nesting, Value};

/// Tells of an attribute and its two values whether they need not be compared.
pub(super) type Free<'f> = &'f dyn Fn(&Attribute, &Value, &Value) -> bool;

/// Nothing is left out of the comparison.
pub(super) fn nothing(_: &Attribute, _: &Value, _: &Value) -> bool {
    false
}

/// Whether two values of an attribute mean the same, leaving out what is free below it.
pub(super) fn same(attribute: &Attribute, left: &Value, right: &Value, free: Free<'_>) -> bool {
    left == right
        || equal_by_rule(attribute, left, right)
        || nested(attribute)
            .is_some_and(|(nesting, level)| same_elements(nesting, level, left, right, free))
}

/// Whether the attribute has a rule by which these two spellings are one value. Rules judge known values only.
pub(super) fn equal_by_rule(attribute: &Attribute, left: &Value, right: &Value) -> bool {
    let known = |value: &Value| !value.is_null() && value.is_wholly_known();
    attribute
        .plan
        .equality
        .is_some_and(|rule| known(left) && known(right) && rule.same(left, right))
}

/// Whether two objects of a level mean the same.
pub(super) fn same_object(level: Level<'_>, left: &Value, right: &Value, free: Free<'_>) -> bool {
    if left.entries().is_none() || right.entries().is_none() {
        return left == right;
    }
    level.members().all(|member| {
        let (left, right) = (left.get(member.name()), right.get(member.name()));
        match member {
            Member::Attribute(attribute) => {
                free(attribute, left, right) || same(attribute, left, right, free)
            }
            Member::Block(block) => {
                same_elements(block.nesting, Level::from(&block.block), left, right, free)
            }
        }
    })
}

/// Whether two nested values mean the same element by element.
pub(super) fn same_elements(
    nesting: Nesting,
    level: Level<'_>,
    left: &Value,
    right: &Value,
    free: Free<'_>,
) -> bool {
    match (nesting, left, right) {
        (Nesting::Single | Nesting::Group, _, _) => same_object(level, left, right, free),
        (_, Value::List(left), Value::List(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same_object(level, left, right, free))
        }
        (_, Value::Map(left), Value::Map(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|((left_key, left), (right_key, right))| {
                    left_key == right_key && same_object(level, left, right, free)
                })
        }
        (_, Value::Set(left), Value::Set(right)) => {
            let alike = |left: &Value, right: &Value| same_object(level, left, right, free);
            left.len() == right.len() && pair(left, right, &[&alike]).iter().all(Option::is_some)
        }
        _ => left == right,
    }
}

/// Tells whether an element of one set may stand for an element of another.
pub(super) type Alike<'a> = &'a dyn Fn(&Value, &Value) -> bool;

/// Finds for each element its partner among `others`; no partner is given twice. Equal elements are partners before anything else;
/// then each stage in turn pairs as many of the rest as possible.
pub(super) fn pair<'o>(
    elements: &[Value],
    others: &'o [Value],
    stages: &[Alike<'_>],
) -> Vec<Option<&'o Value>> {
    let mut by_value: BTreeMap<&Value, Vec<usize>> = BTreeMap::new();
    for (index, other) in others.iter().enumerate().rev() {
        by_value.entry(other).or_default().push(index);
    }
    let mut partners: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, element) in elements.iter().enumerate() {
        if let Some(other) = by_value.get_mut(element).and_then(Vec::pop) {
            partners.insert(index, other);
        }
    }
    for alike in stages {
        let taken: BTreeSet<usize> = partners.values().copied().collect();
        let free: Vec<(usize, &Value)> =
            others.iter().enumerate().filter(|(other, _)| !taken.contains(other)).collect();
        let open = elements.len() - partners.len();
        let many = open.saturating_mul(free.len()) > MANY;
        let telling = many.then(|| Telling::of(&free)).flatten();
        let open = elements.iter().enumerate().filter(|(index, _)| !partners.contains_key(index));
        let likes: BTreeMap<usize, Vec<usize>> = open
            .map(|(index, element)| {
                let namesake = telling.as_ref().and_then(|telling| telling.namesake(element));
                let free = match &namesake {
                    Some(one) => std::slice::from_ref(one),
                    None => free.as_slice(),
                };
                let liked = free.iter().filter(|(_, other)| alike(element, other));
                (index, liked.map(|(other, _)| *other).collect())
            })
            .collect();
        partners.extend(marry(&likes));
    }
    let partner = |index| partners.get(&index).and_then(|other| others.get(*other));
    (0..elements.len()).map(partner).collect()
}

/// More comparisons than this are worth an index first: comparing each with each takes forever.
const MANY: usize = 1_000_000;

/// The elements of a large set by an attribute that no two of them share. Who has a namesake there is compared with that one alone.
struct Telling<'o> {
    name: &'o str,
    index: BTreeMap<&'o str, (usize, &'o Value)>,
}

impl<'o> Telling<'o> {
    /// By the first attribute that tells all apart, if there is one.
    fn of(free: &[(usize, &'o Value)]) -> Option<Self> {
        let (_, first) = free.first()?;
        let by = |name: &str| {
            let mut index = BTreeMap::new();
            let distinct = free.iter().all(|(at, other)| {
                let text = other.get(name).as_str();
                text.is_some_and(|text| index.insert(text, (*at, *other)).is_none())
            });
            distinct.then_some(index)
        };
        first.entries()?.keys().find_map(|name| Some(Telling { name, index: by(name)? }))
    }

    fn namesake(&self, element: &Value) -> Option<(usize, &'o Value)> {
        self.index.get(element.get(self.name).as_str()?).copied()
    }
}

/// Longest chain of partners that change hands to make room for one more. Long ones need sets made for the purpose.
const LONGEST_CHAIN: usize = 100;

/// Pairs as many as possible of those who have likes with someone they like, by augmenting paths.
fn marry(likes: &BTreeMap<usize, Vec<usize>>) -> BTreeMap<usize, usize> {
    let mut taken_by = BTreeMap::new();
    for suitor in likes.keys() {
        find(*suitor, likes, &mut taken_by, &mut BTreeSet::new(), LONGEST_CHAIN);
    }
    taken_by.into_iter().map(|(other, suitor)| (suitor, other)).collect()
}

fn find(
    suitor: usize,
    likes: &BTreeMap<usize, Vec<usize>>,
    taken_by: &mut BTreeMap<usize, usize>,
    asked: &mut BTreeSet<usize>,
    chain: usize,
) -> bool {
    let liked = likes.get(&suitor).map(Vec::as_slice).unwrap_or_default();
    if let Some(free) = liked.iter().find(|other| !taken_by.contains_key(other)) {
        taken_by.insert(*free, suitor);
        return true;
    }
    for other in liked {
        if chain > 0
            && asked.insert(*other)
            && let Some(rival) = taken_by.get(other).copied()
            && find(rival, likes, taken_by, asked, chain - 1)
        {
            taken_by.insert(*other, suitor);
            return true;
        }
    }
    false
}
