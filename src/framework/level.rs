//! One level of a schema, and the walk over a value of it. Attributes and nested blocks share a namespace and mostly a treatment,
//! so everything that walks a value asks here what stands on a level and how the elements below it are held.

use crate::tf::{Attribute, Block, Kind, NestedBlock, Nesting, Value};

/// What stands for an element that the other side does not have.
pub(super) static NULL: Value = Value::Null;

/// The attributes and blocks of one object.
#[derive(Clone, Copy)]
pub(super) struct Level<'s> {
    attributes: &'s [Attribute],
    blocks: &'s [NestedBlock],
}

/// An attribute or a nested block.
#[derive(Clone, Copy)]
pub(super) enum Member<'s> {
    /// An attribute, plain or nested.
    Attribute(&'s Attribute),
    /// A nested block.
    Block(&'s NestedBlock),
}

impl<'s> From<&'s Block> for Level<'s> {
    fn from(block: &'s Block) -> Self {
        Level { attributes: &block.attributes, blocks: &block.blocks }
    }
}

impl<'s> Level<'s> {
    /// Attributes first, then blocks, each in the order of the schema.
    pub(super) fn members(self) -> impl Iterator<Item = Member<'s>> {
        let attributes = self.attributes.iter().map(Member::Attribute);
        attributes.chain(self.blocks.iter().map(Member::Block))
    }

    /// Whether an attribute anywhere on or below this level is such a one.
    pub(super) fn any(self, such: &dyn Fn(&Attribute) -> bool) -> bool {
        self.members().any(|member| {
            matches!(member, Member::Attribute(attribute) if such(attribute))
                || member.nested().is_some_and(|(_, level)| level.any(such))
        })
    }

    /// Changes an object member by member. Null and unknown objects, which have no members, stay as they are.
    pub(super) fn change(
        self,
        mut object: Value,
        mut change: impl FnMut(Member<'s>, Value) -> Value,
    ) -> Value {
        if let Value::Object(entries) = &mut object {
            for member in self.members() {
                if let Some(slot) = entries.get_mut(member.name()) {
                    *slot = change(member, std::mem::replace(slot, Value::Null));
                }
            }
        }
        object
    }
}

impl<'s> Member<'s> {
    /// The name.
    pub(super) fn name(self) -> &'s str {
        match self {
            Member::Attribute(attribute) => &attribute.name,
            Member::Block(block) => &block.name,
        }
    }

    /// How elements with members of their own are held, and their level. `None` for a plain attribute.
    pub(super) fn nested(self) -> Option<(Nesting, Level<'s>)> {
        match self {
            Member::Attribute(attribute) => nested(attribute),
            Member::Block(block) => Some((block.nesting, Level::from(&block.block))),
        }
    }
}

/// How a nested attribute holds its elements, and their level. `None` for a plain attribute.
pub(super) fn nested(attribute: &Attribute) -> Option<(Nesting, Level<'_>)> {
    match &attribute.kind {
        Kind::Type(_) => None,
        Kind::Nested(nesting, attributes) => Some((*nesting, Level { attributes, blocks: &[] })),
    }
}

/// Tells for each element of a set which element of another set corresponds to it.
pub(super) type Pairing<'p> = &'p dyn for<'o> Fn(&[Value], &'o [Value]) -> Vec<Option<&'o Value>>;

/// Changes every element of a nested value, showing with it the corresponding elements of two other values of the same schema:
/// those of equal index in lists, of equal key in maps, and those that `pairings` chooses in sets. Where there is none, null is shown.
pub(super) fn change_elements(
    nesting: Nesting,
    mut value: Value,
    others: [&Value; 2],
    pairings: [Pairing<'_>; 2],
    mut change: impl FnMut(Value, [&Value; 2]) -> Value,
) -> Value {
    match (nesting, &mut value) {
        (Nesting::Single | Nesting::Group, Value::Object(_)) => return change(value, others),
        (_, Value::List(elements)) => {
            for (index, element) in elements.iter_mut().enumerate() {
                let beside = others.map(|other| {
                    other.elements().and_then(|others| others.get(index)).unwrap_or(&NULL)
                });
                *element = change(std::mem::replace(element, Value::Null), beside);
            }
        }
        (_, Value::Map(entries)) => {
            for (key, entry) in entries.iter_mut() {
                let beside = others.map(|other| other.get(key));
                *entry = change(std::mem::replace(entry, Value::Null), beside);
            }
        }
        (_, Value::Set(elements)) => {
            let [first, second] = others;
            let [pair_first, pair_second] = pairings;
            let firsts = pair_first(elements, first.elements().unwrap_or_default());
            let seconds = pair_second(elements, second.elements().unwrap_or_default());
            let changed = std::mem::take(elements)
                .into_iter()
                .zip(firsts.into_iter().zip(seconds))
                .map(|(element, (first, second))| {
                    change(element, [first.unwrap_or(&NULL), second.unwrap_or(&NULL)])
                });
            return Value::Set(changed.collect());
        }
        _ => {}
    }
    value
}
