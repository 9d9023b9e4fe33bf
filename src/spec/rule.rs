//! What must hold between attributes of one object. Paths are Terraform names, dotted for what lies deeper;
//! a path through a collection means every element.

/// A rule between attributes, checked at plan as far as values are known.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// At most one of these may be set.
    Conflicts(&'static [&'static str]),
    /// Exactly one of these must be set.
    ExactlyOne(&'static [&'static str]),
    /// At least one of these must be set.
    AtLeastOne(&'static [&'static str]),
    /// When `attribute` has one of `values`, `needs` must be set.
    RequiredWhen {
        /// The attribute that decides.
        attribute: &'static str,
        /// Its values.
        values: &'static [&'static str],
        /// The attribute that must be set then.
        needs: &'static str,
    },
    /// When `attribute` has one of `values`, `forbids` must not be set.
    ForbiddenWhen {
        /// The attribute that decides.
        attribute: &'static str,
        /// Its values.
        values: &'static [&'static str],
        /// The attribute that must not be set then.
        forbids: &'static str,
    },
    /// `attribute` may be set only when `with` has one of `values`.
    OnlyWhen {
        /// The attribute that is bound.
        attribute: &'static str,
        /// The attribute that decides.
        with: &'static str,
        /// The values of `with` that allow it.
        values: &'static [&'static str],
    },
    /// When `attribute` has one of `values`, `other` must have one of `allowed`. A value left out counts as none of them.
    Demands {
        /// The attribute that decides.
        attribute: &'static str,
        /// Its values.
        values: &'static [&'static str],
        /// The attribute that is bound.
        other: &'static str,
        /// The values that it may have.
        allowed: &'static [&'static str],
    },
}
