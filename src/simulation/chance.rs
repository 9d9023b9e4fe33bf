//! Choices from a seed.

use crate::graph::Random as _;
use crate::graph::scripted::Sequence;

/// One stream of choices. Streams of one seed with different names do not touch each other.
pub(super) struct Chance(Sequence);

impl Chance {
    pub(super) fn new(seed: u64, stream: u64) -> Chance {
        let chance = Chance(Sequence::new(seed ^ stream.wrapping_mul(0xd6e8_feb8_6659_fd93)));
        chance.0.next();
        chance
    }

    /// A number below a bound; 0 for a bound of 0.
    pub(super) fn below(&self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.0.next() % bound }
    }

    pub(super) fn one_in(&self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    /// One of several, `None` only for an empty slice.
    pub(super) fn pick<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        of.get(usize::try_from(self.below(of.len() as u64)).unwrap_or(0))
    }

    /// Small numbers more often than great ones, all below a bound.
    pub(super) fn early(&self, bound: u64) -> u64 {
        let highest = self.below(bound) + 1;
        self.below(highest)
    }
}
