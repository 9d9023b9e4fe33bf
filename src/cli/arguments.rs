//! The arguments of a subcommand: what it understands is data, and what it does not understand is said with its usage.

use super::{Failure, say};

/// What a subcommand understands.
pub(super) struct Grammar {
    /// Its name, for messages.
    pub(super) command: &'static str,
    /// What is shown for `--help`, and with every complaint.
    pub(super) usage: &'static str,
    /// Arguments that stand alone, e.g. `--browser`.
    pub(super) flags: &'static [&'static str],
    /// Arguments with a value, as `--port 1` or `--port=1`.
    pub(super) options: &'static [&'static str],
    /// Whether it takes words that are no arguments of these kinds.
    pub(super) words: bool,
}

/// What was given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Given {
    flags: Vec<&'static str>,
    values: Vec<(&'static str, String)>,
    /// The words, in order.
    pub(super) words: Vec<String>,
}

impl Grammar {
    /// Reads arguments. `None`: the usage was asked for and has been shown.
    ///
    /// # Errors
    /// Something is not understood, or lacks its value.
    pub(super) fn read(&self, arguments: &[String]) -> Result<Option<Given>, Failure> {
        if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
            say(self.usage);
            return Ok(None);
        }
        let mut given = Given::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            let known = |names: &[&'static str]| names.iter().copied().find(|known| *known == name);
            if let (Some(flag), None) = (known(self.flags), &inline) {
                given.flags.push(flag);
            } else if let Some(option) = known(self.options) {
                let value = inline.or_else(|| arguments.next().cloned());
                let value = value
                    .filter(|value| !value.is_empty())
                    .ok_or_else(|| self.complaint(&format!("{name} needs a value.")))?;
                given.values.push((option, value));
            } else if self.words && !argument.starts_with('-') {
                given.words.push(argument.clone());
            } else {
                let command = self.command;
                return Err(self.complaint(&format!("{command} knows no argument {argument:?}.")));
            }
        }
        Ok(Some(given))
    }

    /// A failure with the usage below it.
    pub(super) fn complaint(&self, text: &str) -> Failure {
        Failure::new(format!("{text}\n\n{}", self.usage))
    }
}

impl Given {
    /// Whether a flag was given.
    pub(super) fn has(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }

    /// The value of an option; the last counts.
    pub(super) fn value(&self, option: &'static str) -> Option<&str> {
        self.values(option).last()
    }

    /// Every value of an option, in order.
    pub(super) fn values(&self, option: &'static str) -> impl Iterator<Item = &str> {
        let given = self.values.iter();
        given.filter(move |(name, _)| *name == option).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAMMAR: Grammar = Grammar {
        command: "play",
        usage: "Usage: play",
        flags: &["--loud"],
        options: &["--song", "--times"],
        words: true,
    };

    fn read(line: &str) -> Result<Given, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        GRAMMAR.read(&words).map(Option::unwrap).map_err(|failure| failure.to_string())
    }

    #[test]
    fn both_spellings_are_read_and_words_stay_in_order() {
        let given = read("b --song=x --loud a --song y --times=1=2").unwrap();
        assert_eq!(given.words, ["b", "a"]);
        assert!(given.has("--loud") && !given.has("--quiet"));
        assert_eq!(given.values("--song").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!((given.value("--song"), given.value("--times")), (Some("y"), Some("1=2")));
    }

    #[test]
    fn what_is_not_understood_is_said_with_the_usage() {
        for (line, complaint) in [
            ("--lout", "play knows no argument \"--lout\"."),
            ("--loud=yes", "play knows no argument \"--loud=yes\"."),
            ("-x", "play knows no argument \"-x\"."),
            ("--song", "--song needs a value."),
            ("--song=", "--song needs a value."),
        ] {
            assert_eq!(read(line), Err(format!("{complaint}\n\nUsage: play")), "{line}");
        }
        let words = Grammar { words: false, ..GRAMMAR };
        assert!(words.read(&["word".to_owned()]).is_err());
    }

    #[test]
    fn help_is_shown_whatever_stands_around_it() {
        assert_eq!(GRAMMAR.read(&["--lout".to_owned(), "-h".to_owned()]), Ok(None));
    }
}
