//! Walking over msgpack bytes. A claimed length is believed only once the bytes are there.

use rmp::Marker;

/// What is wrong with the bytes.
pub(super) type Fault = &'static str;

/// The bytes end before the value does.
const CUT: Fault = "the encoding ends too early";

/// The next item, with what follows its marker read up to the content.
pub(super) enum Item<'a> {
    Nil,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    /// `str` or `bin`, which Terraform takes for each other.
    Text(&'a [u8]),
    Array(u32),
    Map(u32),
    /// Code and payload.
    Extension(i8, &'a [u8]),
}

impl Item<'_> {
    /// What it is, for a message.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Item::Nil => "null",
            Item::Bool(_) => "a bool",
            Item::Signed(_) | Item::Unsigned(_) | Item::Float(_) => "a number",
            Item::Text(_) => "text",
            Item::Array(_) => "an array",
            Item::Map(_) => "a map",
            Item::Extension(..) => "an unknown value",
        }
    }
}

/// The bytes not yet read.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: u32) -> Result<&'a [u8], Fault> {
        let count = usize::try_from(count).map_err(|_| CUT)?;
        let (taken, rest) = self.0.split_at_checked(count).ok_or(CUT)?;
        self.0 = rest;
        Ok(taken)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(CUT)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn len8(&mut self) -> Result<u32, Fault> {
        Ok(self.bytes().map(u8::from_be_bytes)?.into())
    }

    fn len16(&mut self) -> Result<u32, Fault> {
        Ok(self.bytes().map(u16::from_be_bytes)?.into())
    }

    fn len32(&mut self) -> Result<u32, Fault> {
        self.bytes().map(u32::from_be_bytes)
    }

    fn text(&mut self, length: u32) -> Result<Item<'a>, Fault> {
        Ok(Item::Text(self.take(length)?))
    }

    fn extension(&mut self, length: u32) -> Result<Item<'a>, Fault> {
        let code = self.bytes().map(i8::from_be_bytes)?;
        Ok(Item::Extension(code, self.take(length)?))
    }

    /// The next item.
    pub(super) fn item(&mut self) -> Result<Item<'a>, Fault> {
        let [marker] = self.bytes()?;
        Ok(match Marker::from_u8(marker) {
            Marker::Null => Item::Nil,
            Marker::True => Item::Bool(true),
            Marker::False => Item::Bool(false),
            Marker::FixPos(number) => Item::Unsigned(number.into()),
            Marker::FixNeg(number) => Item::Signed(number.into()),
            Marker::U8 => Item::Unsigned(self.bytes().map(u8::from_be_bytes)?.into()),
            Marker::U16 => Item::Unsigned(self.bytes().map(u16::from_be_bytes)?.into()),
            Marker::U32 => Item::Unsigned(self.bytes().map(u32::from_be_bytes)?.into()),
            Marker::U64 => Item::Unsigned(self.bytes().map(u64::from_be_bytes)?),
            Marker::I8 => Item::Signed(self.bytes().map(i8::from_be_bytes)?.into()),
            Marker::I16 => Item::Signed(self.bytes().map(i16::from_be_bytes)?.into()),
            Marker::I32 => Item::Signed(self.bytes().map(i32::from_be_bytes)?.into()),
            Marker::I64 => Item::Signed(self.bytes().map(i64::from_be_bytes)?),
            Marker::F32 => Item::Float(self.bytes().map(f32::from_be_bytes)?.into()),
            Marker::F64 => Item::Float(self.bytes().map(f64::from_be_bytes)?),
            Marker::FixStr(length) => self.text(length.into())?,
            Marker::Str8 | Marker::Bin8 => {
                let length = self.len8()?;
                self.text(length)?
            }
            Marker::Str16 | Marker::Bin16 => {
                let length = self.len16()?;
                self.text(length)?
            }
            Marker::Str32 | Marker::Bin32 => {
                let length = self.len32()?;
                self.text(length)?
            }
            Marker::FixArray(length) => Item::Array(length.into()),
            Marker::Array16 => Item::Array(self.len16()?),
            Marker::Array32 => Item::Array(self.len32()?),
            Marker::FixMap(length) => Item::Map(length.into()),
            Marker::Map16 => Item::Map(self.len16()?),
            Marker::Map32 => Item::Map(self.len32()?),
            Marker::FixExt1 => self.extension(1)?,
            Marker::FixExt2 => self.extension(2)?,
            Marker::FixExt4 => self.extension(4)?,
            Marker::FixExt8 => self.extension(8)?,
            Marker::FixExt16 => self.extension(16)?,
            Marker::Ext8 => {
                let length = self.len8()?;
                self.extension(length)?
            }
            Marker::Ext16 => {
                let length = self.len16()?;
                self.extension(length)?
            }
            Marker::Ext32 => {
                let length = self.len32()?;
                self.extension(length)?
            }
            Marker::Reserved => return Err("the encoding holds a reserved byte"),
        })
    }

    /// Passes over one whole value. Every item takes a byte at least, so a claimed length cannot make this run long.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        let mut left: u64 = 1;
        while left > 0 {
            left -= 1;
            match self.item()? {
                Item::Array(length) => left += u64::from(length),
                Item::Map(length) => left += 2 * u64::from(length),
                _ => {}
            }
        }
        Ok(())
    }
}
