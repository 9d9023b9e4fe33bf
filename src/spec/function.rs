//! Functions: what is asked with arguments and answers with anything but objects of a set. Data sources only.

use super::Choice;

/// A function that only reads.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Path with one `{}` for each argument, in their order: as a segment of its own, or between quotes in parentheses.
    pub path: &'static str,
    /// What the configuration gives.
    pub arguments: &'static [Argument],
    /// What it answers.
    pub answers: Answers,
}

/// An argument of a function: a text that the configuration gives.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Terraform attribute.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
}

/// What a function answers.
#[derive(Clone, Copy, Debug)]
pub enum Answers {
    /// Objects.
    Objects,
    /// Texts. The entity's only attribute says what one of them is.
    Texts,
    /// One object, always there.
    Object,
    /// A table, for each of these reports.
    Tables(&'static [Report]),
}

/// A report: a POST that only reads, with columns to choose, and an answer of columns (`Schema`) and rows (`Values`).
/// Source: <https://learn.microsoft.com/graph/api/resources/cloudpcreports?view=graph-rest-beta>.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// Its action, which is also its name.
    pub name: &'static str,
    /// Path of what has the action.
    pub home: &'static str,
    /// Its kinds, if it has any.
    pub kinds: Option<Kinds>,
}

/// The kinds of a report.
#[derive(Clone, Copy, Debug)]
pub struct Kinds {
    /// The parameter that chooses.
    pub parameter: &'static str,
    /// The kinds.
    pub choice: &'static Choice,
}

impl Report {
    /// A report of one kind.
    pub const fn new(home: &'static str, name: &'static str) -> Self {
        Report { name, home, kinds: None }
    }

    /// The parameter that chooses one of its kinds.
    pub const fn of_kind(mut self, parameter: &'static str, choice: &'static Choice) -> Self {
        self.kinds = Some(Kinds { parameter, choice });
        self
    }
}

/// Another way to list the objects of a set: below an object of another one.
#[derive(Clone, Copy, Debug)]
pub struct Through {
    /// Path with one `{}`.
    pub path: &'static str,
    /// Its argument, which the data source of many then has.
    pub argument: Argument,
}

/// Whether a path has as many places as there are arguments.
pub(super) const fn places(path: &str) -> usize {
    let bytes = path.as_bytes();
    let (mut at, mut count) = (0, 0);
    while at + 1 < bytes.len() {
        if bytes[at] == b'{' && bytes[at + 1] == b'}' {
            count += 1;
        }
        at += 1;
    }
    count
}
