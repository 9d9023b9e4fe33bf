//! Exact decimal numbers. Nothing here goes through binary floating point on the way from Terraform to a service and back.

use std::str::FromStr;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::{BigInt, BigUint};

#[cfg(test)]
mod tests;

/// Greatest number of digits on either side of the decimal point. Terraform computes with 512 bits, some 155 digits; what is far
/// longer is a mistake or an attack on memory, since a dozen characters (`1e999999999`) can ask for a gigabyte of digits.
const MAX_DIGITS: i64 = 10_000;

/// An exact decimal number, equal to another when their shortest decimal texts are equal.
///
/// Held without trailing zeros, so that one number has one representation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(BigDecimal);

/// Why a text is no number that can be held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// It does not follow the syntax of numbers.
    Syntax,
    /// Infinity, which no service takes.
    Infinite,
    /// Not a number.
    NotANumber,
    /// More than 10,000 digits before or after the decimal point.
    TooLong,
}

impl std::fmt::Display for NumberError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            NumberError::Syntax => "not a number",
            NumberError::Infinite => "an infinite number is not supported",
            NumberError::NotANumber => "\"not a number\" is not supported",
            NumberError::TooLong => "the number has too many digits",
        })
    }
}

impl std::error::Error for NumberError {}

impl Number {
    /// Normalizes, after making sure that the plain text of the number stays short.
    fn bounded(digits: BigInt, scale: i64) -> Result<Self, NumberError> {
        let decimal = BigDecimal::new(digits, scale);
        let before_point =
            i64::try_from(decimal.digits()).unwrap_or(i64::MAX).saturating_sub(scale);
        if scale > MAX_DIGITS || before_point > MAX_DIGITS {
            return Err(NumberError::TooLong);
        }
        Ok(Number(decimal.normalized()))
    }

    /// The number as an integer, when it is one and fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.is_integer().then(|| self.to_string().parse().ok()).flatten()
    }

    /// The number as an unsigned integer, when it is one and fits.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.is_integer().then(|| self.to_string().parse().ok()).flatten()
    }

    /// The number in binary floating point, when nothing is lost: 0.5 has such a form, 0.1 has none.
    pub fn as_f64_exact(&self) -> Option<f64> {
        let float: f64 = self.to_string().parse().ok()?;
        let exact = BigDecimal::try_from(float).ok()?;
        (exact == self.0).then_some(float)
    }

    /// Whether the number has no fraction.
    pub fn is_integer(&self) -> bool {
        self.0.is_integer()
    }
}

/// Plain decimal digits without exponent or trailing zeros: the shortest text, by which numbers are compared.
impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.write_plain_string(f)
    }
}

impl std::fmt::Debug for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Number({self})")
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Number(BigDecimal::from(number).normalized())
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Number(BigDecimal::from(number).normalized())
    }
}

/// The number that the shortest decimal text of the float says, which is what a person meant by it: `0.1_f64` becomes 0.1.
impl TryFrom<f64> for Number {
    type Error = NumberError;

    fn try_from(float: f64) -> Result<Self, NumberError> {
        if float.is_nan() {
            Err(NumberError::NotANumber)
        } else if float.is_infinite() {
            Err(NumberError::Infinite)
        } else {
            float.to_string().parse()
        }
    }
}

/// Reads JSON numbers and the syntax of Go's `big.Float`, in which Terraform writes long numbers: a sign, digits with an optional
/// point, decimal (`e`) or binary (`p`) exponent, and the prefixes `0b`, `0o` and `0x` with `_` between digits.
impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let (negative, unsigned) = match text.as_bytes().first() {
            Some(b'-') => (true, text.get(1..).unwrap_or_default()),
            Some(b'+') => (false, text.get(1..).unwrap_or_default()),
            _ => (false, text),
        };
        if matches!(unsigned, "Inf" | "inf") {
            return Err(NumberError::Infinite);
        }
        let (radix, digits) = match unsigned.get(..2) {
            Some("0b" | "0B") => (2, unsigned.get(2..).unwrap_or_default()),
            Some("0o" | "0O") => (8, unsigned.get(2..).unwrap_or_default()),
            Some("0x" | "0X") => (16, unsigned.get(2..).unwrap_or_default()),
            _ => (10, unsigned),
        };
        let magnitude = magnitude(digits, radix)?;
        Ok(if negative { Number(-magnitude.0) } else { magnitude })
    }
}

/// The number without sign and prefix.
fn magnitude(text: &str, radix: u32) -> Result<Number, NumberError> {
    let is_exponent = |c: char| matches!(c, 'p' | 'P') || radix == 10 && matches!(c, 'e' | 'E');
    let (mantissa, exponent) = match text.find(is_exponent) {
        Some(at) => (
            text.get(..at).unwrap_or_default(),
            Some((
                text.get(at..=at).is_some_and(|letter| letter.eq_ignore_ascii_case("p")),
                exponent(text.get(at + 1..).unwrap_or_default())?,
            )),
        ),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let underscores = radix != 10;
    let digits: Vec<u8> = whole
        .bytes()
        .chain(fraction.bytes())
        .filter(|byte| !(underscores && *byte == b'_'))
        .collect();
    let fraction_digits = fraction.bytes().filter(|byte| *byte != b'_').count();
    if digits.is_empty() || !digits.iter().all(|byte| char::from(*byte).is_digit(radix)) {
        return Err(NumberError::Syntax);
    }
    if digits.len() > 2 * usize::try_from(MAX_DIGITS).unwrap_or(usize::MAX) {
        return Err(NumberError::TooLong);
    }
    let digits = BigUint::parse_bytes(&digits, radix).ok_or(NumberError::Syntax)?;
    if digits == BigUint::ZERO {
        return Ok(Number::from(0_i64));
    }
    let fraction_digits = i64::try_from(fraction_digits).unwrap_or(i64::MAX);
    let (decimal, binary) = match exponent {
        Some((true, binary)) => (0, binary),
        Some((false, decimal)) => (decimal, 0),
        None => (0, 0),
    };
    // Each digit after the point of a binary, octal or hexadecimal number stands for one, three or four bits.
    let (scale, binary) = match radix {
        10 => (fraction_digits.saturating_sub(decimal), binary),
        _ => (0, binary.saturating_sub(fraction_digits * i64::from(radix.ilog2()))),
    };
    if scale.abs() > 3 * MAX_DIGITS || binary.abs() > 4 * MAX_DIGITS {
        return Err(NumberError::TooLong);
    }
    let power = u32::try_from(binary.unsigned_abs()).unwrap_or(u32::MAX);
    if binary >= 0 {
        Number::bounded(BigInt::from(digits << power), scale)
    } else {
        // 2^-n is 5^n / 10^n.
        Number::bounded(BigInt::from(digits * BigUint::from(5_u32).pow(power)), scale - binary)
    }
}

/// A decimal exponent with an optional sign. What no integer can hold is far out of bounds either way.
fn exponent(text: &str) -> Result<i64, NumberError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Syntax);
    }
    Ok(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 }))
}
