//! Pages of what belongs to no entity of Graph: everything on them comes from the schema and the example.

use super::about::{front_matter, usage};
use super::attributes;
use super::text::sentences;
use crate::tf::Block;

/// The page of a data source.
pub(super) fn data_source(name: &str, block: &Block, example: &str) -> String {
    page(name, "Data Source", block, example)
}

/// The page of an ephemeral resource.
pub(super) fn ephemeral(name: &str, block: &Block, example: &str) -> String {
    page(name, "Ephemeral Resource", block, example)
}

fn page(name: &str, what: &str, block: &Block, example: &str) -> String {
    let title = format!("{name} {what} - Windows 365 and Intune");
    let mut page = front_matter(&title, Some("Windows 365"), &block.description);
    page.push_str(&format!("# {name} ({what})\n\n{}\n", sentences(&block.description)));
    page.push_str(&usage(example));
    page.push('\n');
    page.push_str(&attributes::schema(block));
    page
}
