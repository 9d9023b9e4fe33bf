//! Takes secrets out of texts.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::SHORTEST;
use super::line::Line;
use super::spelling::spelt;

/// What stands in a secret's place.
pub(super) const REDACTED: &str = "[redacted]";

/// Takes secrets out of texts: those it was told of, in every usual spelling, alone or within encoded text, and everything that looks
/// like a token (`eyJ…`, the beginning of any JSON web token).
#[derive(Default)]
pub struct Filter {
    pub(super) known: RwLock<Vec<Known>>,
}

impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filter").finish_non_exhaustive()
    }
}

impl Filter {
    /// Adds a credential or a token to look for.
    pub fn learn(&self, secret: &str) {
        self.add(secret, true);
    }

    /// Adds a secret of the configuration, which services may give back.
    pub fn conceal(&self, secret: &str) {
        self.add(secret, false);
    }

    fn add(&self, secret: &str, credential: bool) {
        if secret.len() < SHORTEST {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        // Longest first, so that a secret that contains another one goes whole.
        let order = |it: &Known| {
            secret.len().cmp(&it.secret.len()).then_with(|| it.secret.as_str().cmp(secret))
        };
        match known.binary_search_by(order) {
            Err(place) => known.insert(place, Known { credential, ..Known::new(secret) }),
            Ok(place) => {
                if let Some(known) = known.get_mut(place) {
                    known.credential &= credential;
                }
            }
        }
    }

    /// A text from outside without secrets, as one line that is safe to show. It is cleaned twice: making it readable cuts it and
    /// takes blanks and characters away, which would leave a part of a secret, or puts a secret together.
    pub(in crate::graph) fn shown(&self, text: &str) -> String {
        self.clean(&crate::graph::error::readable(&self.clean(text)))
    }

    /// The text without secrets. Cleaning it again changes nothing: what stands in a secret's place is never looked into.
    pub fn clean(&self, text: &str) -> String {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        without_tokens(&around(text, known.iter(), false).join(REDACTED))
    }
}

/// What is left of a text around the secrets that stand in it, and around those that were taken out before; `plain`: around secrets as
/// they are or in base64.
pub(super) fn around<'t, 'k>(
    text: &'t str,
    secrets: impl Iterator<Item = &'k Known>,
    plain: bool,
) -> Vec<&'t str> {
    let mut pieces: Vec<Piece<'t>> = text.split(REDACTED).map(Piece::new).collect();
    for secret in secrets {
        pieces = pieces.into_iter().flat_map(|piece| secret.cut_out_of(piece, plain)).collect();
    }
    pieces.iter().map(|piece| piece.text).collect()
}

/// What stands between secrets.
struct Piece<'t> {
    text: &'t str,
    /// The same as one line, made once for all secrets; none if it would be the same.
    line: OnceCell<Option<Line>>,
}

impl<'t> Piece<'t> {
    fn new(text: &'t str) -> Self {
        Piece { text, line: OnceCell::new() }
    }

    fn line(&self) -> Option<&Line> {
        self.line.get_or_init(|| Line::of(self.text)).as_ref()
    }
}

/// A secret, as it may be met.
pub(super) struct Known {
    pub(super) secret: String,
    /// Whether it is no business of any object: not one of the configuration.
    pub(super) credential: bool,
    /// With runs of backslashes as one: escaping doubles them, more than once where texts lie in texts.
    pub(super) once: String,
    /// In base64 from end to end, then the part of it that is the same wherever in a longer text the secret stands.
    base64: Vec<String>,
}

impl Known {
    fn new(secret: &str) -> Self {
        let mut once = secret.to_owned();
        while once.contains("\\\\") {
            once = once.replace("\\\\", "\\");
        }
        let mut base64 = vec![STANDARD.encode(secret)];
        // Three bytes are four characters, so that there are three ways to be cut into them.
        base64.extend((0..3).filter_map(|offset| inner_base64(secret, offset)));
        let url = base64.iter().map(|form| form.replace('+', "-").replace('/', "_"));
        base64.extend(url.collect::<Vec<_>>());
        base64.sort_by_key(|form| std::cmp::Reverse(form.len()));
        base64.dedup();
        Known { secret: secret.to_owned(), credential: true, once, base64 }
    }

    /// What is left of a piece around all the places where the secret stands in it, `plain`: as it is or in base64.
    fn cut_out_of<'t>(&self, piece: Piece<'t>, plain: bool) -> Vec<Piece<'t>> {
        let places = if plain { self.plain_places(piece.text) } else { self.places(&piece) };
        if places.is_empty() {
            return vec![piece];
        }
        let mut left = Vec::with_capacity(places.len() + 1);
        let mut kept = 0;
        for place in places {
            // None: it begins within the one before.
            left.extend(piece.text.get(kept..place.start).map(Piece::new));
            kept = kept.max(place.end);
        }
        left.extend(piece.text.get(kept..).map(Piece::new));
        left
    }

    /// Where the secret stands as it is or in base64, from the first place to the last; places may overlap.
    fn plain_places(&self, text: &str) -> Vec<Range<usize>> {
        let plain = std::iter::once(&self.secret).chain(&self.base64);
        let mut places: Vec<Range<usize>> = plain
            .flat_map(|form| text.match_indices(form.as_str()))
            .map(|(at, form)| at..at + form.len())
            .collect();
        places.sort_unstable_by_key(|place| place.start);
        places
    }

    /// The same in any form.
    fn places(&self, piece: &Piece<'_>) -> Vec<Range<usize>> {
        let mut places = self.plain_places(piece.text);
        places.extend(spelt(piece.text, &self.once, false));
        // Wrapped over lines, where a line may end in the middle of an escape.
        if let Some(line) = piece.line() {
            let forms = std::iter::once(&self.once).chain(&self.base64);
            places.extend(forms.flat_map(|form| line.places(form)));
        }
        places.sort_unstable_by_key(|place| place.start);
        places
    }
}

/// The characters of a base64 text that follow from a secret alone, when so many bytes stand before it, modulo three.
fn inner_base64(secret: &str, offset: usize) -> Option<String> {
    let bytes = [vec![0; offset], secret.as_bytes().to_vec()].concat();
    let whole = STANDARD.encode(&bytes);
    let inner = whole.get((offset * 4).div_ceil(3)..bytes.len() * 4 / 3)?;
    // Less would be met by chance.
    (inner.len() >= SHORTEST_INNER).then(|| inner.to_owned())
}

const SHORTEST_INNER: usize = 8;

/// Replaces each run of base64url characters and dots that begins with `eyJ`.
fn without_tokens(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("eyJ") {
        let (before, token) = rest.split_at(at);
        clean.push_str(before);
        clean.push_str(REDACTED);
        let end = token
            .find(|c: char| {
                !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=' | '+' | '/'))
            })
            .unwrap_or(token.len());
        rest = token.get(end..).unwrap_or_default();
    }
    clean.push_str(rest);
    clean
}
