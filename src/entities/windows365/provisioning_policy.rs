//! `windows365_provisioning_policy`: how Cloud PCs are built.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcprovisioningpolicy?view=graph-rest-beta> and the pages of its
//! methods. Graph keeps several properties twice, once under an older name; only the newer one is served ([`LEFT_OUT`]).

use super::{PERMISSIONS, REGION_GROUP};
use crate::spec::*;

#[cfg(test)]
mod tests;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_provisioning_policy",
    "cloudPcProvisioningPolicy",
    "/deviceManagement/virtualEndpoint/provisioningPolicies",
)
.beta()
.doc(
    "A provisioning policy says how Cloud PCs are built: from which image, in which network and region, joined to which directory, \
     for which kind of licence, and for the members of which groups.\n\n\
     Changing a policy leaves existing Cloud PCs as they are; the new settings count for those that are built later. \
     Removing a group from `assignments` puts the Cloud PCs of its members into their grace period, after which they are deleted.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcprovisioningpolicy?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
// Seen: a second policy of the same name is refused.
.unique_name()
.assigned_by(Assignments {
    style: AssignStyle::Replace { action: "assign", parameter: "assignments" },
    read_by: ReadBy::Expand,
    targets: Targets::CloudPc { frontline: true },
    item_type: None,
    extra: &[],
    // Seen: deleting an assigned policy answers 400.
    block_delete: true,
})
.left_out(LEFT_OUT)
.attributes(&[
    string("displayName")
        .required()
        .checks(&[Check::MinLength(1), Check::MaxLength(120), Check::Advice(punctuation)])
        .doc("Name of the policy, at most 120 characters, unique in the tenant."),
    string("description").empty_is_null().doc("What the policy is for."),
    // The reference: "By default, the license type is dedicated if the provisioningType isn't specified".
    choice("provisioningType", &PROVISIONING_TYPE).defaulted().stable().replace().doc(
        "Kind of licence that the Cloud PCs use: `dedicated` (the default), `sharedByUser` (Frontline, one Cloud PC for each of \
         several users), `sharedByEntraGroup` (Frontline, a pool for a group) or `reserve`. `shared` is the old name of \
         `sharedByUser`.",
    ),
    // Fixed at creation; an answer gives `cloudPc` where the request named nothing.
    choice("userExperienceType", &USER_EXPERIENCE_TYPE).defaulted().stable().replace().doc(
        "Whether users get a whole desktop (`cloudPc`, the default) or single apps (`cloudApp`, only with the provisioning type \
         `sharedByEntraGroup`).",
    ),
    choice("imageType", &IMAGE_TYPE)
        .required()
        .doc("Whether the image is one of Microsoft's (`gallery`) or your own (`custom`)."),
    string("imageId").required().doc(
        "The image. A gallery image is named by publisher, offer and SKU joined with underscores, such as \
         `microsoftwindowsdesktop_windows-ent-cpc_win11-24h2-ent-cpc-m365`; a custom one by the id of its device image.",
    ),
    string("imageDisplayName").required().doc("Name of the image as people know it."),
    objects("domainJoinConfigurations")
        .ordered()
        .required()
        .checks(&[Check::MinLength(1)])
        .doc(
            "Where Cloud PCs live and which directory they join, in order of priority: the next one is used when a Cloud PC cannot \
             be built with the one before.",
        )
        .of(DOMAIN_JOIN)
        .rules(&[
            Rule::Conflicts(&["on_premises_connection_id", "region_name"]),
            Rule::AtLeastOne(&["on_premises_connection_id", "region_name", "region_group"]),
            Rule::RequiredWhen {
                attribute: "domain_join_type",
                values: &["hybridAzureADJoin"],
                needs: "on_premises_connection_id",
            },
            Rule::ForbiddenWhen {
                attribute: "domain_join_type",
                values: &["hybridAzureADJoin"],
                forbids: "region_name",
            },
        ]),
    // The reference: "The default value is false".
    boolean("enableSingleSignOn")
        .defaulted()
        .stable()
        .doc("Whether users sign in to their Cloud PC without a second prompt."),
    string("cloudPcNamingTemplate")
        .empty_is_null()
        .checks(&[Check::Text(naming_template), Check::Advice(short_random_part)])
        .doc(
            "Template for the names of Cloud PCs: letters, digits and hyphens, `%USERNAME:n%` for the first n letters of the user's \
             name, and `%RAND:n%` for n random characters, which must stand in it. A name has at most 15 characters.",
        ),
    // Optional in the reference; an answer to a request without it gives a value.
    object("windowsSetting").defaulted().stable().doc("Windows itself.").of(&[string("locale")
.defaulted().stable()
        .ignore_case()
        .doc("Language and region of Windows, such as `en-US`.")]),
    // Answers give `{"managedType":"notManaged","profile":null}` where the request named nothing.
    object("microsoftManagedDesktop")
        .defaulted()
        .stable()
        .doc("Management by Microsoft Managed Desktop.")
        .of(&[
            choice("managedType", &MANAGED_TYPE).defaulted().stable().doc("Whether and how Microsoft manages the Cloud PCs."),
            string("profile").empty_is_null().doc("Name of the profile that Microsoft applies."),
        ]),
    object("autopatch")
        .doc("Windows Autopatch. Only a signed-in Intune administrator may set it, no app.")
        .of(&[string("autopatchGroupId").doc("The Autopatch group that the Cloud PCs join, by id.")]),
    object("autopilotConfiguration")
        .doc("Windows Autopilot device preparation. Needs the further Intune right to read its profiles.")
        .of(&[
            string("devicePreparationProfileId")
                .required()
                .doc("The device preparation profile, by id."),
            int64("applicationTimeoutInMinutes")
                .defaulted().stable()
                .doc("How long apps may take to install, in minutes."),
            boolean("onFailureDeviceAccessDenied")
                .defaulted().stable()
                .doc("Whether a user is kept out of a Cloud PC whose preparation failed."),
        ]),
    object("userSettingsPersistenceConfiguration")
        .doc("Keeps users' settings between sessions; only for the provisioning type `sharedByEntraGroup`.")
        .of(&[
            boolean("userSettingsPersistenceEnabled").defaulted().stable().doc("Whether settings are kept."),
            choice("userSettingsPersistenceStorageSizeCategory", &STORAGE_SIZE).defaulted().stable()
                .doc("Storage for each user."),
        ]),
    // Legacy: the reference gives it for creates; an answer gives `false` where the request named nothing.
    boolean("localAdminEnabled")
        .defaulted()
        .stable()
        .doc("Whether users are administrators of their Cloud PC. `windows365_user_setting` is the newer way."),
    // In the metadata only; the reference does not speak of writing it.
    choice("snapshotResetMode", &SNAPSHOT_RESET_MODE)
        .defaulted()
        .stable()
        .doc("Whether Cloud PCs go back to a snapshot when a user signs out."),
    // Never null, and in no table of a method's input.
    flags("managedBy", &MANAGED_BY)
        .read_only()
        .stable()
        .doc("The services that own the policy; `windows365` unless another one made it."),
    int32("gracePeriodInHours").read_only().stable().doc(
        "How long a Cloud PC lives on after its user lost the licence or the assignment, in hours.",
    ),
    strings("scopeIds").read_only().stable().doc("Scope tags, by id."),
    string("alternateResourceUrl")
        .read_only()
        .stable()
        .doc("Link to the object of another service that made the policy."),
    string("cloudPcGroupDisplayName")
        .read_only()
        .stable()
        .doc("Name of the group that Cloud PCs are gathered in; other services set it."),
    string("createdBy").read_only().stable().doc("Who created the policy."),
    date_time("createdDateTime").read_only().stable().doc("When the policy was created."),
    string("lastModifiedBy").read_only().doc("Who changed the policy last."),
    date_time("lastModifiedDateTime").read_only().doc("When the policy was last changed."),
])
.rules(&[
    Rule::Demands {
        attribute: "user_experience_type",
        values: &["cloudApp"],
        other: "provisioning_type",
        allowed: &["sharedByEntraGroup"],
    },
    Rule::OnlyWhen {
        attribute: "user_settings_persistence_configuration",
        with: "provisioning_type",
        values: &["sharedByEntraGroup"],
    },
    // The reference of the assignment target: null for dedicated licences.
    Rule::ForbiddenWhen {
        attribute: "provisioning_type",
        values: &["dedicated"],
        forbids: "assignments.service_plan_id",
    },
    Rule::ForbiddenWhen {
        attribute: "provisioning_type",
        values: &["dedicated"],
        forbids: "assignments.allotment_display_name",
    },
    Rule::ForbiddenWhen {
        attribute: "provisioning_type",
        values: &["dedicated"],
        forbids: "assignments.allotment_licenses_count",
    },
]);

/// What is not served, and why.
static LEFT_OUT: &[LeftOut] = &[
    LeftOut { property: "windowsSettings", why: "Deprecated twin of `windowsSetting`." },
    LeftOut {
        property: "domainJoinConfigurations.type",
        why: "Deprecated twin of `domainJoinType`.",
    },
    LeftOut { property: "microsoftManagedDesktop.type", why: "Deprecated twin of `managedType`." },
];

static DOMAIN_JOIN: &[Attribute] = &[
    choice("domainJoinType", &DOMAIN_JOIN_TYPE).required().doc(
        "Directory that Cloud PCs join: `azureADJoin` (Entra ID alone) or `hybridAzureADJoin` (Active Directory too).",
    ),
    guid("onPremisesConnectionId").doc(
        "Your own network: an Azure network connection, by id. `hybridAzureADJoin` needs one. Not together with `region_name`.",
    ),
    string("regionName").ignore_case().checks(&[Check::MinLength(1)]).doc(
        "Region of a Microsoft-hosted network, such as `westeurope`, or `automatic`. Only with `azureADJoin`.",
    ),
    // Called read-only by newer pages, yet sent in the reference's own examples: the service derives it when it is left out.
    choice("regionGroup", &REGION_GROUP)
        .defaulted()
        .doc("Geography that the region lies in, such as `usWest`; within it `automatic` chooses."),
    choice("geographicLocationType", &GEOGRAPHIC_LOCATION_TYPE)
        .read_only()
        .doc("Geography as the admin center groups regions."),
];

// The members after the sentinel come and go only with `Prefer: include-unknown-enum-members`. `shared` is no longer returned after
// 30 April 2027 and means `sharedByUser`.
pub(super) static PROVISIONING_TYPE: Choice = Choice::open(
    "cloudPcProvisioningType",
    &["dedicated", "shared", "sharedByUser", "sharedByEntraGroup", "reserve"],
)
.renamed(&[("shared", "sharedByUser")]);

pub(super) static USER_EXPERIENCE_TYPE: Choice =
    Choice::open("cloudPcUserExperienceType", &["cloudPc", "cloudApp"]);

pub(super) static IMAGE_TYPE: Choice =
    Choice::open("cloudPcProvisioningPolicyImageType", &["gallery", "custom"]);

pub(super) static DOMAIN_JOIN_TYPE: Choice =
    Choice::open("cloudPcDomainJoinType", &["azureADJoin", "hybridAzureADJoin"]);

pub(super) static GEOGRAPHIC_LOCATION_TYPE: Choice = Choice::open(
    "cloudPcGeographicLocationType",
    &[
        "default",
        "asia",
        "australasia",
        "canada",
        "europe",
        "india",
        "africa",
        "usCentral",
        "usEast",
        "usWest",
        "southAmerica",
        "middleEast",
        "centralAmerica",
        "usGovernment",
        "mexico",
        "australiaNewZealand",
    ],
);

static MANAGED_TYPE: Choice = Choice::open(
    "microsoftManagedDesktopType",
    &["notManaged", "premiumManaged", "standardManaged", "starterManaged"],
);

static STORAGE_SIZE: Choice = Choice::open(
    "cloudPcUserSettingsPersistenceStorageSizeCategory",
    &["fourGB", "eightGB", "sixteenGB", "thirtyTwoGB", "sixtyFourGB"],
);

static SNAPSHOT_RESET_MODE: Choice =
    Choice::open("cloudPcSnapshotResetMode", &["notApplicable", "enabled", "disabled"]);

static MANAGED_BY: Choice = Choice::open(
    "cloudPcManagementService",
    &["windows365", "devBox", "rpaBox", "microsoft365Opal", "microsoft365BizChat"],
);

/// Seen: names with some of these are refused. Which ones exactly, no page says.
fn punctuation(name: &str) -> Result<(), String> {
    const REFUSED: &str = "~!@#$%^&*()=<>\\/|?;\"'`";
    match name.chars().find(|letter| REFUSED.contains(*letter)) {
        Some(letter) => {
            Err(format!("The service may refuse a name with the character {letter} in it."))
        }
        None => Ok(()),
    }
}

/// Longest name of a Windows computer.
const NAME_LENGTH: usize = 15;

/// The rules of a naming template: known macros with a number, one `%RAND:n%`, and 15 characters at most once they are expanded.
/// Source: <https://learn.microsoft.com/windows-365/enterprise/create-provisioning-policy>.
///
/// # Errors
/// A sentence about the first rule that is broken.
pub fn naming_template(template: &str) -> Result<(), String> {
    let macros = macros(template)?;
    let Some(random) = macros.random else {
        return Err("The template needs a part %RAND:n%, so that names differ.".to_owned());
    };
    if random < 4 {
        return Err(format!(
            "The template has {random} random characters; at least five are needed."
        ));
    }
    let length = macros.literal.saturating_add(macros.user).saturating_add(random);
    if length > NAME_LENGTH {
        return Err(format!(
            "A Cloud PC's name has at most {NAME_LENGTH} characters; this template gives {length}."
        ));
    }
    Ok(())
}

/// Microsoft's pages disagree about the least number of random characters, four or five.
///
/// # Errors
/// A sentence where there are four.
pub fn short_random_part(template: &str) -> Result<(), String> {
    match macros(template) {
        Ok(Macros { random: Some(random), .. }) if random < 5 => Err(format!(
            "The template has {random} random characters. The service may ask for at least five."
        )),
        _ => Ok(()),
    }
}

/// How many characters the parts of a template give.
struct Macros {
    literal: usize,
    user: usize,
    random: Option<usize>,
}

fn macros(template: &str) -> Result<Macros, String> {
    let mut found = Macros { literal: 0, user: 0, random: None };
    // Parts between percent signs alternate: literal, macro, literal, …
    for (position, part) in template.split('%').enumerate() {
        if position % 2 == 0 {
            if let Some(letter) = part.chars().find(|it| !it.is_ascii_alphanumeric() && *it != '-')
            {
                return Err(format!(
                    "A Cloud PC's name holds letters, digits and hyphens; {letter:?} is none of them."
                ));
            }
            found.literal = found.literal.saturating_add(part.len());
            continue;
        }
        let unknown = || {
            format!(
                "%{part}% is no part of a naming template. Write %USERNAME:n% or %RAND:n% with a number for n."
            )
        };
        let (name, count) = part.split_once(':').ok_or_else(unknown)?;
        let count: usize = count.parse().map_err(|_| unknown())?;
        match name.to_ascii_uppercase().as_str() {
            "USERNAME" => found.user = found.user.saturating_add(count),
            "RAND" => found.random = Some(found.random.unwrap_or(0).saturating_add(count)),
            _ => return Err(unknown()),
        }
    }
    if template.matches('%').count() % 2 == 1 {
        return Err("A percent sign has no partner.".to_owned());
    }
    Ok(found)
}
