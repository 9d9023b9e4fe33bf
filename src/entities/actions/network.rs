//! Actions on what provisioning policies build on: network connections and device images.

use super::words::WRITE;
use crate::spec::{Access, Action, Look, Progress, Version, Watch, string};

const CONNECTIONS: &str = "/deviceManagement/virtualEndpoint/onPremisesConnections";
const CONNECTION: &str = "network connection";

/// `windows365_on_premises_connection_health_check`: checks, now.
pub static HEALTH_CHECK: Action = Action::each(
    "windows365_on_premises_connection_health_check",
    "cloudPcOnPremisesConnection",
    CONNECTIONS,
    CONNECTION,
    "runHealthChecks",
)
.doc(
    "Runs the health checks of network connections. They take from minutes to more than an hour.",
    "https://learn.microsoft.com/graph/api/cloudpconpremisesconnection-runhealthcheck",
)
.repeatable()
.watch(Watch {
    look: Look::Target(&["healthCheckStatusDetail"]),
    wait: Progress {
        property: "healthCheckStatus",
        pending: &["pending", "running"],
        done: &["passed", "warning", "informational"],
        failed: &["failed"],
        reason: Some("healthCheckStatusDetail/healthChecks/errorType"),
        every_secs: 30,
    },
    stamp: Some("healthCheckStatusDetail/startDateTime"),
    version: Version::V1,
    each: None,
})
// The permission list has no application permission for it.
.access(Access::delegated_only(&["CloudPC.ReadWrite.All"]))
.minutes(90);

/// `windows365_on_premises_connection_domain_password`: the account that joins the domain has another password.
pub static DOMAIN_PASSWORD: Action = Action::each(
    "windows365_on_premises_connection_domain_password",
    "cloudPcOnPremisesConnection",
    CONNECTIONS,
    CONNECTION,
    "updateAdDomainPassword",
)
.doc(
    "Tells a network connection the new password of the account that joins Cloud PCs to the Active Directory domain. Only for \
     connections whose type is `hybridAzureADJoin`, and only while their health checks pass.",
    "https://learn.microsoft.com/graph/api/cloudpconpremisesconnection-updateaddomainpassword",
)
.arguments(&[string("adDomainPassword").required().secret().doc("The new password.")])
.repeatable()
.access(WRITE)
.minutes(10);

/// `windows365_device_image_retry_upload`: another try.
pub static DEVICE_IMAGE_RETRY_UPLOAD: Action = Action::each(
    "windows365_device_image_retry_upload",
    "cloudPcDeviceImage",
    "/deviceManagement/virtualEndpoint/deviceImages",
    "device image",
    "retryUpload",
)
.beta()
.doc(
    "Tries again to upload device images whose upload has failed.",
    "https://learn.microsoft.com/graph/api/cloudpcdeviceimage-retryupload?view=graph-rest-beta",
)
.watch(Watch {
    look: Look::Target(&[]),
    wait: Progress {
        property: "status",
        pending: &["pending"],
        done: &["ready", "warning"],
        failed: &["failed"],
        reason: Some("errorCode"),
        every_secs: 30,
    },
    stamp: Some("lastModifiedDateTime"),
    version: Version::Beta,
    each: None,
})
.access(WRITE)
.minutes(180);
