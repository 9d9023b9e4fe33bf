//! Choices out of bytes.

/// A string of bytes that decides, one after the other; when it is used up, everything is the first of its kind.
pub(crate) struct Choices<'b>(std::slice::Iter<'b, u8>);

impl<'b> Choices<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Choices(bytes.iter())
    }

    /// The next byte, zero at the end.
    pub(crate) fn byte(&mut self) -> u8 {
        self.0.next().copied().unwrap_or_default()
    }

    /// A number below `bound`, which is at most 256.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::from(self.byte()) % bound.max(1)
    }

    /// Whether the last of so many cases was chosen.
    pub(crate) fn one_in(&mut self, cases: usize) -> bool {
        self.below(cases) + 1 == cases
    }

    /// One of several.
    pub(crate) fn pick<'t, T: ?Sized>(&mut self, of: &[&'t T]) -> &'t T {
        of[self.below(of.len())]
    }
}
