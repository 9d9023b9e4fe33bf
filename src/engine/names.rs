//! Names: from Graph's camelCase to Terraform's snake_case, and plurals for the data sources of many.

use std::borrow::Cow;

use crate::spec::{Attribute, Entity, Secret};

/// Words that are never broken, longer ones before their beginnings. Only where a word starts: `roleScopeTagIds` holds no `eTag`.
const WHOLE_WORDS: &[&str] = &[
    "iPadOS", "iCloud", "iPhone", "iTunes", "iPad", "OAuth", "eBook", "eSIM", "eTag", "IPv4",
    "IPv6", "PCs", "MHz",
];

/// A Graph name in Terraform's spelling.
///
/// A break stands before an upper-case letter that follows a lower-case letter or a digit, and before the last upper-case letter of a
/// run that is followed by a lower-case one: `adDomainName` → `ad_domain_name`, `isOOBEEnabled` → `is_oobe_enabled`. Some words are
/// never broken, whatever the case of their first letter: `iCloudBackupBlocked` → `icloud_backup_blocked`, `managedEBooks` →
/// `managed_ebooks`.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 8);
    let mut rest = name;
    // What stands before the rest: nothing, an upper-case letter of a run, or something after which a new word may start.
    let mut in_run = false;
    while let Some(letter) = rest.chars().next() {
        let mut after = rest.chars();
        after.next();
        let starts_word = snake.is_empty() || !in_run && letter.is_ascii_uppercase();
        if starts_word && let Some(word) = whole_word(rest) {
            if !snake.is_empty() {
                snake.push('_');
            }
            snake.push_str(&word.to_ascii_lowercase());
            rest = rest.get(word.len()..).unwrap_or_default();
            in_run = false;
            continue;
        }
        let ends_run = in_run && after.clone().next().is_some_and(|next| next.is_ascii_lowercase());
        if letter.is_ascii_uppercase() && !snake.is_empty() && (!in_run || ends_run) {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
        in_run = letter.is_ascii_uppercase();
        rest = after.as_str();
    }
    snake
}

fn whole_word(text: &str) -> Option<&'static str> {
    WHOLE_WORDS.iter().copied().find(|word| {
        text.get(..1).zip(word.get(..1)).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
            && text.get(1..).zip(word.get(1..)).is_some_and(|(text, word)| text.starts_with(word))
    })
}

/// The Terraform name of an attribute: its own where it has one, else its property's.
pub fn attribute_name(attribute: &Attribute) -> Cow<'static, str> {
    attribute.name.map_or_else(|| Cow::Owned(snake_case(attribute.property)), Cow::Borrowed)
}

/// The names that a secret has beside its own. `None` for everything else.
pub fn twin(attribute: &Attribute) -> Option<Twin> {
    (attribute.secret == Secret::Unreadable).then(|| {
        let name = attribute_name(attribute);
        Twin { write_only: format!("{name}_wo"), version: format!("{name}_wo_version") }
    })
}

/// Names of the attributes that stand beside a secret which the service never gives back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// The write-only one.
    pub write_only: String,
    /// The number whose change says that the write-only one changed.
    pub version: String,
}

/// Terraform type of the data source of many.
pub fn plural(entity: &Entity) -> String {
    if let Some(plural) = entity.plural {
        return plural.to_owned();
    }
    let name = entity.name;
    let ends_in = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    match name.strip_suffix('y') {
        Some(stem) if !ends_in(&["ay", "ey", "oy", "uy"]) => format!("{stem}ies"),
        _ if ends_in(&["s", "x", "ch", "sh"]) => format!("{name}es"),
        _ => format!("{name}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_break_where_words_do() {
        for (graph, terraform) in [
            ("cloudPcNamingTemplate", "cloud_pc_naming_template"),
            ("adDomainName", "ad_domain_name"),
            ("macOSMinimumVersion", "mac_os_minimum_version"),
            ("isOOBEEnabled", "is_oobe_enabled"),
            ("enableMEMAutoEnroll", "enable_mem_auto_enroll"),
            ("sizeInGB", "size_in_gb"),
            ("ipAddressOrFQDN", "ip_address_or_fqdn"),
            ("ipAddressV4", "ip_address_v4"),
            ("windows10XManagement", "windows10_x_management"),
            ("ipv6Network", "ipv6_network"),
            ("id", "id"),
        ] {
            assert_eq!(snake_case(graph), terraform);
        }
    }

    #[test]
    fn some_words_are_never_broken() {
        for (graph, terraform) in [
            ("iCloudBackupBlocked", "icloud_backup_blocked"),
            ("iPad", "ipad"),
            ("enableSharedIPad", "enable_shared_ipad"),
            ("iPadOSMinimumVersion", "ipados_minimum_version"),
            ("iPhoneAndIPod", "iphone_and_i_pod"),
            ("iTunesBlocked", "itunes_blocked"),
            ("useOAuth", "use_oauth"),
            ("enterpriseCloudPrintOAuthAuthority", "enterprise_cloud_print_oauth_authority"),
            ("managedEBookCategories", "managed_ebook_categories"),
            ("managedEBooks", "managed_ebooks"),
            ("wiredIPv4Addresses", "wired_ipv4_addresses"),
            ("cloudPCs", "cloud_pcs"),
            ("minimumCpuSpeedInMHz", "minimum_cpu_speed_in_mhz"),
            ("eTag", "etag"),
        ] {
            assert_eq!(snake_case(graph), terraform);
        }
    }

    #[test]
    fn whole_words_inside_other_words_do_not_count() {
        for (graph, terraform) in [
            ("roleScopeTagIds", "role_scope_tag_ids"),
            ("deviceTag", "device_tag"),
            ("enterpriseBookBlockBackup", "enterprise_book_block_backup"),
            ("appActionIfUnableToAuthenticateUser", "app_action_if_unable_to_authenticate_user"),
            ("ipAddresses", "ip_addresses"),
        ] {
            assert_eq!(snake_case(graph), terraform);
        }
    }

    #[test]
    fn plurals_are_english() {
        let plural_of = |name| plural(&Entity::collection(name, "", ""));
        assert_eq!(plural_of("windows365_provisioning_policy"), "windows365_provisioning_policies");
        assert_eq!(plural_of("windows365_user_setting"), "windows365_user_settings");
        assert_eq!(plural_of("intune_enrollment_key"), "intune_enrollment_keys");
        assert_eq!(plural_of("intune_terms_of_access"), "intune_terms_of_accesses");
    }
}
