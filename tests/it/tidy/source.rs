//! Reading the repository's own files as text.

use std::path::{Path, PathBuf};

/// One file of the repository.
pub(super) struct Source {
    /// Path from the root of the repository, with forward slashes.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// A line of code, comments left out.
pub(super) struct Line<'a> {
    /// From one.
    pub number: usize,
    /// As it stands.
    pub text: &'a str,
    /// Whether it belongs to a test.
    pub in_tests: bool,
}

impl Source {
    /// A file with this content.
    pub(super) fn of(path: &str, text: &str) -> Self {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    /// Reads a file, if it is there and is text.
    pub(super) fn read(path: &str) -> Option<Self> {
        let text = std::fs::read_to_string(root().join(path)).ok()?;
        Some(Source { path: path.to_owned(), text })
    }

    /// The room that a file below `src/` belongs to; `None` for the files at the top, which are wiring, and for `src/bin`.
    pub(super) fn room(&self) -> Option<&str> {
        let (room, _) = self.path.strip_prefix("src/")?.split_once('/')?;
        (room != "bin").then_some(room)
    }

    /// The module that a file below `src/` is, from the crate's root.
    pub(super) fn module(&self) -> Vec<&str> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        path.trim_end_matches("/mod").split('/').collect()
    }

    /// Lines with their numbers.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Lines that are no comments.
    pub(super) fn code(&self) -> impl Iterator<Item = Line<'_>> {
        let mut in_tests = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        self.lines().filter_map(move |(number, text)| {
            in_tests |= text.trim_start().starts_with("#[cfg(test)]");
            let comment = text.trim_start().starts_with("//");
            (!comment).then_some(Line { number, text, in_tests })
        })
    }

    /// Those of `rooms` that a line of this file names by path.
    pub(super) fn rooms_used<'r>(
        &self,
        line: &str,
        rooms: impl IntoIterator<Item = &'r str>,
    ) -> Vec<&'r str> {
        let escape = "super::".repeat(self.module().len());
        let mut after = Vec::new();
        for start in ["crate::", escape.as_str()] {
            after.extend(line.match_indices(start).map(|(at, _)| &line[at + start.len()..]));
        }
        let named = |room: &str| {
            after.iter().any(|rest| match rest.strip_prefix('{') {
                Some(list) => top_names(list).any(|name| name == room),
                None => first_name(rest) == room,
            })
        };
        rooms.into_iter().filter(|room| named(room)).collect()
    }

    /// Whether a file that this one names exists: from the root, from beside it, or (in `docs/`) from the pages' root.
    pub(super) fn leads_to(&self, document: &str) -> bool {
        let beside = Path::new(&self.path).parent().unwrap_or(Path::new(""));
        [Path::new(""), beside, Path::new("docs"), Path::new("docs/development")]
            .iter()
            .any(|base| root().join(base).join(document).exists())
    }
}

/// Names at the top level of what stands in the braces of a `use crate::{…}`, as far as the line goes.
fn top_names(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    list.split(move |c| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    })
    .map(|part| first_name(part.trim_start()))
}

fn first_name(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// The root of the repository.
pub(super) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust and protocol files below a folder, sorted.
pub(super) fn rust_sources(folder: &str) -> Vec<Source> {
    below(folder, &["rs", "proto"])
}

/// All files of the repository that are written by people as text, sorted.
pub(super) fn text_files() -> Vec<Source> {
    let kinds = ["rs", "proto", "md", "toml", "tf", "hcl", "sh", "yml"];
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches", "examples", "docs", "proto", ".ci"] {
        files.extend(below(folder, &kinds));
    }
    for file in [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "Cargo.toml",
        "build.rs",
        "deny.toml",
        ".ci/run",
    ] {
        files.extend(Source::read(file));
    }
    files
}

fn below(folder: &str, kinds: &[&str]) -> Vec<Source> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(root().join(&folder)) else { continue };
        for entry in entries.flatten() {
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                folders.push(path);
            } else if kinds.iter().any(|kind| path.ends_with(&format!(".{kind}"))) {
                files.extend(Source::read(&path));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
