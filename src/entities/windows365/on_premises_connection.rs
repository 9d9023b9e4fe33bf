//! `windows365_on_premises_connection`: a network of your own that Cloud PCs live in.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpconpremisesconnection?view=graph-rest-beta> and the pages of its
//! methods.

use super::{MANAGEMENT_SERVICE, PERMISSIONS};
use crate::spec::*;

#[cfg(test)]
mod tests;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_on_premises_connection",
    "cloudPcOnPremisesConnection",
    "/deviceManagement/virtualEndpoint/onPremisesConnections",
)
.beta()
.doc(
    "An Azure network connection says in which subnet of your own Cloud PCs live, and which Active Directory domain they join, if any. \
     Microsoft lets only signed-in people create, change and delete connections, no apps; an app may read them and change the password \
     of the account that joins the domain. \
     The service checks the health of a connection by itself, after it was made, after each change and now and then, which takes from \
     minutes to hours; `wait_for_health_check` waits for the outcome. \
     The Windows 365 service needs rights on the subscription, the resource group and the virtual network; where they are missing the \
     connection is made all the same, and its health checks fail. \
     A connection that a provisioning policy uses cannot be deleted.",
    "https://learn.microsoft.com/graph/api/resources/cloudpconpremisesconnection?view=graph-rest-beta",
)
// The permission tables of create, update, delete and runHealthChecks have no application permission.
.permissions(PERMISSIONS.writes_delegated_only())
.unique_name()
// Details of the checks, and whether the connection is in use, are answered only when they are named.
.select()
.wait(
    Wait::until("healthCheckStatus", &["passed", "warning", "informational"])
        .pending(&["pending", "running"])
        .warned(&["warning"])
        .failed(
            &["failed"],
            Reason::Steps(Steps {
                path: &["healthCheckStatusDetail", "healthChecks"],
                name: "displayName",
                state: "status",
                error: "errorType",
                texts: &[
                    ("recommendedAction", "What to do"),
                    ("additionalDetail", "Details"),
                    ("correlationId", "Correlation id for Microsoft's support"),
                ],
            }),
        )
        // What fails is a network, a domain or a right, which nothing that Terraform sends would mend; and a deletion takes away the
        // rights that were granted to the service for this connection.
        .kept(
            "what its health checks complain of lies outside of it. Once that is put right, the checks can be made again by a change \
             of `health_check_triggers`",
        )
        .when_asked(Asked {
            name: "wait_for_health_check",
            doc: "Whether a create or an update waits until the health checks have ended. `passed`, `warning` and `informational` are \
                  good ends. When they fail, the error names each check that failed, and the connection is kept: a new one is in the \
                  state, marked as tainted, so that the next apply replaces it unless `terraform untaint` is run before.",
            minutes: 90,
        })
        .anew_with_updates(&["healthCheckStatusDetail", "startDateTime"]),
)
.calls(&[Call {
    when: When::Triggered(Trigger {
        name: "health_check_triggers",
        doc: "Values of your own: when one of them changes, the health checks are made again. Useful values are those of what the \
              connection depends on, such as a firewall rule. They are made again after every change of the connection anyway.",
        implied_by_update: true,
    }),
    action: "runHealthChecks",
    why: "Nothing of the connection changes when the network around it does.",
}])
.left_out(&[
    LeftOut { property: "type", why: "Deprecated twin of `connectionType`." },
    LeftOut {
        property: "healthCheckStatusDetails",
        why: "Deprecated twin of `healthCheckStatusDetail`.",
    },
    LeftOut {
        property: "healthCheckStatusDetail.healthChecks.additionalDetails",
        why: "Deprecated twin of `additionalDetail`.",
    },
])
.attributes(&[
    string("displayName")
        .required()
        .checks(&[Check::MinLength(1)])
        .doc("Name of the connection, unique in the tenant."),
    // An answer gives `hybridAzureADJoin` where the request named nothing.
    choice("connectionType", &CONNECTION_TYPE).defaulted().stable().doc(
        "Directory that Cloud PCs join: Microsoft Entra ID alone (`azureADJoin`), or an Active Directory domain too \
         (`hybridAzureADJoin`, which the service takes by default).",
    ),
    guid("subscriptionId").required().doc("The Azure subscription, by id."),
    string("resourceGroupId")
        .required()
        .ignore_case()
        .doc("The resource group that the service makes network interfaces in, by its full Azure id."),
    string("virtualNetworkId")
        .required()
        .ignore_case()
        .doc("The virtual network, by its full Azure id."),
    string("subnetId").required().ignore_case().doc("The subnet, by its full Azure id."),
    string("adDomainName")
        .empty_is_null()
        .ignore_case()
        .doc("The Active Directory domain, by its fully qualified name. For `hybridAzureADJoin` only."),
    string("adDomainUsername").empty_is_null().ignore_case().doc(
        "Account that joins Cloud PCs to the domain, as a user principal name. For `hybridAzureADJoin` only.",
    ),
    // The action needs no signed-in person, and is refused for some states of a connection; an update takes a password too. Beside
    // another account it must not come later: the account would be checked, and locked perhaps, with the password of the old one.
    string("adDomainPassword")
        .secret()
        .changed_by("updateAdDomainPassword", "adDomainPassword")
        .change_needs(&CHANGING_PASSWORDS)
        .or_by_update()
        .sent_with("adDomainUsername")
        .doc(
            "Password of that account. The service never gives it back, so a change outside of Terraform is not seen. A change of it \
             alone is sent by the action for that, which an app may call too.",
        ),
    string("organizationalUnit").empty_is_null().ignore_case().doc(
        "Distinguished name of the organizational unit that computers are put into. For `hybridAzureADJoin` only.",
    ),
    strings("scopeIds").read_only().stable().doc("Scope tags, by id."),
    string("alternateResourceUrl")
        .read_only()
        .stable()
        .select_only()
        .doc("Address of the same object in another service."),
    choice("healthCheckStatus", &STATUS).read_only().doc("Outcome of the latest health checks."),
    object("healthCheckStatusDetail").read_only().select_only().doc("The latest health checks.").of(&[
        date_time("startDateTime").read_only().doc("When they began."),
        date_time("endDateTime").read_only().doc("When they ended."),
        objects("healthChecks").ordered().read_only().doc("Each of the checks.").of(&[
            string("displayName").read_only().doc("Name of the check."),
            choice("status", &STATUS).read_only().doc("Its outcome."),
            date_time("startDateTime").read_only().doc("When it began."),
            date_time("endDateTime").read_only().doc("When it ended."),
            string("errorType").read_only().doc("Kind of error that it met."),
            string("recommendedAction").read_only().doc("What Microsoft recommends to do."),
            string("additionalDetail").read_only().doc("Details."),
            string("correlationId").read_only().doc("Id to name to Microsoft's support."),
        ]),
    ]),
    boolean("healthCheckPaused")
        .read_only()
        .doc("Whether the service has stopped to check a connection that has not been used, or has failed, for long."),
    boolean("inUse").read_only().select_only().doc("Whether a provisioning policy or an image uses it."),
    boolean("inUseByCloudPc").read_only().doc("Whether a Cloud PC uses it."),
    flags("managedBy", &MANAGEMENT_SERVICE).read_only().stable().doc("Services that manage it."),
    string("subscriptionName").read_only().doc("Name of the subscription."),
    string("virtualNetworkLocation").read_only().doc("Azure region of the virtual network."),
    object("subnetPrivateIpDetail").read_only().select_only().doc("Private addresses of the subnet.").of(&[
        int64("subnetAvailableIpCount").read_only().doc("Addresses that are free."),
        date_time("subnetAvailableIpCountLastSyncDateTime").read_only().doc("When they were counted."),
    ]),
])
.rules(&[
    Rule::RequiredWhen {
        attribute: "connection_type",
        values: &["hybridAzureADJoin"],
        needs: "ad_domain_name",
    },
    Rule::RequiredWhen {
        attribute: "connection_type",
        values: &["hybridAzureADJoin"],
        needs: "ad_domain_username",
    },
]);

/// The table of the action has an application permission.
static CHANGING_PASSWORDS: Access = Access::both(&["CloudPC.ReadWrite.All"]);

static CONNECTION_TYPE: Choice =
    Choice::open("cloudPcOnPremisesConnectionType", &["hybridAzureADJoin", "azureADJoin"]);

static STATUS: Choice = Choice::open(
    "cloudPcOnPremisesConnectionStatus",
    &["pending", "running", "passed", "failed", "warning", "informational"],
);
