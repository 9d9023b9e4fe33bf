//! How fast requests may follow each other: a sliding window that shrinks when the service says that it was too fast.
//!
//! The window is exact for our own requests, so a run that stays below the rate never waits. What other programs send on behalf of the
//! same app cannot be seen: only a 429 tells of it. Then the rate is halved and grows back slowly, and so several processes (a provider
//! block with an alias is a process of its own) come to share what there is without ever speaking to each other.
//! Source of the method: additive increase and multiplicative decrease, RFC 5681, 3.1.

use std::collections::VecDeque;
use std::time::Duration;

use super::limits::{Rate, SHARE};

/// A whole, for shares in thousandths.
const WHOLE: u64 = 1_000;
/// The least share that a rate is halved to.
const LEAST: u64 = WHOLE / 16;
/// How long a share takes to grow by one thousandth: from a half to the whole in ten minutes.
const GROWTH: Duration = Duration::from_millis(1_200);

/// The pace of one kind of request to one family.
#[derive(Debug)]
pub(super) struct Pace {
    rate: Rate,
    /// The part of the rate that is used, in thousandths.
    share: u64,
    /// Up to when growth is counted.
    grown: Duration,
    /// When the share was last cut.
    cut: Option<Duration>,
    /// When requests were sent within the window, the oldest first.
    sent: VecDeque<Duration>,
}

impl Pace {
    pub(super) fn new(rate: Rate) -> Self {
        Pace { rate, share: WHOLE, grown: Duration::ZERO, cut: None, sent: VecDeque::new() }
    }

    /// How many requests in how long: never less than one, in a window that is as much longer.
    fn allowed(&self) -> (usize, Duration) {
        let parts = u64::from(self.rate.requests) * u64::from(SHARE) * self.share;
        let one = 100 * WHOLE;
        match usize::try_from(parts / one) {
            Ok(0) => {
                let stretched = self.rate.window.as_secs_f64() * 100.0 * 1_000.0;
                let parts = u32::try_from(parts.max(1)).unwrap_or(u32::MAX);
                (1, Duration::from_secs_f64(stretched / f64::from(parts)))
            }
            requests => (requests.unwrap_or(usize::MAX), self.rate.window),
        }
    }

    /// How long the next request but `ahead` others has to wait; nothing when it may go at once.
    ///
    /// Exact for `ahead` 0. For more it supposes that those before it go as soon as they may.
    pub(super) fn wait(&mut self, now: Duration, ahead: usize) -> Duration {
        self.grow(now);
        let (allowed, window) = self.allowed();
        while self.sent.front().is_some_and(|first| now.saturating_sub(*first) >= window) {
            self.sent.pop_front();
        }
        // The request that has to leave the window first. If it is one of those ahead, its own time depends on another one's.
        let Some(mut blocking) = (self.sent.len() + ahead).checked_sub(allowed) else {
            return Duration::ZERO;
        };
        let mut windows = window;
        let left = loop {
            match self.sent.get(blocking) {
                Some(sent) => break *sent,
                None if blocking < allowed => break now,
                None => blocking -= allowed,
            }
            windows = windows.saturating_add(window);
        };
        left.saturating_add(windows).saturating_sub(now)
    }

    /// A request is sent.
    pub(super) fn count(&mut self, now: Duration) {
        self.sent.push_back(now);
    }

    /// A request that was sent at `sent` was one too many. Requests that were under way together cut the rate once.
    pub(super) fn slow_down(&mut self, sent: Duration, now: Duration) {
        self.grow(now);
        if self.cut.is_some_and(|cut| sent <= cut) {
            return;
        }
        self.share = (self.share / 2).max(LEAST);
        self.cut = Some(now);
        self.grown = now;
    }

    fn grow(&mut self, now: Duration) {
        let steps = now.saturating_sub(self.grown).as_millis() / GROWTH.as_millis();
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        self.grown += GROWTH.saturating_mul(steps);
        self.share = (self.share + u64::from(steps)).min(WHOLE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// When each of so many requests goes, if all want to go at once.
    fn times(pace: &mut Pace, from: Duration, count: usize) -> Vec<Duration> {
        let mut now = from;
        let mut times = Vec::new();
        for _ in 0..count {
            now += pace.wait(now, 0);
            assert_eq!(pace.wait(now, 0), Duration::ZERO, "one wait is enough");
            pace.count(now);
            times.push(now);
        }
        times
    }

    fn writes() -> Pace {
        Pace::new(Rate { requests: 100, window: 20 * SECOND })
    }

    #[test]
    fn nobody_waits_below_the_rate() {
        assert_eq!(times(&mut writes(), SECOND, 90), vec![SECOND; 90]);
    }

    #[test]
    fn no_window_of_the_service_ever_holds_more_than_nine_tenths() {
        let times = times(&mut writes(), Duration::ZERO, 1_000);
        for window in times.windows(91) {
            assert!(window[90] - window[0] >= 20 * SECOND);
        }
        assert_eq!(times[999], 220 * SECOND);
    }

    #[test]
    fn who_stands_in_line_is_told_what_it_will_be() {
        let mut pace = writes();
        let expected = times(&mut writes(), Duration::ZERO, 400);
        for ahead in [0, 89, 90, 91, 250, 399] {
            assert_eq!(pace.wait(Duration::ZERO, ahead), expected[ahead], "{ahead}");
        }
        times(&mut pace, Duration::ZERO, 60);
        for ahead in [0, 29, 30, 120, 339] {
            assert_eq!(pace.wait(Duration::ZERO, ahead), expected[60 + ahead], "{ahead}");
        }
    }

    #[test]
    fn a_rate_below_one_is_a_longer_window() {
        let mut pace = Pace::new(Rate { requests: 1, window: SECOND });
        let times = times(&mut pace, Duration::ZERO, 3);
        let (least, most) = (Duration::from_millis(1_111), Duration::from_millis(1_112));
        assert!(times[1] >= least && times[1] <= most, "{times:?}");
        assert!(times[2] >= 2 * least && times[2] <= 2 * most, "{times:?}");
    }

    #[test]
    fn requests_that_were_refused_together_halve_the_rate_once() {
        let mut pace = writes();
        pace.slow_down(SECOND, 2 * SECOND);
        pace.slow_down(SECOND, 2 * SECOND);
        assert_eq!(pace.allowed().0, 45);
        pace.slow_down(3 * SECOND, 3 * SECOND);
        assert_eq!(pace.allowed().0, 22);
    }

    #[test]
    fn a_rate_is_never_halved_to_nothing_and_grows_back() {
        let mut pace = writes();
        for second in 1..100 {
            pace.slow_down(second * SECOND, second * SECOND);
        }
        assert_eq!(pace.allowed(), (5, 20 * SECOND));
        pace.wait(99 * SECOND + 600 * SECOND, 0);
        assert_eq!(pace.allowed().0, 50, "half of it more after ten minutes");
        pace.wait(5_000 * SECOND, 0);
        assert_eq!(pace.allowed().0, 90);
    }
}
