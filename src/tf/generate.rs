//! Values of every shape for tests, the same at each run.

use std::collections::BTreeMap;

use super::{Number, Type, Value};

/// A small deterministic generator (SplitMix64).
pub(crate) struct Generator(pub(crate) u64);

impl Generator {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A type at most `depth` levels deep; dynamic only where Terraform allows it.
    pub(crate) fn r#type(&mut self, depth: u64) -> Type {
        self.type_of(depth, true)
    }

    fn type_of(&mut self, depth: u64, dynamic: bool) -> Type {
        match self.below(if depth == 0 { 4 } else { 9 }) {
            0 | 1 => Type::String,
            2 => Type::Number,
            3 if dynamic => Type::Dynamic,
            3 => Type::Bool,
            4 => Type::list(self.type_of(depth - 1, false)),
            5 => Type::set(self.type_of(depth - 1, false)),
            6 => Type::map(self.type_of(depth - 1, false)),
            7 => {
                Type::Tuple((0..self.below(4)).map(|_| self.type_of(depth - 1, dynamic)).collect())
            }
            _ => Type::Object(
                (0..self.below(5))
                    .map(|_| (self.text(), self.type_of(depth - 1, dynamic)))
                    .collect(),
            ),
        }
    }

    /// A value of a type; with unknowns in it if `unknowns`.
    pub(crate) fn value(&mut self, r#type: &Type, unknowns: bool) -> Value {
        match self.below(12) {
            0 => return Value::Null,
            1 if unknowns => return Value::unknown(),
            _ => {}
        }
        match r#type {
            Type::String => Value::String(self.text()),
            Type::Number => Value::Number(self.number()),
            Type::Bool => Value::Bool(self.below(2) == 0),
            Type::Dynamic => {
                let r#type = match self.type_of(2, false) {
                    Type::Dynamic => Type::Bool,
                    other => other,
                };
                let value = self.value(&r#type, unknowns);
                Value::dynamic(r#type, value)
            }
            Type::List(element) => Value::List(self.values(element, unknowns)),
            Type::Set(element) => Value::set(self.values(element, unknowns)),
            Type::Map(element) => {
                let values = self.values(element, unknowns);
                Value::Map(values.into_iter().map(|value| (self.text(), value)).collect())
            }
            Type::Tuple(types) => {
                Value::Tuple(types.iter().map(|it| self.value(it, unknowns)).collect())
            }
            Type::Object(attributes) => {
                let attributes: BTreeMap<_, _> = attributes
                    .iter()
                    .map(|(name, it)| (name.clone(), self.value(it, unknowns)))
                    .collect();
                Value::Object(attributes)
            }
        }
    }

    fn values(&mut self, element: &Type, unknowns: bool) -> Vec<Value> {
        // Now and then longer than the short forms of lengths reach.
        let count = if self.below(20) == 0 { 20 } else { self.below(4) };
        (0..count).map(|_| self.value(element, unknowns)).collect()
    }

    /// Text in normalization form C, at times longer than the short forms of lengths reach.
    fn text(&mut self) -> String {
        const PIECES: [&str; 8] = ["a", "Zürich", "\"", "\u{0}", "日本", "🦀", "_1", " "];
        let count = if self.below(30) == 0 { 300 } else { self.below(5) };
        (0..count).map(|_| PIECES[usize::try_from(self.below(8)).unwrap()]).collect()
    }

    fn number(&mut self) -> Number {
        let digits = self.next().to_string();
        let text = match self.below(6) {
            0 => self.below(300).to_string(),
            1 => format!("-{}", self.below(70_000)),
            2 => format!("{}.{}", self.below(1000), self.below(1000)),
            3 => format!(
                "{}.{}",
                self.below(100),
                [0, 5, 25, 125][usize::try_from(self.below(4)).unwrap()]
            ),
            4 => format!("-{digits}{digits}.{digits}"),
            _ => digits,
        };
        text.parse().unwrap()
    }
}
