//! Taking turns: how many requests may be in flight, and which services want to be left alone for a while.
//!
//! Requests that are sent while a service throttles count against its quota, so a 429 holds back *all* requests to that service family,
//! not only the one that was refused. Families are separate buckets at the service. How fast requests may follow each other (the
//! published rates) is not decided here yet; [`Gate::enter`] is the one place where it would be.
//!
//! Source: <https://learn.microsoft.com/graph/throttling-limits>.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::client::Context;
use super::error::Cut;
use super::retry::{Budget, Class};
use super::{Clock, Random};

/// Most requests in flight.
const IN_FLIGHT: usize = 8;
/// Most writes among them.
const WRITES: usize = 4;

/// A group of services that share a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    /// Intune, but for the next two.
    Intune,
    /// Apps and what protects them.
    Apps,
    /// Managed devices and scripts.
    Devices,
    /// Windows 365.
    CloudPc,
    /// Users, groups and the rest of the directory.
    Directory,
    /// Conditional access: one request a second, 429 without a wait.
    ConditionalAccess,
}

/// Beginnings of paths, the longer before the shorter.
const FAMILIES: [(&str, Family); 13] = [
    ("/deviceManagement/virtualEndpoint", Family::CloudPc),
    ("/roleManagement/cloudPC", Family::CloudPc),
    ("/deviceManagement/managedDevices", Family::Devices),
    ("/deviceManagement/deviceHealthScripts", Family::Devices),
    ("/deviceManagement/deviceManagementScripts", Family::Devices),
    ("/deviceManagement/deviceShellScripts", Family::Devices),
    ("/deviceManagement/deviceCustomAttributeShellScripts", Family::Devices),
    ("/deviceManagement/deviceComplianceScripts", Family::Devices),
    ("/deviceManagement/applePushNotificationCertificate", Family::Devices),
    ("/deviceManagement", Family::Intune),
    ("/deviceAppManagement", Family::Apps),
    ("/identity/conditionalAccess", Family::ConditionalAccess),
    ("", Family::Directory),
];

impl Family {
    /// The family of a path template.
    pub(super) fn of(template: &str) -> Family {
        FAMILIES
            .iter()
            .find(|(prefix, _)| {
                template.strip_prefix(prefix).is_some_and(|rest| {
                    prefix.is_empty() || rest.is_empty() || rest.starts_with(['/', '(', '\''])
                })
            })
            .map_or(Family::Directory, |(_, family)| *family)
    }
}

/// The right to send one request; giving it back is dropping it.
#[derive(Debug)]
pub(super) struct Turn {
    _all: OwnedSemaphorePermit,
    _write: Option<OwnedSemaphorePermit>,
}

#[derive(Debug, Default)]
struct Bucket {
    held_until: Duration,
    budget: Budget,
}

/// Shared by all calls of one client.
#[derive(Debug)]
pub(super) struct Gate {
    all: Arc<Semaphore>,
    writes: Arc<Semaphore>,
    buckets: Mutex<BTreeMap<Family, Bucket>>,
}

impl Gate {
    pub(super) fn new() -> Self {
        Gate {
            all: Arc::new(Semaphore::new(IN_FLIGHT)),
            writes: Arc::new(Semaphore::new(WRITES)),
            buckets: Mutex::default(),
        }
    }

    fn buckets(&self) -> MutexGuard<'_, BTreeMap<Family, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the family is still held back.
    fn held(&self, family: Family, now: Duration) -> Option<Duration> {
        let until = self.buckets().get(&family)?.held_until;
        until.checked_sub(now).filter(|left| !left.is_zero())
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// With a sentence for what was waited for. Fails at once when the family is held back beyond the deadline.
    pub(super) async fn enter(
        &self,
        cx: &Context,
        clock: &dyn Clock,
        random: &dyn Random,
        family: Family,
        write: bool,
    ) -> Result<Turn, (Cut, String)> {
        let waiting = |cut| (cut, "while waiting for other requests to finish".to_owned());
        loop {
            if let Some(wait) = self.held(family, clock.now()) {
                // Those who waited together should not go on together.
                let wait = Class::Throttled.delay(1, Some(wait), random);
                tracing::info!(
                    ?family,
                    seconds = wait.as_secs_f64(),
                    "waiting: Graph throttles this app"
                );
                cx.sleep(clock, wait).await.map_err(|cut| {
                    (
                        cut,
                        format!(
                            "while Graph throttles this app (the next request is allowed in {} s)",
                            wait.as_secs()
                        ),
                    )
                })?;
                continue;
            }
            let write = match write {
                true => Some(
                    cx.race(clock, Arc::clone(&self.writes).acquire_owned())
                        .await
                        .map_err(waiting)?,
                ),
                false => None,
            };
            let all =
                cx.race(clock, Arc::clone(&self.all).acquire_owned()).await.map_err(waiting)?;
            // The semaphores are never closed.
            let (Ok(all), Ok(write)) = (all, write.transpose()) else {
                return Err(waiting(Cut::Stopped));
            };
            if self.held(family, clock.now()).is_none() {
                return Ok(Turn { _all: all, _write: write });
            }
        }
    }

    /// Holds a whole family back until a time.
    pub(super) fn hold(&self, family: Family, until: Duration) {
        let mut buckets = self.buckets();
        let bucket = buckets.entry(family).or_default();
        bucket.held_until = bucket.held_until.max(until);
    }

    /// Pays for a repetition; false when there were too many of late.
    pub(super) fn pay(&self, family: Family, class: Class) -> bool {
        self.buckets().entry(family).or_default().budget.pay(class)
    }

    /// A call succeeded.
    pub(super) fn refund(&self, family: Family) {
        self.buckets().entry(family).or_default().budget.refund();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_told_by_whole_segments() {
        for (template, family) in [
            ("/deviceManagement/virtualEndpoint/provisioningPolicies/{}", Family::CloudPc),
            ("/roleManagement/cloudPC/roleDefinitions", Family::CloudPc),
            ("/deviceManagement/managedDevices('{}')", Family::Devices),
            ("/deviceManagement/managedDevicesOverview", Family::Intune),
            ("/deviceManagement/roleDefinitions", Family::Intune),
            ("/deviceAppManagement/mobileApps", Family::Apps),
            ("/groups/{}", Family::Directory),
            ("/identity/conditionalAccess/policies", Family::ConditionalAccess),
        ] {
            assert_eq!(Family::of(template), family, "{template}");
        }
    }
}
