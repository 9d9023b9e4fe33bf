//! msgpack as Terraform writes it and as strictly as Terraform reads it, over `rmpv` and so apart from the provider's own codec.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use rmpv::Value as Msgpack;
use unicode_normalization::UnicodeNormalization;

use super::types::Ty;
use super::value::Val;

/// In which of the legal forms to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// As Terraform does.
    #[default]
    Usual,
    /// Text as binary.
    Binary,
    /// Unknown values with every refinement that suits their type, and one from the future.
    Refined,
    /// Unknown values under an extension code that nobody has heard of.
    OtherExtension,
}

pub(crate) fn encode(value: &Val, ty: &Ty, form: Form) -> Vec<u8> {
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, &write(value, ty, form)).unwrap();
    bytes
}

fn write(value: &Val, ty: &Ty, form: Form) -> Msgpack {
    let text = |text: &str| {
        let text: String = text.nfc().collect();
        if form == Form::Binary { Msgpack::Binary(text.into_bytes()) } else { Msgpack::from(text) }
    };
    match (value, ty) {
        (Val::Null, _) => Msgpack::Nil,
        (Val::Unknown, ty) => unknown(ty, form),
        (Val::Dynamic(inner), Ty::Dynamic) => {
            let json = inner.0.to_json().to_string().into_bytes();
            Msgpack::Array(vec![Msgpack::Binary(json), write(&inner.1, &inner.0, form)])
        }
        (Val::Bool(flag), Ty::Bool) => Msgpack::from(*flag),
        (Val::String(string), Ty::String) => text(string),
        (Val::Number(number), Ty::Number) => write_number(number, text),
        (Val::List(elements), Ty::List(element)) | (Val::Set(elements), Ty::Set(element)) => {
            Msgpack::Array(elements.iter().map(|it| write(it, element, form)).collect())
        }
        (Val::List(elements), Ty::Tuple(types)) => {
            Msgpack::Array(elements.iter().zip(types).map(|(it, ty)| write(it, ty, form)).collect())
        }
        (Val::Map(entries), Ty::Map(element)) => Msgpack::Map(
            entries.iter().map(|(key, it)| (text(key), write(it, element, form))).collect(),
        ),
        (Val::Map(entries), Ty::Object(attributes)) => Msgpack::Map(
            attributes
                .iter()
                .map(|(name, ty)| {
                    (text(name), write(entries.get(name).unwrap_or(&Val::Null), ty, form))
                })
                .collect(),
        ),
        (value, ty) => panic!("the test made {value:?} for {ty:?}"),
    }
}

fn write_number(number: &BigDecimal, text: impl Fn(&str) -> Msgpack) -> Msgpack {
    let plain = number.normalized().to_plain_string();
    if let Ok(integer) = plain.parse::<i64>() {
        return Msgpack::from(integer);
    }
    let float: f64 = plain.parse().unwrap();
    if !number.is_integer() && BigDecimal::try_from(float).is_ok_and(|exact| exact == *number) {
        return Msgpack::from(float);
    }
    text(&plain)
}

fn unknown(ty: &Ty, form: Form) -> Msgpack {
    match form {
        Form::OtherExtension => return Msgpack::Ext(99, vec![1, 2, 3, 4, 5]),
        Form::Usual | Form::Binary => return Msgpack::Ext(0, vec![0]),
        Form::Refined => {}
    }
    // A value of wholly unknown type has nothing that could be refined.
    if *ty == Ty::Dynamic {
        return Msgpack::Ext(0, vec![0]);
    }
    let mut facts = vec![(Msgpack::from(1), Msgpack::from(false))];
    match ty {
        Ty::String => facts.push((Msgpack::from(2), Msgpack::from("p"))),
        Ty::Number => {
            let bound = |number: Msgpack| Msgpack::Array(vec![number, Msgpack::from(true)]);
            facts.push((Msgpack::from(3), bound(Msgpack::from(0))));
            facts.push((Msgpack::from(4), bound(Msgpack::from("1000000000000000000000000000"))));
        }
        Ty::List(_) | Ty::Set(_) | Ty::Map(_) => {
            facts.push((Msgpack::from(5), Msgpack::from(1)));
            facts.push((Msgpack::from(6), Msgpack::from(1000)));
        }
        _ => {}
    }
    facts.push((Msgpack::from(77), Msgpack::Array(vec![Msgpack::Map(vec![]), Msgpack::Nil])));
    let mut payload = Vec::new();
    rmpv::encode::write_value(&mut payload, &Msgpack::Map(facts)).unwrap();
    Msgpack::Ext(12, payload)
}

/// Reads what a provider answered.
pub(crate) fn decode(bytes: &[u8], ty: &Ty) -> Result<Val, String> {
    let mut rest = bytes;
    let raw =
        rmpv::decode::read_value(&mut rest).map_err(|error| format!("no msgpack: {error}"))?;
    if !rest.is_empty() {
        return Err("extra bytes after the value".into());
    }
    read(&raw, ty)
}

fn read(raw: &Msgpack, ty: &Ty) -> Result<Val, String> {
    let at = |place: &str, error: String| format!("{place}: {error}");
    match (raw, ty) {
        (Msgpack::Nil, _) => Ok(Val::Null),
        (Msgpack::Ext(12, payload), _) if payload.len() > 1024 => {
            Err("oversize unknown value refinement".into())
        }
        (Msgpack::Ext(code, payload), _) if *code != 12 && payload.len() > 1 => {
            Err(format!("unsupported extension type 0x{code:02x} with len {}", payload.len()))
        }
        (Msgpack::Ext(..), _) => Ok(Val::Unknown),
        (Msgpack::Array(pair), Ty::Dynamic) => match pair.as_slice() {
            [Msgpack::Binary(json), inner] => {
                let ty = Ty::parse(json)?;
                let value = read(inner, &ty)?;
                Ok(Val::Dynamic(Box::new((ty, value))))
            }
            _ => Err("dynamic value must be an array of a binary type and a value".into()),
        },
        (Msgpack::Boolean(flag), Ty::Bool) => Ok(Val::Bool(*flag)),
        (Msgpack::String(_) | Msgpack::Binary(_), Ty::String) => Ok(Val::String(read_text(raw)?)),
        (Msgpack::Integer(number), Ty::Number) => Val::number(&number.to_string()),
        (Msgpack::F64(number), Ty::Number) => Val::number(&number.to_string()),
        (Msgpack::F32(number), Ty::Number) => Val::number(&f64::from(*number).to_string()),
        (Msgpack::String(_) | Msgpack::Binary(_), Ty::Number) => Val::number(&read_text(raw)?),
        (Msgpack::Array(elements), Ty::List(element)) => {
            let elements = elements.iter().enumerate();
            let read =
                |(index, it)| read(it, element).map_err(|error| at(&format!("[{index}]"), error));
            Ok(Val::List(elements.map(read).collect::<Result<_, _>>()?))
        }
        (Msgpack::Array(elements), Ty::Set(element)) => {
            let count = elements.len();
            let elements: Result<Vec<Val>, _> =
                elements.iter().map(|it| read(it, element)).collect();
            let set = Val::set(elements.map_err(|error| at("set element", error))?);
            // Terraform merges them silently, and then wonders about the count.
            match set.elements().len() {
                distinct if distinct == count => Ok(set),
                distinct => Err(format!("{count} set elements, of which {distinct} are distinct")),
            }
        }
        (Msgpack::Array(elements), Ty::Tuple(types)) if elements.len() == types.len() => {
            let elements = elements.iter().zip(types);
            Ok(Val::List(elements.map(|(it, ty)| read(it, ty)).collect::<Result<_, _>>()?))
        }
        (Msgpack::Map(entries), Ty::Map(element)) => {
            let mut values = BTreeMap::new();
            for (key, it) in entries {
                let key = read_text(key)?;
                let value = read(it, element).map_err(|error| at(&key, error))?;
                values.insert(key, value);
            }
            Ok(Val::Map(values))
        }
        (Msgpack::Map(entries), Ty::Object(attributes)) => {
            if entries.len() != attributes.len() {
                let (required, given) = (attributes.len(), entries.len());
                return Err(format!(
                    "an object with {required} attributes is required ({given} given)"
                ));
            }
            let mut values = BTreeMap::new();
            for (name, it) in entries {
                let name = read_text(name)?;
                let ty = attributes
                    .get(&name)
                    .ok_or_else(|| format!("unsupported attribute {name:?}"))?;
                let value = read(it, ty).map_err(|error| at(&name, error))?;
                if values.insert(name.clone(), value).is_some() {
                    return Err(format!("attribute {name:?} given twice"));
                }
            }
            Ok(Val::Map(values))
        }
        (raw, ty) => Err(format!("{ty:?} is required, got {raw}")),
    }
}

fn read_text(raw: &Msgpack) -> Result<String, String> {
    let bytes = match raw {
        Msgpack::String(text) => text.as_bytes(),
        Msgpack::Binary(bytes) => bytes,
        other => return Err(format!("text is required, got {other}")),
    };
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    // Terraform would normalize; what is normalized already compares equal byte for byte.
    Ok(text.nfc().collect())
}
