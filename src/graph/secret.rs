//! Secrets: a type that cannot be printed, and a filter for texts that come from elsewhere.

use zeroize::Zeroize as _;

pub use filter::Filter;

mod answer;
mod filter;
mod line;
mod spelling;
#[cfg(test)]
mod tests;

/// A text that must appear nowhere but in requests to the service that needs it. Wiped from memory when dropped, as far as that goes:
/// what was sent was copied on the way.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The text itself. Each use of this is a place to look at in a review.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Shorter values are not looked for: they would hit ordinary words, and are no secrets worth the name.
const SHORTEST: usize = 4;
