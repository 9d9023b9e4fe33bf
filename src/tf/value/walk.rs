//! Reaching into values by path. Dynamic wrappers are looked through. A set has no addresses inside: walks hand out its own path
//! for its elements and everything below them.

use super::Value;
use crate::tf::{Path, Step};

impl Value {
    /// What stands at a path; `None` where nothing does, as below a null or an unknown.
    pub fn at(&self, path: &Path) -> Option<&Value> {
        path.0.iter().try_fold(self, |value, step| value.step(step))
    }

    fn step(&self, step: &Step) -> Option<&Value> {
        match (self, step) {
            (Value::Dynamic(dynamic), _) => dynamic.value.step(step),
            (Value::Object(entries), Step::Attribute(name)) => entries.get(name),
            (Value::Map(entries), Step::Key(key)) => entries.get(key),
            (Value::List(elements) | Value::Tuple(elements), Step::Index(index)) => {
                elements.get(usize::try_from(*index).ok()?)
            }
            _ => None,
        }
    }

    /// What stands at a path, to be changed.
    pub fn at_mut(&mut self, path: &Path) -> Option<&mut Value> {
        path.0.iter().try_fold(self, |value, step| value.step_mut(step))
    }

    fn step_mut(&mut self, step: &Step) -> Option<&mut Value> {
        match (self, step) {
            (Value::Dynamic(dynamic), _) => dynamic.value.step_mut(step),
            (Value::Object(entries), Step::Attribute(name)) => entries.get_mut(name),
            (Value::Map(entries), Step::Key(key)) => entries.get_mut(key),
            (Value::List(elements) | Value::Tuple(elements), Step::Index(index)) => {
                elements.get_mut(usize::try_from(*index).ok()?)
            }
            _ => None,
        }
    }

    /// Visits every node, parents before children, in order.
    pub fn walk(&self, visit: &mut dyn FnMut(&Path, &Value)) {
        self.walk_from(&mut Path::root(), visit);
    }

    fn walk_from(&self, path: &mut Path, visit: &mut dyn FnMut(&Path, &Value)) {
        visit(path, self);
        match self {
            Value::List(elements) | Value::Tuple(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    path.0.push(index_step(index));
                    element.walk_from(path, visit);
                    path.0.pop();
                }
            }
            Value::Set(elements) => {
                for element in elements {
                    // What is below a set is reported at the set.
                    element.walk(&mut |_, node| visit(path, node));
                }
            }
            Value::Map(entries) => {
                for (key, entry) in entries {
                    path.0.push(Step::Key(key.clone()));
                    entry.walk_from(path, visit);
                    path.0.pop();
                }
            }
            Value::Object(entries) => {
                for (name, entry) in entries {
                    path.0.push(Step::Attribute(name.clone()));
                    entry.walk_from(path, visit);
                    path.0.pop();
                }
            }
            Value::Dynamic(dynamic) => dynamic.value.walk_from(path, visit),
            _ => {}
        }
    }

    /// Visits every node to change it, parents before children: the children of what the visitor left there are visited.
    /// Elements of a set that become equal stay twice; pass them through [`Value::set`] if that can happen.
    pub fn walk_mut(&mut self, visit: &mut dyn FnMut(&Path, &mut Value)) {
        self.walk_mut_from(&mut Path::root(), visit);
    }

    fn walk_mut_from(&mut self, path: &mut Path, visit: &mut dyn FnMut(&Path, &mut Value)) {
        visit(path, self);
        match self {
            Value::List(elements) | Value::Tuple(elements) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    path.0.push(index_step(index));
                    element.walk_mut_from(path, visit);
                    path.0.pop();
                }
            }
            Value::Set(elements) => {
                for element in elements {
                    element.walk_mut(&mut |_, node| visit(path, node));
                }
            }
            Value::Map(entries) => {
                for (key, entry) in entries {
                    path.0.push(Step::Key(key.clone()));
                    entry.walk_mut_from(path, visit);
                    path.0.pop();
                }
            }
            Value::Object(entries) => {
                for (name, entry) in entries {
                    path.0.push(Step::Attribute(name.clone()));
                    entry.walk_mut_from(path, visit);
                    path.0.pop();
                }
            }
            Value::Dynamic(dynamic) => dynamic.value.walk_mut_from(path, visit),
            _ => {}
        }
    }
}

fn index_step(index: usize) -> Step {
    Step::Index(i64::try_from(index).unwrap_or(i64::MAX))
}
