//! Exact decimal numbers. Nothing here goes through binary floating point on the way from Terraform to a service and back.

use bigdecimal::BigDecimal;

/// An exact decimal number, equal to another when their shortest decimal texts are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(BigDecimal);

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Number(BigDecimal::from(number))
    }
}
