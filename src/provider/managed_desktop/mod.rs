//! `managed_desktop`: the setting for a service that ended on 31 July 2024, and its two data sources.
//!
//! Its documentation described the sign-in of a person with names of parameters from several protocols. What works is the authorization
//! code flow with a scope of its own audience (or any sign-in of a person, whose refresh token serves every audience): so the provider
//! signs in as it always does and asks for this audience. Tokens go to the host of the setting only.
//!
//! Source: <https://learn.microsoft.com/previous-versions/managed-desktop/>.

mod devices;
mod shape;
#[cfg(test)]
mod tests;

pub(super) use devices::{Many, One};

use crate::graph::check_endpoint;
use crate::tf::Value;

/// Base address, as it was documented.
pub const ENDPOINT: &str = "https://mmdls.microsoft.com/support/odata/v1/";
/// What tokens were asked for.
pub const AUDIENCE: &str = "https://mwaas-services-customerapi-prod.azurewebsites.net";

/// What is known, for every failure.
const ENDED: &str = "Microsoft Managed Desktop ended on 31 July 2024 and went on as Windows Autopatch. Whether this interface still answers is \
     not known. Its successors are Windows Autopatch in the Intune admin center, Windows updates in Microsoft Graph \
     (/admin/windows/updates), the autopatch setting of Cloud PC provisioning policies, and the managed devices of Intune.";

/// The setting, with its defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedDesktop {
    /// Base address. Tokens go to its host only.
    pub endpoint: String,
    /// What tokens are asked for.
    pub audience: String,
    /// Whether to sign in at the older addresses of Entra.
    pub uses_v1_authority: bool,
}

impl ManagedDesktop {
    /// The setting of a provider block; `None` when it is not enabled.
    pub fn of(config: &Value) -> Option<ManagedDesktop> {
        let setting = config.get("managed_desktop");
        if setting.get("enabled").as_bool() != Some(true) {
            return None;
        }
        let text = |name: &str, usual: &str| {
            let text = setting.get(name).as_str().filter(|text| !text.is_empty());
            text.unwrap_or(usual).to_owned()
        };
        Some(ManagedDesktop {
            endpoint: text("endpoint", ENDPOINT),
            audience: text("audience", AUDIENCE),
            uses_v1_authority: setting.get("use_v1_authority").as_bool() == Some(true),
        })
    }

    pub(super) fn check_endpoint(address: &str) -> Result<(), String> {
        check_endpoint(address, false)
    }
}
