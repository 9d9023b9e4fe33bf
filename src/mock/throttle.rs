//! The published rate limits (Graph page "Microsoft Graph service-specific throttling limits", Intune): sliding windows of 20 seconds, per
//! app in a tenant and per tenant, families apart. Throttled calls count too. None is published for Windows 365; it is given the limits of most
//! Intune services.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

const WINDOW: SignedDuration = SignedDuration::from_secs(20);

/// A family of services that share a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    /// Most of Intune.
    Intune,
    /// Managed devices and scripts.
    Devices,
    /// Windows 365.
    CloudPc,
}

impl Family {
    /// Any requests and writes in one window, per app; a tenant has twice as much.
    fn limits(self) -> (usize, usize) {
        match self {
            Family::Intune | Family::CloudPc => (1000, 100),
            Family::Devices => (2000, 200),
        }
    }

    /// The family of a path.
    pub(crate) fn of(parts: &[&str]) -> Option<Family> {
        let devices = ["manageddevices", "devicehealthscripts", "devicemanagementscripts"];
        match parts.first().map(|first| first.to_ascii_lowercase()).as_deref() {
            Some("devicemanagement" | "deviceappmanagement") => {
                let second = parts.get(1).map(|second| second.to_ascii_lowercase());
                Some(match second.as_deref() {
                    Some("virtualendpoint") => Family::CloudPc,
                    Some(name) if devices.contains(&name) => Family::Devices,
                    _ => Family::Intune,
                })
            }
            Some("rolemanagement") => Some(Family::Intune),
            _ => None,
        }
    }
}

/// When which calls were made, newest last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Windows {
    calls: BTreeMap<(Family, String, bool), VecDeque<Timestamp>>,
}

impl Windows {
    /// Counts a call; the error is the number of whole seconds until the next one may pass.
    pub(crate) fn count(
        &mut self,
        family: Family,
        app: &str,
        write: bool,
        now: Timestamp,
    ) -> Result<(), i64> {
        let (any, writes) = family.limits();
        let mut wait = 0;
        for (owner, share) in [(format!("app {app}"), 1), ("tenant".to_owned(), 2)] {
            wait = wait.max(self.enter(family, &owner, false, any * share, now));
            if write {
                wait = wait.max(self.enter(family, &owner, true, writes * share, now));
            }
        }
        if wait > 0 { Err(wait) } else { Ok(()) }
    }

    fn enter(
        &mut self,
        family: Family,
        owner: &str,
        write: bool,
        limit: usize,
        now: Timestamp,
    ) -> i64 {
        let calls = self.calls.entry((family, owner.to_owned(), write)).or_default();
        while calls.front().is_some_and(|first| now.duration_since(*first) >= WINDOW) {
            calls.pop_front();
        }
        calls.push_back(now);
        if calls.len() <= limit {
            return 0;
        }
        // The call that has to leave the window before the next one fits.
        let blocking = calls.get(calls.len() - limit).copied().unwrap_or(now);
        (WINDOW - now.duration_since(blocking)).as_secs().max(0) + 1
    }
}
