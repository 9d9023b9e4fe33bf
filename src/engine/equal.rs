//! When two spellings are one value.

use crate::spec::Attribute;
use crate::tf::Value;
use crate::tf::schema::Equality;

/// Whether two values of an attribute mean the same to the service. An unknown value means whatever the service says, so it equals
/// everything.
pub fn same(attribute: &Attribute, a: &Value, b: &Value) -> bool {
    let _ = attribute;
    a == b
}

impl Equality for Attribute {
    fn same(&self, a: &Value, b: &Value) -> bool {
        a.is_wholly_known() && b.is_wholly_known() && same(self, a, b)
    }
}
