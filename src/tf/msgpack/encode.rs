//! Writing a value of a type as msgpack.

use std::borrow::Cow;

use rmp::encode::{self, ByteBuf};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::tf::{Number, Type, Value};

/// An unknown value about which nothing more is said: extension 0 with one byte of no meaning.
const UNKNOWN: [u8; 3] = [0xd4, 0x00, 0x00];

/// The encoding of a value of `type`, as Terraform itself writes it. Refinements of unknown values are left out.
///
/// The result always holds every attribute of every object type, null where the value lacks it, and no other. Whether the value is of
/// the type is for [`Value::conforms`] to say, beforehand: what does not fit is written in its own shape, which Terraform refuses.
pub fn encode(value: &Value, r#type: &Type) -> Vec<u8> {
    let mut encoder = Encoder(ByteBuf::new());
    encoder.value(value, r#type);
    encoder.0.into_vec()
}

/// Writing into memory cannot fail, so the results of the single writes are dropped.
struct Encoder(ByteBuf);

impl Encoder {
    fn value(&mut self, value: &Value, r#type: &Type) {
        match (value, r#type) {
            (Value::Null, _) => self.nil(),
            (Value::Unknown(_), _) => self.0.as_mut_vec().extend_from_slice(&UNKNOWN),
            (Value::Dynamic(dynamic), Type::Dynamic) => match &dynamic.r#type {
                Type::Dynamic => self.value(&dynamic.value, &Type::Dynamic),
                r#type => self.dynamic(&dynamic.value, r#type),
            },
            (value, Type::Dynamic) => self.dynamic(value, &value.own_type()),
            (Value::Dynamic(dynamic), r#type) => self.value(&dynamic.value, r#type),
            (Value::Bool(flag), _) => {
                let _ = encode::write_bool(&mut self.0, *flag);
            }
            (Value::Number(number), _) => self.number(number),
            (Value::String(text), _) => self.text(text),
            (Value::Set(elements), Type::Set(element)) => {
                let mut sorted: Vec<&Value> = elements.iter().collect();
                sorted.sort();
                self.array(sorted.into_iter().map(|value| (value, element.as_ref())));
            }
            (
                Value::List(elements) | Value::Set(elements) | Value::Tuple(elements),
                Type::List(element) | Type::Set(element),
            ) => self.array(elements.iter().map(|value| (value, element.as_ref()))),
            (
                Value::List(elements) | Value::Set(elements) | Value::Tuple(elements),
                Type::Tuple(types),
            ) if elements.len() == types.len() => self.array(elements.iter().zip(types)),
            (Value::Map(entries) | Value::Object(entries), Type::Map(element)) => {
                self.map(entries.iter().map(|(key, value)| (key, value, element.as_ref())));
            }
            (Value::Map(entries) | Value::Object(entries), Type::Object(attributes)) => {
                self.map(attributes.iter().map(|(name, r#type)| {
                    (name, entries.get(name).unwrap_or(&Value::Null), r#type)
                }));
            }
            (value, _) => self.value(value, &value.own_type()),
        }
    }

    fn nil(&mut self) {
        let _ = encode::write_nil(&mut self.0);
    }

    fn text(&mut self, text: &str) {
        let _ = encode::write_str(&mut self.0, &nfc(text));
    }

    /// Integers that fit, then floats that lose nothing, then digits.
    fn number(&mut self, number: &Number) {
        if let Some(integer) = number.as_i64() {
            let _ = encode::write_sint(&mut self.0, integer);
        } else if let Some(float) = number.as_f64_exact().filter(|_| !number.is_integer()) {
            let _ = encode::write_f64(&mut self.0, float);
        } else {
            self.text(&number.to_string());
        }
    }

    fn dynamic(&mut self, value: &Value, r#type: &Type) {
        let _ = encode::write_array_len(&mut self.0, 2);
        let _ = encode::write_bin(&mut self.0, &r#type.to_json());
        self.value(value, r#type);
    }

    fn array<'v>(&mut self, elements: impl ExactSizeIterator<Item = (&'v Value, &'v Type)>) {
        let _ = encode::write_array_len(&mut self.0, length(elements.len()));
        elements.for_each(|(value, r#type)| self.value(value, r#type));
    }

    fn map<'v>(
        &mut self,
        entries: impl ExactSizeIterator<Item = (&'v String, &'v Value, &'v Type)>,
    ) {
        let _ = encode::write_map_len(&mut self.0, length(entries.len()));
        for (name, value, r#type) in entries {
            self.text(name);
            self.value(value, r#type);
        }
    }
}

/// msgpack counts in 32 bits, far beyond what a gRPC message can hold.
fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The text in normalization form C, in which Terraform compares strings.
fn nfc(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    }
}
