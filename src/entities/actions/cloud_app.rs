//! Actions on cloud apps.

use super::words::WRITE;
use crate::spec::{Action, Danger, Look, Progress, Version, Watch};

const SET: &str = "/deviceManagement/virtualEndpoint/cloudApps";
const NOUN: &str = "cloud app";

/// Source: <https://learn.microsoft.com/graph/api/resources/cloudpccloudapp> (beta).
const fn until(done: &'static [&'static str], pending: &'static [&'static str]) -> Watch {
    Watch {
        look: Look::Target(&[]),
        wait: Progress {
            property: "appStatus",
            pending,
            done,
            failed: &["failed"],
            reason: Some("actionFailedErrorMessage"),
            every_secs: 5,
        },
        stamp: None,
        version: Version::Beta,
        each: None,
    }
}

/// `windows365_cloud_app_publish`: shown to users.
pub static PUBLISH: Action = Action::together(
    "windows365_cloud_app_publish",
    "cloudPcCloudApp",
    "/deviceManagement/virtualEndpoint/cloudApps/publish",
    "cloudAppIds",
    (SET, NOUN),
)
.beta()
.doc(
    "Publishes cloud apps, so that the users of their provisioning policy see them.",
    "https://learn.microsoft.com/graph/api/cloudpccloudapp-publish?view=graph-rest-beta",
)
.repeatable()
.watch(until(&["published"], &["preparing", "ready", "publishing", "unpublishing"]))
.access(WRITE);

/// `windows365_cloud_app_unpublish`: hidden from users.
pub static UNPUBLISH: Action = Action::together(
    "windows365_cloud_app_unpublish",
    "cloudPcCloudApp",
    "/deviceManagement/virtualEndpoint/cloudApps/unpublish",
    "cloudAppIds",
    (SET, NOUN),
)
.beta()
.doc(
    "Takes cloud apps back, so that users do not see them any more.",
    "https://learn.microsoft.com/graph/api/cloudpccloudapp-unpublish?view=graph-rest-beta",
)
.repeatable()
.watch(until(&["ready"], &["preparing", "published", "publishing", "unpublishing"]))
.access(WRITE);

/// `windows365_cloud_app_reset`: as discovered.
pub static RESET: Action = Action::together(
    "windows365_cloud_app_reset",
    "cloudPcCloudApp",
    "/deviceManagement/virtualEndpoint/cloudApps/reset",
    "cloudAppIds",
    (SET, NOUN),
)
.beta()
.doc(
    "Gives cloud apps back the details with which they were found in the image.",
    "https://learn.microsoft.com/graph/api/cloudpccloudapp-reset?view=graph-rest-beta",
)
.dangers(&[Danger::always("Changes that were made to the details of the cloud app are lost.")])
.access(WRITE)
.minutes(10);
