//! Texts that were wrapped over lines.

use std::ops::Range;

use super::SHORTEST;
use super::spelling::{is_blank, spelt};

/// A text as one line, without blanks and without escaped ends of lines.
pub(super) struct Line {
    text: String,
    /// Where each of its bytes stands in the text that it was made of.
    from: Vec<usize>,
}

impl Line {
    /// None if it would be the same.
    pub(super) fn of(text: &str) -> Option<Line> {
        let mut line = Line { text: String::new(), from: Vec::new() };
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let at = text.len() - rest.len();
            let escape = rest.trim_start_matches('\\');
            let ends = escape.len() < rest.len() && escape.starts_with(['n', 'r']);
            rest = match ends {
                true => escape.get(1..).unwrap_or_default(),
                false => rest.get(letter.len_utf8()..).unwrap_or_default(),
            };
            if !ends && !is_blank(letter) {
                line.text.push(letter);
                line.from.extend(at..at + letter.len_utf8());
            }
        }
        (line.text.len() < text.len()).then_some(line)
    }

    /// Where a secret stands in the text that the line was made of.
    pub(super) fn places(&self, secret: &str) -> Vec<Range<usize>> {
        let secret = secret.trim_matches(is_blank);
        if secret.chars().filter(|c| !is_blank(*c)).count() < SHORTEST {
            return Vec::new();
        }
        let from = |at: usize| self.from.get(at).copied();
        let place = |place: Range<usize>| Some(from(place.start)?..from(place.end - 1)? + 1);
        spelt(&self.text, secret, true).into_iter().filter_map(place).collect()
    }
}
