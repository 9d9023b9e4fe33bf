//! `windows365_device_image`: an image of your own that Cloud PCs are built from.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcdeviceimage?view=graph-rest-beta> and the pages of its methods.

use super::PERMISSIONS;
use crate::spec::*;

#[cfg(test)]
mod tests;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_device_image",
    "cloudPcDeviceImage",
    "/deviceManagement/virtualEndpoint/deviceImages",
)
.beta()
.doc(
    "A device image is an image of Windows of your own that Cloud PCs are built from: a copy of a managed image in Azure. \
     The service copies it after the create has answered, which takes from minutes to hours; Terraform waits until it is `ready`. \
     A copy that fails is deleted again, and the error says why it failed. \
     Images cannot be changed, so every change replaces the image; with another `version`, `create_before_destroy` can make the new \
     one first. \
     The Windows 365 service needs the right to read the subscription that the managed image is in. \
     An image that a provisioning policy uses cannot be deleted.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcdeviceimage?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
// No method changes an image.
.updated_by(Update::Never)
.named_also_by("version")
.unique_name()
.timeouts(Timeouts { create: 180, read: 5, update: 30, delete: 30 })
.wait(
    Wait::until("status", &["ready", "warning"])
        .pending(&["pending"])
        .warned(&["warning"])
        .failed(&["failed"], Reason::Code("errorCode", ERRORS)),
)
.left_out(&[LeftOut { property: "statusDetails", why: "Deprecated twin of `errorCode`." }])
.attributes(&[
    string("displayName")
        .required()
        .checks(&[Check::MinLength(1)])
        .doc("Name of the image. Name and version together are unique."),
    string("version")
        .required()
        .checks(&[Check::Text(version)])
        .doc("Version of the image: three numbers, such as `1.0.3`."),
    string("sourceImageResourceId")
        .required()
        .ignore_case()
        .doc("The managed image in Azure, by its full id."),
    choice("status", &STATUS).read_only().doc("How far the copy is."),
    string("errorCode").read_only().doc("Why the copy failed."),
    string("operatingSystem").read_only().doc("Operating system."),
    string("osBuildNumber").read_only().doc("Build of the operating system."),
    string("osVersionNumber").read_only().doc("Version of the operating system."),
    choice("osStatus", &OS_STATUS)
        .read_only()
        .doc("Whether Microsoft supports the operating system."),
    int32("sizeInGB").read_only().doc("Size of the image in gigabytes."),
    date("expirationDate").read_only().doc(
        "Day on which the support of its operating system ends; no Cloud PC can be built from it after that.",
    ),
    strings("scopeIds").read_only().doc("Scope tags, by id."),
    date_time("lastModifiedDateTime").read_only().doc("When it was last changed."),
]);

static STATUS: Choice =
    Choice::open("cloudPcDeviceImageStatus", &["pending", "ready", "failed", "warning"]);

static OS_STATUS: Choice =
    Choice::open("cloudPcDeviceImageOsStatus", &["supported", "supportedWithWarning", "unknown"]);

/// What each code means and what to do about it. Source: the members of `cloudPcDeviceImageErrorCode` on the page of the type.
static ERRORS: &[(&str, &str)] = &[
    (
        "internalServerError",
        "The service failed at the copy for a reason of its own. Run Terraform again; if it goes on, open a support case with Microsoft.",
    ),
    (
        "sourceImageNotFound",
        "The service does not find the managed image. Check `source_image_resource_id`, and that the Windows 365 service may read the \
         subscription that the image is in.",
    ),
    (
        "osVersionNotSupported",
        "Windows 365 does not support this version of Windows. Build the image from a supported version of Windows Enterprise.",
    ),
    (
        "sourceImageInvalid",
        "The managed image is no valid one for Cloud PCs. Check that it is a managed image of generation 2 with one disk.",
    ),
    (
        "sourceImageNotGeneralized",
        "The managed image is not generalized. Run sysprep with /generalize on the virtual machine and capture the image again.",
    ),
    (
        "vmAlreadyAzureAdjoined",
        "The virtual machine had joined Microsoft Entra ID when the image was captured. Leave the directory, generalize it, and capture \
         it again.",
    ),
    (
        "paidSourceImageNotSupport",
        "The image was built from a paid offer of the marketplace. Build it from an image without a plan that costs.",
    ),
    (
        "sourceImageNotSupportCustomizeVMName",
        "The image does not let its machines be named, which Cloud PCs need. Remove what keeps the name of the machine, such as an \
         answer file with a fixed name.",
    ),
    (
        "sourceImageSizeExceedsLimitation",
        "The image is larger than Cloud PCs may be. Make its disk smaller and capture it again.",
    ),
    (
        "sourceImageWithDataDiskNotSupported",
        "The image has a data disk. Capture it again with the disk of the operating system alone.",
    ),
    (
        "sourceImageWithDiskEncryptionSetNotSupported",
        "The image is encrypted with a disk encryption set. Capture it from a disk without one.",
    ),
    (
        "sourceImageWithAzureDiskEncryptionNotSupported",
        "The image is encrypted with Azure Disk Encryption. Turn the encryption off and capture it again.",
    ),
    (
        "fSLogixInstalledSourceImageNotSupported",
        "FSLogix is installed in the image, which Cloud PCs do not support. Remove it and capture the image again.",
    ),
    (
        "startMenuAppLimitExceeded",
        "The start menu of the image has more apps than are allowed. Remove some and capture the image again.",
    ),
];

fn version(text: &str) -> Result<(), String> {
    let parts: Vec<&str> = text.split('.').collect();
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
    if parts.len() == 3 && parts.iter().all(number) {
        return Ok(());
    }
    Err("A version has three numbers, such as 1.0.3.".to_owned())
}
