//! Attribute paths as a provider sends them.

use std::fmt;

use windows365::plugin::proto;
use windows365::plugin::proto::attribute_path::step::Selector;

use super::types::Ty;
use super::value::Val;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Attribute(String),
    Key(String),
    Index(i64),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AttributePath(pub Vec<Step>);

impl AttributePath {
    pub(crate) fn read(path: &proto::AttributePath) -> Result<AttributePath, String> {
        let step = |step: &proto::attribute_path::Step| match &step.selector {
            Some(Selector::AttributeName(name)) => Ok(Step::Attribute(name.clone())),
            Some(Selector::ElementKeyString(key)) => Ok(Step::Key(key.clone())),
            Some(Selector::ElementKeyInt(index)) => Ok(Step::Index(*index)),
            None => Err("a path has a step that selects nothing".to_owned()),
        };
        Ok(AttributePath(path.steps.iter().map(step).collect::<Result<_, _>>()?))
    }

    /// The type of what stands there; `None` where values of `ty` have no such place.
    pub(crate) fn ty<'t>(&self, ty: &'t Ty) -> Option<&'t Ty> {
        self.0.iter().try_fold(ty, |ty, step| match (ty, step) {
            (Ty::Object(attributes), Step::Attribute(name)) => attributes.get(name),
            (Ty::Map(element), Step::Key(_)) => Some(element.as_ref()),
            (Ty::List(element), Step::Index(_)) => Some(element.as_ref()),
            (Ty::Tuple(types), Step::Index(index)) => types.get(usize::try_from(*index).ok()?),
            // What a dynamic value holds is its own affair.
            (Ty::Dynamic, _) => Some(&Ty::Dynamic),
            _ => None,
        })
    }

    /// What stands there in a value, if the place exists. Elements of sets have no place.
    pub(crate) fn find(&self, value: &Val) -> Option<Val> {
        self.0.iter().try_fold(value.clone(), |value, step| match (value, step) {
            (Val::Dynamic(inner), step) => AttributePath(vec![step.clone()]).find(&inner.1),
            (Val::Map(mut entries), Step::Attribute(name) | Step::Key(name)) => {
                entries.remove(name)
            }
            (Val::List(mut elements), Step::Index(index)) => {
                let index = usize::try_from(*index).ok().filter(|index| *index < elements.len())?;
                Some(elements.swap_remove(index))
            }
            (Val::Unknown, _) => Some(Val::Unknown),
            _ => None,
        })
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
