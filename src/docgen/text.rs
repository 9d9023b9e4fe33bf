//! Prose as it stands in our Markdown: one sentence per line.

/// Breaks paragraphs into sentences, one per line. Paragraphs stay apart by an empty line.
pub(super) fn sentences(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let words = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        split(&words).join("\n")
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// The first sentence.
pub(super) fn first_sentence(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    split(&words).first().cloned().unwrap_or_default()
}

/// A sentence ends with a full stop before a blank and a capital or a backtick, but for abbreviations and inside of code.
fn split(line: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut current = String::new();
    let mut in_code = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        in_code ^= character == '`';
        if character == ' '
            && !in_code
            && current.ends_with(['.', '?', '!'])
            && !["e.g.", "i.e.", "etc."].iter().any(|short| current.ends_with(short))
            && characters.peek().is_some_and(|next| next.is_uppercase() || *next == '`')
        {
            sentences.push(std::mem::take(&mut current));
        } else {
            current.push(character);
        }
    }
    if !current.is_empty() {
        sentences.push(current);
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_a_line() {
        assert_eq!(
            sentences("One. Two, e.g. Three. `four` ends.\nIt does. v1.0 is no end.\n\nNext."),
            "One.\nTwo, e.g. Three.\n`four` ends.\nIt does. v1.0 is no end.\n\nNext."
        );
        assert_eq!(first_sentence("What it is. More."), "What it is.");
    }
}
