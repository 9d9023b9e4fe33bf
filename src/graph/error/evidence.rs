//! What the service means, where status and code do not tell.
//!
//! Texts are the last resort: Microsoft may change them at any time. All that are looked at stand in this file, each with the case it is
//! for. Comparison is in lower case.

/// Parts of a 404's (or 400's) text that mean a wrong address: the client is at fault, and nothing is known about the object.
const WRONG_ADDRESS: [&str; 6] = [
    // "Resource not found for the segment 'roleDefinitionz'."
    "for the segment",
    // "Invalid version: deviceManagement" when the version segment is missing.
    "invalid version",
    // "No method match route template"
    "no method match",
    // "No OData route exists that match template ~/singleton/navigation"
    "no odata route",
    "route template",
    // "No HTTP resource was found that matches the request URI"
    "no http resource was found",
];

/// Parts of codes that say that the object is not there.
const NOT_FOUND: [&str; 1] = ["notfound"];

/// Parts of a text that mean that the object is used or assigned, or that its name is taken.
const CONFLICT: [&str; 10] = [
    // Deleting a policy that groups are assigned to.
    "currently assigned",
    "still assigned",
    "is assigned",
    "has assignments",
    // Deleting a connection that a policy uses.
    "in use by",
    "is in use",
    "being used by",
    // Creating with a name that is taken.
    "already exists",
    "already in use",
    "name is taken",
];

/// Codes that mean the same.
const CONFLICT_CODES: [&str; 4] = ["conflict", "alreadyexists", "duplicate", "nameexists"];

/// Codes of an authorization failure that comes as a 401: nothing a new token would cure.
const FORBIDDEN_CODES: [&str; 3] =
    ["forbidden", "permissionscopenotgranted", "authorization_requestdenied"];

fn any_code(codes: &[String], parts: &[&str]) -> bool {
    codes.iter().any(|code| {
        let code = code.to_ascii_lowercase();
        parts.iter().any(|part| code.contains(part))
    })
}

fn any_text(text: &str, parts: &[&str]) -> bool {
    let text = text.to_lowercase();
    parts.iter().any(|part| text.contains(part))
}

/// Whether the complaint is about the address rather than the object.
pub(super) fn wrong_address(codes: &[String], text: &str) -> bool {
    any_text(text, &WRONG_ADDRESS) || codes.iter().any(|code| any_text(code, &WRONG_ADDRESS))
}

/// Whether the object is not there: a 404 with a code that says so, and not about the address.
pub(super) fn not_found(status: u16, codes: &[String], text: &str) -> bool {
    status == 404
        && (any_code(codes, &NOT_FOUND) || codes.iter().any(|code| code == "404"))
        && !wrong_address(codes, text)
}

/// Whether the service has no such operation.
pub(super) fn not_offered(status: u16, codes: &[String], text: &str) -> bool {
    matches!(status, 405 | 501) || (matches!(status, 400 | 404 | 500) && wrong_address(codes, text))
}

/// Whether something is used, assigned, or named alike.
pub(super) fn conflict(status: u16, codes: &[String], text: &str) -> bool {
    status == 409
        || (matches!(status, 400 | 500)
            && (any_code(codes, &CONFLICT_CODES) || any_text(text, &CONFLICT)))
}

/// Whether the caller may not do this.
pub(super) fn forbidden(status: u16, codes: &[String]) -> bool {
    status == 403 || (status == 401 && any_code(codes, &FORBIDDEN_CODES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn gone(expected: bool, status: u16, code: &str, text: &str) {
        assert_eq!(not_found(status, &[code.to_owned()], text), expected, "{status} {code} {text}");
    }

    #[test]
    fn only_a_404_that_speaks_of_the_object_means_gone() {
        for code in [
            "ResourceNotFound",
            "Request_ResourceNotFound",
            "NotFound",
            "itemNotFound",
            "cloudPcNotFound",
        ] {
            gone(true, 404, code, "There is no policy with this id.");
            gone(false, 400, code, "There is no policy with this id.");
        }
        gone(false, 404, "", "");
        gone(false, 404, "UnknownError", "");
        gone(
            false,
            404,
            "ResourceNotFound",
            "Resource not found for the segment 'roleDefinitionz'.",
        );
        gone(false, 404, "NotFound", "Invalid version: deviceManagement");
        gone(false, 404, "ResourceNotFound", "No method match route template");
        gone(false, 404, "NotFound", "No HTTP resource was found that matches the request URI");
        gone(false, 404, "NotFound", "No OData route exists that match template ~/singleton");
    }

    #[test]
    fn every_text_that_means_a_conflict_is_taken_for_one() {
        for text in [
            "The policy is currently assigned to groups.",
            "Cannot delete: the profile is still assigned.",
            "It is assigned and cannot be deleted.",
            "The role has assignments.",
            "The connection is in use by a policy.",
            "The image is in use.",
            "The filter is being used by two policies.",
            "A policy with this name already exists.",
            "The display name is already in use.",
            "The name is taken.",
        ] {
            assert!(conflict(400, &[], text), "{text}");
            assert!(conflict(500, &[], text), "{text}");
            assert!(!conflict(404, &[], text), "{text}");
        }
        assert!(conflict(409, &[], ""));
        assert!(conflict(400, &["ObjectAlreadyExists".to_owned()], ""));
        assert!(!conflict(400, &["BadRequest".to_owned()], "The name is too long."));
    }

    #[test]
    fn a_401_about_rights_is_forbidden() {
        assert!(forbidden(401, &["UnknownError".to_owned(), "Forbidden".to_owned()]));
        assert!(!forbidden(401, &["InvalidAuthenticationToken".to_owned()]));
        assert!(forbidden(403, &[]));
    }
}
