//! What to do about an answer: the table of retries, the waits between them, and the budget that bounds them.
//!
//! Graph has no idempotency keys, so a create may be sent again only when it is certain that it did not run: nothing was written, or the
//! service says that it refused to begin (401, 403, 429, or a 503 of Graph itself with `Retry-After`). Everything else is ambiguous, and
//! is for the caller to resolve by looking. Sources: <https://learn.microsoft.com/graph/errors>,
//! <https://learn.microsoft.com/graph/throttling>.

use std::time::Duration;

use http::HeaderMap;
use http::header::LOCATION;

use super::error::Answer;
use super::{Effect, Random};

/// What came of one attempt, as far as the verdict needs it.
pub(super) enum Outcome<'a> {
    /// A 2xx that could not be read, or that holds an error. `hopeless`: it would be the same next time.
    Unreadable { hopeless: bool },
    /// Another status.
    Answered { answer: &'a Answer, headers: &'a HeaderMap },
    /// No status. `hopeless`: it would be the same next time.
    Nothing { maybe_sent: bool, timeout: bool, hopeless: bool },
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Get a new token, with the claims that the service demands, and repeat.
    Renew { claims: Option<String> },
    /// Repeat at another address, if the gate admits it.
    Follow(String),
    /// Repeat after a wait.
    Again(Class),
    /// Give up. `acted`: whether the service may have done it all the same.
    Fail { acted: bool },
}

/// Why something is repeated; decides for how long and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A fault that passes.
    Transient { timeout: bool },
    /// Too many requests.
    Throttled,
    /// Another operation runs on the object.
    Locked,
    /// The service hit its own write race.
    Race,
    /// A success that could not be read.
    Garbled,
}

/// The shortest wait before a repetition.
const SHORTEST: Duration = Duration::from_millis(100);

impl Class {
    /// How many attempts there may be in all; the deadline and the budget bound them besides.
    pub(super) fn most_attempts(self) -> u32 {
        match self {
            Class::Transient { .. } => 8,
            Class::Garbled | Class::Race => 3,
            Class::Throttled | Class::Locked => u32::MAX,
        }
    }

    /// What a repetition takes out of the budget. Throttling takes nothing: the service itself paces it.
    fn cost(self) -> u32 {
        match self {
            Class::Throttled => 0,
            Class::Transient { timeout: true } => 10,
            _ => 5,
        }
    }

    /// For the log and for errors: what is waited for.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Class::Transient { timeout: true } => "Graph did not answer in time",
            Class::Transient { timeout: false } => "Graph had a passing fault",
            Class::Throttled => "Graph throttles this app",
            Class::Locked => "another operation holds the object",
            Class::Race => "Graph hit a write race of its own",
            Class::Garbled => "the answer of Graph could not be read",
        }
    }

    /// How long to wait before the next attempt, the `nth` one of its class (from 1).
    ///
    /// A stated wait gets up to a tenth on top, so that calls which were refused together do not return together. Whoever states next
    /// to nothing would be asked without end, so that no wait is shorter than a tenth of a second. Without a stated one it is
    /// exponential from a second to a minute with full jitter; locks are asked about slowly.
    pub(super) fn delay(self, nth: u32, stated: Option<Duration>, random: &dyn Random) -> Duration {
        let fraction = fraction(random);
        if let Some(stated) = stated {
            let stated = stated.max(SHORTEST);
            return stated + stated.mul_f64(fraction / 10.0);
        }
        let base = if self == Class::Locked { 10.0 } else { 1.0 };
        let most = (base * 2_f64.powi(i32::try_from(nth.clamp(1, 10) - 1).unwrap_or(0))).min(60.0);
        let seconds =
            if self == Class::Locked { most * (0.5 + fraction / 2.0) } else { most * fraction };
        // Never at once: the jitter may be next to nothing.
        Duration::from_secs_f64(seconds).max(SHORTEST)
    }
}

/// A number from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "jitter needs no more than 53 bits")]
fn fraction(random: &dyn Random) -> f64 {
    (random.next() >> 11) as f64 / (1_u64 << 53) as f64
}

/// Decides.
pub(super) fn judge(effect: Effect, is_get: bool, outcome: &Outcome<'_>) -> Verdict {
    let once = effect == Effect::Once;
    let again_unless_once =
        |class| if once { Verdict::Fail { acted: true } } else { Verdict::Again(class) };
    match outcome {
        Outcome::Unreadable { hopeless: true } => Verdict::Fail { acted: once },
        Outcome::Unreadable { hopeless: false } => again_unless_once(Class::Garbled),
        Outcome::Nothing { hopeless: true, maybe_sent, .. } => {
            Verdict::Fail { acted: *maybe_sent && once }
        }
        Outcome::Nothing { maybe_sent: false, timeout, .. } => {
            Verdict::Again(Class::Transient { timeout: *timeout })
        }
        Outcome::Nothing { timeout, .. } => {
            again_unless_once(Class::Transient { timeout: *timeout })
        }
        Outcome::Answered { answer, headers } => {
            let transient = Class::Transient { timeout: false };
            match answer.status {
                301 | 302 | 303 | 307 | 308 => match location(headers).filter(|_| is_get) {
                    Some(location) => Verdict::Follow(location),
                    // "See other" is the one that may follow an act.
                    None => Verdict::Fail { acted: once && answer.status == 303 },
                },
                401 | 403 if claims_challenge(headers).is_some() => {
                    Verdict::Renew { claims: claims_challenge(headers) }
                }
                401 if !answer.is_forbidden() => Verdict::Renew { claims: None },
                408 => again_unless_once(Class::Transient { timeout: true }),
                412 => Verdict::Again(Class::Race),
                423 => Verdict::Again(Class::Locked),
                429 | 509 => Verdict::Again(Class::Throttled),
                500 if answer.is_conflict() => Verdict::Fail { acted: once },
                503 if once => {
                    let refused = answer.genuine
                        && (headers.contains_key(http::header::RETRY_AFTER)
                            || answer.retry_after.is_some());
                    if refused { Verdict::Again(transient) } else { Verdict::Fail { acted: true } }
                }
                500 | 502 | 503 | 504 => again_unless_once(transient),
                501 | 505 | 507 | 511 => Verdict::Fail { acted: false },
                status => Verdict::Fail { acted: once && status >= 500 },
            }
        }
    }
}

fn location(headers: &HeaderMap) -> Option<String> {
    headers.get(LOCATION)?.to_str().ok().map(str::to_owned)
}

/// The claims that a token must have to be accepted: the service refused a live token by continuous access evaluation.
///
/// `WWW-Authenticate: Bearer …, error="insufficient_claims", claims="<base64>"`, where values may be bare, padded or not, in either
/// alphabet. Source: <https://learn.microsoft.com/entra/identity-platform/claims-challenge>.
fn claims_challenge(headers: &HeaderMap) -> Option<String> {
    headers.get_all(http::header::WWW_AUTHENTICATE).iter().find_map(|value| {
        let text = value.to_str().ok()?;
        let lower = text.to_ascii_lowercase();
        if !lower.contains("insufficient_claims") {
            return None;
        }
        let at = lower.match_indices("claims").find_map(|(at, _)| {
            let rest = text.get(at + "claims".len()..)?.trim_start();
            rest.strip_prefix('=')
        })?;
        let value = at.trim_start().trim_start_matches('"');
        let value = value.split(['"', ',', ' ']).next().unwrap_or_default();
        decode_base64(value)
    })
}

fn decode_base64(text: &str) -> Option<String> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    let standard: String = text
        .trim_end_matches('=')
        .chars()
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            c => c,
        })
        .collect();
    let decoded = String::from_utf8(STANDARD_NO_PAD.decode(standard).ok()?).ok()?;
    serde_json::from_str::<serde_json::Value>(&decoded).ok()?.is_object().then_some(decoded)
}

/// Bounds the repetitions of all calls together, so that an outage is not amplified: repeating costs, success gives back.
#[derive(Debug)]
pub(super) struct Budget(u32);

/// What a budget starts with and never exceeds.
const FULL: u32 = 100;

impl Default for Budget {
    fn default() -> Self {
        Budget(FULL)
    }
}

impl Budget {
    /// Pays for a repetition; false when there is not enough left.
    pub(super) fn pay(&mut self, class: Class) -> bool {
        match self.0.checked_sub(class.cost()) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }

    /// A success gives one back.
    pub(super) fn refund(&mut self) {
        self.0 = (self.0 + 1).min(FULL);
    }
}

#[cfg(test)]
mod tests;
