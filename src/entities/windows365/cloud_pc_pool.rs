//! `windows365_cloud_pc_pool`: Cloud PCs that programs check out and give back.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcpool?view=graph-rest-beta> and the pages of its methods. The type is
//! abstract; agent pools are the only kind so far.

use serde_json::{Map, Value as Json};

use super::provisioning_policy::{GEOGRAPHIC_LOCATION_TYPE, IMAGE_TYPE};
use super::{PERMISSIONS, REGION_GROUP};
use crate::spec::*;

#[cfg(test)]
mod tests;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_cloud_pc_pool",
    "cloudPcPool",
    "/deviceManagement/virtualEndpoint/cloudPcPools",
)
.beta()
.doc(
    "A pool of Cloud PCs. Agents, which are programs that work in place of people, check Cloud PCs out of an agent pool and give them \
     back; they are paid for as they are used.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcpool?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
// The reference: unique across the pools of an organization.
.unique_name()
.assigned_by(Assignments {
    style: AssignStyle::Additive { collection: "assignments" },
    read_by: ReadBy::SubCollection,
    targets: Targets::Named { kinds: &["cloudPcAgentPoolUserAssignment"], by: &PRINCIPAL },
    item_type: None,
    extra: &[],
    // No page speaks of a refusal.
    block_delete: false,
})
.hooks(Hooks { shape_request: Some(typed_capabilities), shape_response: None })
.attributes(&[
    string("displayName")
        .required()
        .checks(&[Check::MinLength(1), Check::MaxLength(60)])
        .doc("Name of the pool, at most 60 characters, unique in the tenant."),
    string("description")
        .empty_is_null()
        .checks(&[Check::MaxLength(512)])
        .doc("What the pool is for, at most 512 characters."),
    object("cloudPcConfiguration")
        .required()
        .doc("What its Cloud PCs are made of.")
        .of(&[
            choice("imageType", &IMAGE_TYPE)
                .defaulted()
                .stable()
                .doc("Whether the image is one of Microsoft's (`gallery`) or your own (`custom`)."),
            string("imageId").defaulted().stable().doc(
                "The image: publisher, offer and SKU joined with underscores, or the id of a device image.",
            ),
            string("osLocale")
                .defaulted()
                .stable()
                .ignore_case()
                .doc("Language and region of Windows, such as `en-US`."),
            string("imageDisplayName").read_only().doc("Name of the image as people know it."),
        ]),
    // The update does not take it.
    union("networkConfiguration")
        .required()
        .replace()
        .doc("Where its Cloud PCs live.")
        .one_of(&[variant("microsoft_hosted", "cloudPcMicrosoftHostedNetworkConfiguration")
            .doc("A network that Microsoft hosts.")
            .of(&[
                choice("geographicLocationType", &GEOGRAPHIC_LOCATION_TYPE)
                    .doc("Geography, such as `usWest`."),
                objects("regionGroups")
                    .ordered()
                    .empty_is_null()
                    .doc("Groups of regions in it.")
                    .of(&[
                        choice("regionGroup", &REGION_GROUP).doc("The group, such as `usWest`."),
                        strings("regions")
                            .ignore_case()
                            .empty_is_null()
                            .doc("Regions, such as `westus3`."),
                    ]),
            ])]),
    date_time("createdDateTime").read_only().stable().doc("When the pool was created."),
    date_time("lastModifiedDateTime").read_only().doc("When the pool was last changed."),
])
.one_of(&[variant("agent", "cloudPcAgentPool")
    .doc("A pool for agents.")
    .of(&[
        object("billingConfiguration").required().doc("Who pays.").of(&[
            choice("billingType", &BILLING_TYPE)
                .defaulted()
                .stable()
                .doc("How it is paid for: `payAsYouGo`."),
            string("billingPlanId").ignore_case().doc("The billing plan, by id."),
        ]),
        object("capabilities").required().doc("What its Cloud PCs can do.").of(&[boolean(
            "enableSingleSignOn",
        )
        .defaulted()
        .stable()
        .doc("Whether sign-in needs no second prompt.")]),
        object("scalingPolicy").required().doc("How many Cloud PCs there are.").of(&[
            int64("minimumCount").checks(&[Check::Between(0, i64::MAX)]).doc("At least."),
            int64("maximumCount").checks(&[Check::Between(0, i64::MAX)]).doc("At most."),
        ]),
        string("poolUrl")
            .read_only()
            .doc("Address at which Cloud PCs are checked out; there is one when the pool is active."),
        object("sessionUsage").read_only().doc("How much of the pool is in use.").of(&[
            int64("activeSessionsCount").read_only().doc("Sessions that are going on."),
            int64("availableSessionsCount").read_only().doc("Sessions that could begin."),
        ]),
    ])]);

static PRINCIPAL: Attribute = guid("userPrincipalId")
    .doc("The user or service principal that may use the pool, by object id.");

static BILLING_TYPE: Choice = Choice::open("cloudPcAgentPoolBillingType", &["payAsYouGo"]);

/// The reference's own create names the type of the capabilities, which it declares by an abstract type.
fn typed_capabilities(_: Phase, body: &mut Map<String, Json>) {
    if let Some(Json::Object(capabilities)) = body.get_mut("capabilities") {
        let name = "#microsoft.graph.cloudPcAgentPoolCapabilityConfiguration";
        capabilities.insert("@odata.type".to_owned(), Json::from(name));
    }
}
