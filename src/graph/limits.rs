//! How much each family of services takes from one app in one tenant: the numbers, in one table.
//!
//! Sources: <https://learn.microsoft.com/graph/throttling-limits> ("Intune service limits", "Identity and access service limits") and, for
//! what a request costs there, <https://learn.microsoft.com/graph/throttling>.

use std::time::Duration;

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

/// So many requests in such a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    /// Requests.
    pub(super) requests: u32,
    /// In any stretch of this length.
    pub(super) window: Duration,
}

const fn rate(requests: u32, seconds: u64) -> Rate {
    Rate { requests, window: Duration::from_secs(seconds) }
}

/// How much of a published figure is used, in percent: our clock is not the service's, and requests are bunched on the way.
pub(super) const SHARE: u32 = 90;

/// Beginnings of paths, the longer before the shorter.
const FAMILIES: [(&str, Family); 14] = [
    ("/deviceManagement/virtualEndpoint", Family::CloudPc),
    ("/roleManagement/cloudPC", Family::CloudPc),
    ("/roleManagement/deviceManagement", Family::Intune),
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

    /// What the service takes from one app in one tenant: of requests of any kind, and of writes among them.
    pub(super) fn rates(self) -> (Rate, Rate) {
        match self {
            // "Intune … service limits", one table for each service: 1,000 requests per 20 seconds, of which 100 POST, PUT, DELETE, PATCH.
            // Nothing is published for Windows 365, which is part of the same service; it is trusted to bear no more.
            Family::Intune | Family::Apps | Family::CloudPc => (rate(1_000, 20), rate(100, 20)),
            // "Intune devices service limits": twice as much.
            Family::Devices => (rate(2_000, 20), rate(200, 20)),
            // "Identity and access service limits": 3,500 resource units per 10 seconds for the smallest tenants, 3,000 writes per
            // 150 seconds. A request costs up to five units.
            Family::Directory => (rate(700, 10), rate(3_000, 150)),
            // "Conditional access": one request per second.
            Family::ConditionalAccess => (rate(1, 1), rate(1, 1)),
        }
    }

    /// For people: whose limit it is.
    pub(super) fn name(self) -> &'static str {
        match self {
            Family::Intune => "Intune",
            Family::Apps => "Intune's app services",
            Family::Devices => "Intune's device services",
            Family::CloudPc => "Windows 365",
            Family::Directory => "the directory",
            Family::ConditionalAccess => "conditional access",
        }
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
            ("/roleManagement/deviceManagement/roleDefinitions", Family::Intune),
            ("/roleManagement/directory/roleDefinitions", Family::Directory),
            ("/deviceManagement/managedDevices('{}')", Family::Devices),
            ("/deviceManagement/managedDevicesOverview", Family::Intune),
            ("/deviceManagement/roleDefinitions", Family::Intune),
            ("/deviceManagement", Family::Intune),
            ("/deviceAppManagement/mobileApps", Family::Apps),
            ("/groups/{}", Family::Directory),
            ("/identity/conditionalAccess/policies", Family::ConditionalAccess),
        ] {
            assert_eq!(Family::of(template), family, "{template}");
        }
    }

    #[test]
    fn a_longer_beginning_stands_before_the_shorter_one_that_it_has() {
        for (at, (long, _)) in FAMILIES.iter().enumerate() {
            for (short, _) in FAMILIES.iter().take(at) {
                assert!(!long.starts_with(short), "{long} can never be found after {short}");
            }
        }
    }
}
