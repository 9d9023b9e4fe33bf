//! Values, configurations and other spellings of them, each made of a string of bytes: for the properties, which draw the bytes, and
//! for the fuzzer, which bends them. Every byte that is left out counts as zero, and zero is the plainest choice, so a shorter string
//! with smaller bytes makes a simpler thing.

mod choices;
mod configuration;
mod spelling;
mod values;

pub(crate) use choices::Choices;
pub(crate) use configuration::{any_value, configuration, type_of};
pub(crate) use spelling::{respelled, respelled_value};
pub(crate) use values::{any_type, any_value_of, completed};
