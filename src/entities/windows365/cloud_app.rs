//! `windows365_cloud_app`: a single app that users get in place of a whole desktop.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpccloudapp?view=graph-rest-beta> and the pages of its methods. Creating
//! one adds it to its policy; users see it once it is published, which is an action of its own and takes time.

use super::PERMISSIONS;
use crate::spec::*;

#[cfg(test)]
mod tests;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_cloud_app",
    "cloudPcCloudApp",
    "/deviceManagement/virtualEndpoint/cloudApps",
)
.beta()
.doc(
    "A cloud app: one app on the Cloud PCs of a provisioning policy with the user experience type `cloudApp`.\n\n\
     Creating one adds it to the policy. `app_status` is `preparing` then, later `ready`. Users see it once it is published; \
     `available_to_user` tells. Publishing, and taking it back, are actions that take time and may fail, so they are never a by-product \
     of an apply.",
    "https://learn.microsoft.com/graph/api/resources/cloudpccloudapp?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
// Unique within one policy only, so that two policies may have apps of one name.
.attributes(&[
    string("displayName")
        .required()
        .checks(&[Check::MinLength(1), Check::MaxLength(64)])
        .doc("Name that users see, at most 64 characters, unique within the policy."),
    string("description")
        .empty_is_null()
        .checks(&[Check::MaxLength(512)])
        .doc("What the app is for, at most 512 characters."),
    // Called read-only by the resource's page; the page of the create requires both, and no update takes them.
    guid("provisioningPolicyId")
        .required()
        .replace()
        .doc("The provisioning policy on whose Cloud PCs the app runs, by id."),
    string("discoveredAppName")
        .required()
        .replace()
        .doc("Name of the app as it was found on the image, such as `Paint`."),
    union("appDetail").required().doc("What is started.").one_of(&[
        variant("file_path", "cloudPcFilePathAppDetail")
            .doc("An app that you name by its path.")
            .of(&[
                string("filePath")
                    .required()
                    .replace()
                    .ignore_case()
                    .doc("The program, such as `C:\\Windows\\system32\\mstsc.exe`."),
                ICON_PATH,
                ICON_INDEX,
                ARGUMENTS,
            ]),
        variant("automatic_discovered", "cloudPcAutomaticDiscoveredAppDetail")
            .doc("An app that the service has found on the image.")
            .of(&[
                string("filePath")
                    .defaulted()
                    .stable()
                    .replace()
                    .ignore_case()
                    .checks(&[Check::MinLength(1)])
                    .doc("The program; that of the app that was found unless given."),
                ICON_PATH,
                ICON_INDEX,
                ARGUMENTS,
            ]),
    ]),
    choice("appStatus", &STATUS).read_only().doc(
        "`preparing`, `ready` (to be published), `publishing`, `published`, `unpublishing` or `failed`.",
    ),
    boolean("availableToUser").read_only().doc("Whether users see the app."),
    choice("actionFailedErrorCode", &ERROR_CODE)
        .read_only()
        .doc("Why publishing, unpublishing or a change failed."),
    string("actionFailedErrorMessage").read_only().doc("The same in words."),
    date_time("addedDateTime").read_only().stable().doc("When the app was added."),
    date_time("lastPublishedDateTime").read_only().doc("When the app was last published."),
    strings("scopeIds").read_only().stable().doc("Scope tags of the policy, by id."),
]);

const ICON_PATH: Attribute = string("iconPath")
    .defaulted()
    .stable()
    .ignore_case()
    .doc("File that holds the icon; a default one unless given.");
const ICON_INDEX: Attribute =
    int64("iconIndex").defaulted().stable().doc("Which icon of the file, counted from 0.");
const ARGUMENTS: Attribute = string("commandLineArguments")
    .defaulted()
    .stable()
    .empty_is_null()
    .checks(&[Check::MaxLength(2048)])
    .doc("Arguments that the program is started with, at most 2048 characters.");

static STATUS: Choice = Choice::open(
    "cloudPcCloudAppStatus",
    &["preparing", "ready", "publishing", "published", "unpublishing", "failed"],
);

static ERROR_CODE: Choice = Choice::open(
    "cloudPcCloudAppActionFailedErrorCode",
    &[
        "cloudAppQuotaExceeded",
        "cloudPcLicenseNotFound",
        "internalServerError",
        "appDiscoveryFailed",
        "iconPathInvalid",
        "filePathInvalid",
    ],
);
