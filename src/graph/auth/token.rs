//! A token and its life.

use std::time::Duration;

use jiff::Timestamp;

use super::claims::Claims;
use crate::graph::{Clock, Granted, Secret};

/// The life of a token that does not tell.
const UNKNOWN_LIFE: Duration = Duration::from_secs(300);
/// The life that a token is given which claims to have none.
const LEAST_LIFE: Duration = Duration::from_secs(60);
/// Longer lives are not believed: 28 hours is the longest that Entra issues.
const LONGEST_LIFE: Duration = Duration::from_secs(2 * 24 * 3600);
/// Clocks that differ by less are not worth a word.
const SKEW: i64 = 120;

/// A token in use.
#[derive(Debug)]
pub(in crate::graph) struct Token {
    secret: Secret,
    pub(super) claims: Option<Claims>,
    /// Tells tokens apart.
    pub(super) serial: u64,
    /// Whether the service's refusal of another one led to it.
    pub(super) forced: bool,
    received: Duration,
    received_wall: Timestamp,
    ends: Option<Timestamp>,
    /// How long it is used; `None` for ever.
    usable: Option<Duration>,
    /// When to look for the next one.
    due: Option<Duration>,
}

/// What a token service tells of a new token.
#[derive(Clone, Debug, Default)]
pub(super) struct Issued {
    pub(super) secret: Secret,
    /// Seconds.
    pub(super) expires_in: Option<i64>,
    /// Seconds.
    pub(super) refresh_in: Option<i64>,
    /// What gets the next token for the same person.
    pub(super) refresh_token: Option<Secret>,
    /// Who signed in.
    pub(super) id_token: Option<Secret>,
}

impl Token {
    /// A token that was issued just now.
    ///
    /// It is used until 30 s before its end (or a quarter of a very short life), and renewed in the background when the service says so,
    /// else 5 min before its end, or at half of a life under 10 min.
    pub(super) fn new(issued: Issued, serial: u64, forced: bool, clock: &dyn Clock) -> Token {
        let claims = Claims::decode(issued.secret.reveal());
        let wall = clock.wall();
        let by_claim = || {
            let expires = claims.as_ref()?.expires?;
            positive(expires.checked_sub(wall.as_second())?)
        };
        let life = match issued.expires_in {
            Some(stated) => positive(stated).or_else(by_claim).unwrap_or(LEAST_LIFE),
            None => by_claim().unwrap_or(UNKNOWN_LIFE),
        };
        let life = life.min(LONGEST_LIFE);
        let usable = life.saturating_sub(Duration::from_secs(30).min(life / 4));
        let due = match issued.refresh_in.and_then(positive) {
            Some(refresh) => refresh,
            None if life < Duration::from_secs(600) => life / 2,
            None => life - Duration::from_secs(300),
        };
        Token {
            secret: issued.secret,
            claims,
            serial,
            forced,
            ends: wall.checked_add(life).ok(),
            received: clock.now(),
            received_wall: wall,
            usable: Some(usable),
            due: Some(due.min(usable)),
        }
    }

    /// A token that was given from outside and cannot be renewed.
    pub(super) fn given(secret: Secret, clock: &dyn Clock) -> Token {
        let claims = Claims::decode(secret.reveal());
        let ends = claims.as_ref().and_then(|claims| claims.expires);
        Token {
            secret,
            claims,
            ends: ends.and_then(|at| Timestamp::from_second(at).ok()),
            serial: 0,
            forced: false,
            received: clock.now(),
            received_wall: clock.wall(),
            usable: None,
            due: None,
        }
    }

    /// What it allows, if it tells.
    pub(in crate::graph) fn granted(&self) -> Option<Granted> {
        Some(self.claims.as_ref()?.granted())
    }

    /// What it says of itself, if it can be read.
    pub(in crate::graph) fn claims(&self) -> Option<&Claims> {
        self.claims.as_ref()
    }

    pub(in crate::graph) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// When it ends, if that is known.
    pub(in crate::graph) fn ends(&self) -> Option<Timestamp> {
        self.ends
    }

    /// Whether it is good for so long from now on, as far as that is known.
    pub(super) fn lasts(&self, least: Duration, clock: &dyn Clock) -> bool {
        let Some(ends) = self.ends else { return false };
        Duration::try_from(ends.duration_since(clock.wall())).is_ok_and(|left| left >= least)
    }

    fn age(&self, clock: &dyn Clock) -> Duration {
        clock.now().saturating_sub(self.received)
    }

    /// Whether it can be used for another request. The wall clock is asked as well: the monotonic one may stand still while a machine
    /// sleeps.
    pub(super) fn is_usable(&self, clock: &dyn Clock) -> bool {
        let Some(usable) = self.usable else { return true };
        let wall_age =
            Duration::try_from(clock.wall().duration_since(self.received_wall)).unwrap_or_default();
        self.age(clock) < usable && wall_age < usable
    }

    /// Whether it is time to get the next one.
    pub(super) fn is_due(&self, clock: &dyn Clock) -> bool {
        self.due.is_some_and(|due| self.age(clock) >= due)
    }

    /// Whether it was issued longer ago than this.
    pub(in crate::graph) fn is_older_than(&self, age: Duration, clock: &dyn Clock) -> bool {
        let issued = self.claims.as_ref().and_then(|claims| claims.issued);
        let by_claim =
            issued.and_then(|issued| positive(clock.wall().as_second().saturating_sub(issued)));
        self.usable.is_some() && self.age(clock).max(by_claim.unwrap_or_default()) > age
    }

    /// What the token says of itself, for errors. Holds no secret.
    pub(in crate::graph) fn describe(&self, clock: &dyn Clock) -> String {
        let Some(claims) = &self.claims else { return "opaque".to_owned() };
        let unknown = "unknown";
        let mut text = format!(
            "for {}, issued to app {} in tenant {}",
            claims.audience.as_deref().unwrap_or(unknown),
            claims.client_id.as_deref().unwrap_or(unknown),
            claims.tenant_id.as_deref().unwrap_or(unknown),
        );
        if let Some(expires) = claims.expires.and_then(|at| Timestamp::from_second(at).ok()) {
            let word = if expires <= clock.wall() { "expired" } else { "expires" };
            text.push_str(&format!(", {word} at {expires}"));
        }
        if let Some(skew) = self.skew() {
            text.push_str(&format!(
                "; the clock of this machine differs from the service's by about {skew} s"
            ));
        }
        text
    }

    /// By how many seconds the token was issued before or after it was received, when that is too much to be the way.
    fn skew(&self) -> Option<i64> {
        self.usable?;
        let skew = self.claims.as_ref()?.issued?.checked_sub(self.received_wall.as_second())?;
        // Entra dates tokens back by five minutes to be on the safe side.
        (!(-SKEW - 300..=SKEW).contains(&skew)).then_some(skew)
    }
}

fn positive(seconds: i64) -> Option<Duration> {
    u64::try_from(seconds).ok().filter(|seconds| *seconds > 0).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::Mutex;

    use super::*;

    /// A clock that is moved by hand, the wall apart from the rest.
    struct Hand(Mutex<(u64, i64)>);

    impl Hand {
        fn set(&self, seconds: u64, wall: i64) {
            *self.0.lock().unwrap() = (seconds, wall);
        }
    }

    impl Clock for Hand {
        fn now(&self) -> Duration {
            Duration::from_secs(self.0.lock().unwrap().0)
        }

        fn wall(&self) -> Timestamp {
            Timestamp::from_second(self.0.lock().unwrap().1).unwrap()
        }

        fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
            Box::pin(std::future::ready(()))
        }
    }

    const WALL: i64 = 1_772_528_400;

    /// From which second on a token of this life is due, and from which it is not usable.
    #[track_caller]
    fn check(expires_in: i64, refresh_in: Option<i64>, due: u64, end: u64) {
        let clock = Hand(Mutex::new((0, WALL)));
        let issued = Issued {
            secret: Secret::new("opaque"),
            expires_in: Some(expires_in),
            refresh_in,
            ..Issued::default()
        };
        let token = Token::new(issued, 1, false, &clock);
        for (second, is_due, is_usable) in
            [(due - 1, false, true), (due, true, true), (end - 1, true, true), (end, true, false)]
        {
            clock.set(second, WALL);
            assert_eq!(
                (token.is_due(&clock), token.is_usable(&clock)),
                (is_due, is_usable),
                "second {second}"
            );
        }
    }

    #[test]
    fn a_token_is_due_five_minutes_before_its_end_and_used_until_half_a_minute_before() {
        check(3600, None, 3300, 3570);
        check(3600, Some(1800), 1800, 3570);
        check(400, None, 200, 370);
        check(100, None, 50, 75);
        check(28 * 3600, None, 28 * 3600 - 300, 28 * 3600 - 30);
        check(i64::MAX, None, 2 * 86_400 - 300, 2 * 86_400 - 30);
    }

    #[test]
    fn sleep_of_the_machine_ends_a_token_and_a_wall_clock_set_back_does_not() {
        let clock = Hand(Mutex::new((0, WALL)));
        let issued =
            Issued { secret: Secret::new("opaque"), expires_in: Some(3600), ..Issued::default() };
        let token = Token::new(issued, 1, false, &clock);
        clock.set(10, WALL + 4000);
        assert!(!token.is_usable(&clock));
        clock.set(10, WALL - 4000);
        assert!(token.is_usable(&clock));
        clock.set(3600, WALL - 4000);
        assert!(!token.is_usable(&clock));
    }
}
