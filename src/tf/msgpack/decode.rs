//! Reading msgpack as a value of a type.

use std::collections::BTreeMap;

use super::REFINED;
use super::reader::{Item, Reader};
use crate::tf::number::NumberError;
use crate::tf::value::{Bounds, Refinement};
use crate::tf::{Error, Number, Path, Step, Type, Value};

/// Deepest nesting of values. Real ones end far earlier; hostile ones must not exhaust the stack.
const MAX_DEPTH: usize = 256;

/// From how many bytes on an encoding is read to its end before any value is made of it. A value can take fifty times the memory of its
/// encoding, so without this a hundred megabytes of nothing, with a mistake at the end, would ask for gigabytes.
const CHECKED_FROM: usize = 128 << 10;

/// Reads the encoding of a value of `type`. No bytes at all mean null.
///
/// # Errors
/// What is no msgpack, does not fit the type exactly, is nested over 256 levels deep or is followed by more bytes. The error names
/// the place in the value.
pub fn decode(bytes: &[u8], r#type: &Type) -> Result<Value, Error> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    if bytes.len() >= CHECKED_FROM {
        whole(bytes, r#type, false)?;
    }
    whole(bytes, r#type, true)
}

fn whole(bytes: &[u8], r#type: &Type, keep: bool) -> Result<Value, Error> {
    let mut decoder = Decoder { reader: Reader(bytes), path: Path::root(), depth: 0, keep };
    let value = decoder.value(r#type)?;
    match decoder.reader.0 {
        [] => Ok(value),
        _ => Err(Error::new(Path::root(), "the encoding holds more than one value")),
    }
}

struct Decoder<'a> {
    reader: Reader<'a>,
    path: Path,
    depth: usize,
    /// Whether values are kept, or only looked at: then collections come out empty, and a key that is given twice is not noticed.
    keep: bool,
}

impl<'a> Decoder<'a> {
    fn fail<T>(&self, what: impl Into<String>) -> Result<T, Error> {
        Err(Error::new(self.path.clone(), what))
    }

    fn item(&mut self) -> Result<Item<'a>, Error> {
        self.reader.item().or_else(|fault| self.fail(fault))
    }

    fn value(&mut self, r#type: &Type) -> Result<Value, Error> {
        if self.depth == MAX_DEPTH {
            return self.fail("the value is nested too deeply");
        }
        self.depth += 1;
        let value = match (self.item()?, r#type) {
            (Item::Nil, _) => Value::Null,
            (Item::Extension(code, payload), _) => Value::Unknown(refinement(code, payload)),
            (Item::Bool(flag), Type::Bool) => Value::Bool(flag),
            (Item::Text(text), Type::String) => Value::String(self.text(text)?),
            (Item::Signed(number), Type::Number) => Value::Number(number.into()),
            (Item::Unsigned(number), Type::Number) => Value::Number(number.into()),
            (Item::Float(number), Type::Number) => Value::Number(self.number(number.try_into())?),
            (Item::Text(text), Type::Number) => {
                let number = self.name(text)?.parse();
                Value::Number(self.number(number)?)
            }
            (Item::Array(length), Type::List(element)) => {
                Value::List(self.elements((0..length).map(|_| element.as_ref()))?)
            }
            (Item::Array(length), Type::Tuple(types)) => {
                if u32::try_from(types.len()) != Ok(length) {
                    return self.fail(format!(
                        "a tuple of {} elements is required ({length} given)",
                        types.len()
                    ));
                }
                Value::Tuple(self.elements(types.iter())?)
            }
            (Item::Array(length), Type::Set(element)) => self.set(length, element)?,
            (Item::Map(length), Type::Map(element)) => self.map(length, element)?,
            (Item::Map(length), Type::Object(attributes)) => self.object(length, attributes)?,
            (Item::Array(2), Type::Dynamic) => self.dynamic()?,
            (item, r#type) => {
                return self.fail(format!("{} is required ({} given)", r#type.noun(), item.noun()));
            }
        };
        self.depth -= 1;
        Ok(value)
    }

    fn text(&self, bytes: &[u8]) -> Result<String, Error> {
        match std::str::from_utf8(bytes) {
            Ok(text) if self.keep => Ok(text.to_owned()),
            Ok(_) => Ok(String::new()),
            Err(_) => self.fail("the text is not UTF-8"),
        }
    }

    /// A text that is needed even where values are only looked at.
    fn name(&self, bytes: &'a [u8]) -> Result<&'a str, Error> {
        std::str::from_utf8(bytes).or_else(|_| self.fail("the text is not UTF-8"))
    }

    fn number(&self, number: Result<Number, NumberError>) -> Result<Number, Error> {
        number.or_else(|error| self.fail(error.to_string()))
    }

    fn elements<'t>(&mut self, types: impl Iterator<Item = &'t Type>) -> Result<Vec<Value>, Error> {
        let mut elements = Vec::new();
        for (index, r#type) in types.enumerate() {
            self.path.0.push(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)));
            let element = self.value(r#type)?;
            if self.keep {
                elements.push(element);
            }
            self.path.0.pop();
        }
        Ok(elements)
    }

    fn set(&mut self, length: u32, element: &Type) -> Result<Value, Error> {
        let here = self.path.0.len();
        let mut elements = Vec::new();
        for _ in 0..length {
            let element = self.value(element).map_err(|mut error| {
                let below = Path(error.path.0.split_off(here));
                let within = Error::new(below, error.what);
                Error::new(error.path, format!("in an element of the set: {within}"))
            })?;
            if self.keep {
                elements.push(element);
            }
        }
        Ok(Value::set(elements))
    }

    fn key(&mut self) -> Result<String, Error> {
        match self.item()? {
            Item::Text(text) => Ok(self.name(text)?.to_owned()),
            item => self.fail(format!("a name is required ({} given)", item.noun())),
        }
    }

    fn map(&mut self, length: u32, element: &Type) -> Result<Value, Error> {
        let mut entries = BTreeMap::new();
        for _ in 0..length {
            let key = self.key()?;
            self.path.0.push(Step::Key(key.clone()));
            let value = self.value(element)?;
            if self.keep && entries.insert(key, value).is_some() {
                return self.fail("the key is given twice");
            }
            self.path.0.pop();
        }
        Ok(Value::Map(entries))
    }

    fn object(&mut self, length: u32, attributes: &BTreeMap<String, Type>) -> Result<Value, Error> {
        if u32::try_from(attributes.len()) != Ok(length) {
            return self.fail(format!(
                "an object with {} attributes is required ({length} given)",
                attributes.len()
            ));
        }
        let mut entries = BTreeMap::new();
        for _ in 0..length {
            let name = self.key()?;
            self.path.0.push(Step::Attribute(name.clone()));
            let Some(r#type) = attributes.get(&name) else {
                return self.fail("unsupported attribute");
            };
            let value = self.value(r#type)?;
            // The count was right, so a name given twice means that another one is missing.
            if self.keep && entries.insert(name, value).is_some() {
                return self.fail("the attribute is given twice");
            }
            self.path.0.pop();
        }
        Ok(Value::Object(entries))
    }

    /// The type and the value of a dynamic value.
    fn dynamic(&mut self) -> Result<Value, Error> {
        let r#type = match self.item()? {
            Item::Text(json) => {
                Type::from_json(json).or_else(|error| self.fail(error.to_string()))?
            }
            item => return self.fail(format!("a type is required ({} given)", item.noun())),
        };
        let value = self.value(&r#type)?;
        Ok(match r#type {
            Type::Dynamic => value,
            r#type => Value::dynamic(r#type, value),
        })
    }
}

/// What the payload of an extension says about the unknown value. Anything odd in it means that nothing more is known: the value
/// is unknown in any case, and newer clients may know more than we do.
fn refinement(code: i8, payload: &[u8]) -> Refinement {
    let bounds = if code == REFINED { bounds(payload) } else { None };
    Refinement(bounds.filter(|bounds| *bounds != Bounds::default()).map(Box::new))
}

fn bounds(payload: &[u8]) -> Option<Bounds> {
    let mut reader = Reader(payload);
    let Ok(Item::Map(length)) = reader.item() else { return None };
    let mut bounds = Bounds::default();
    for _ in 0..length {
        let key = integer(reader.item().ok()?);
        match key {
            Some(1) => bounds.null = boolean(reader.item().ok()?),
            Some(2) => bounds.prefix = text(reader.item().ok()?),
            Some(3) => bounds.number_min = number_bound(&mut reader)?,
            Some(4) => bounds.number_max = number_bound(&mut reader)?,
            Some(5) => bounds.length_min = integer(reader.item().ok()?),
            Some(6) => bounds.length_max = integer(reader.item().ok()?),
            _ => reader.skip().ok()?,
        }
    }
    Some(bounds)
}

fn integer(item: Item<'_>) -> Option<u64> {
    match item {
        Item::Unsigned(number) => Some(number),
        Item::Signed(number) => u64::try_from(number).ok(),
        _ => None,
    }
}

fn boolean(item: Item<'_>) -> Option<bool> {
    match item {
        Item::Bool(flag) => Some(flag),
        _ => None,
    }
}

fn text(item: Item<'_>) -> Option<String> {
    match item {
        Item::Text(bytes) => std::str::from_utf8(bytes).ok().map(str::to_owned),
        _ => None,
    }
}

/// A number with a flag. The outer `None` means that the payload cannot be read on, the inner one that this bound says nothing.
fn number_bound(reader: &mut Reader<'_>) -> Option<Option<(Number, bool)>> {
    let Ok(Item::Array(2)) = reader.item() else { return None };
    let number = match reader.item().ok()? {
        Item::Signed(number) => Some(Number::from(number)),
        Item::Unsigned(number) => Some(Number::from(number)),
        Item::Float(number) => Number::try_from(number).ok(),
        item => text(item).and_then(|text| text.parse().ok()),
    };
    let inclusive = boolean(reader.item().ok()?);
    Some(number.zip(inclusive))
}
