//! The page that says of everything in Windows 365 whether it is served: the rows are data, their state is what the program really serves.

mod rows;

use std::collections::BTreeSet;

use super::about::front_matter;
use crate::framework::Provider as _;
use crate::provider::{Provider, Served};
use rows::{BEYOND, ROWS, Row};

/// Where the page is.
pub(super) const PATH: &str = "docs/guides/coverage.md";

/// Beginning of the types that the rows speak of.
const AREA: &str = "windows365_";

/// What is served under the name of a row: what it is, and the Terraform type.
type Kinds = Vec<(&'static str, &'static str, String)>;

fn served_as(name: &str, provider: &Provider, served: &[Served]) -> Kinds {
    let mut kinds = Kinds::new();
    if provider.resources().contains_key(name) {
        kinds.push(("resource", "resources", name.to_owned()));
    }
    if provider.data_sources().contains_key(name) {
        kinds.push(("data source", "data-sources", name.to_owned()));
    }
    let plural = served.iter().find(|it| it.entity.name == name).map(|it| it.plural.as_str());
    if let Some(plural) = plural.filter(|it| provider.data_sources().contains_key(it)) {
        kinds.push(("data source of many", "data-sources", plural.to_owned()));
    }
    if provider.actions().contains_key(name) {
        kinds.push(("action", "actions", name.to_owned()));
    }
    kinds
}

/// The page. `paths` are those of all other pages, for links.
pub(super) fn page(provider: &Provider, served: &[Served], paths: &BTreeSet<String>) -> String {
    let state = |row: &Row| {
        let kinds = served_as(row.name, provider, served);
        let links: Vec<String> = kinds
            .iter()
            .map(|(what, folder, name)| match paths.contains(&format!("docs/{folder}/{name}.md")) {
                true => format!("[{what}](../{folder}/{name}.md)"),
                false => (*what).to_owned(),
            })
            .collect();
        match row.left_out {
            Some(why) => format!("left out: {why}"),
            None => links.join(", "),
        }
    };
    let is_served = |row: &&Row| !served_as(row.name, provider, served).is_empty();
    let mut page = front_matter(
        "What is served of Windows 365",
        None,
        "Everything that Microsoft Graph offers for Windows 365, and whether this provider serves it.",
    );
    let count = ROWS.iter().filter(is_served).count();
    page.push_str(&format!(
        "# What is served of Windows 365\n\n\
         Everything that Microsoft Graph offers for Windows 365: {} sets, functions and actions, of which {count} are served.\n\
         What is left out has its reason.\n\n\
         | Type | What it is | Served as |\n|---|---|---|\n",
        ROWS.len()
    ));
    for row in ROWS.iter().chain(BEYOND.iter().filter(is_served)) {
        page.push_str(&format!("| `{}` | {} | {} |\n", row.name, row.what, state(row)));
    }
    page
}

/// What of the rows is not true: a sentence for each.
pub(super) fn faults(provider: &Provider, served: &[Served]) -> Vec<String> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut faults = Vec::new();
    for row in ROWS.iter().chain(BEYOND) {
        let kinds = served_as(row.name, provider, served);
        faults.extend(fault(row, !kinds.is_empty()));
        known.extend(kinds.into_iter().map(|(_, _, name)| name));
    }
    let names = provider.resources().keys().chain(provider.data_sources().keys());
    let names = names.chain(provider.actions().keys()).filter(|name| name.starts_with(AREA));
    let missing: BTreeSet<_> = names.filter(|name| !known.contains(**name)).collect();
    faults.extend(
        missing
            .into_iter()
            .map(|name| format!("{name} is served, and no row of the coverage names it.")),
    );
    faults
}

fn fault(row: &Row, is_served: bool) -> Option<String> {
    match (row.left_out, is_served) {
        (None, false) => {
            Some(format!("{} is neither served nor left out with a reason.", row.name))
        }
        (Some(_), true) => Some(format!(
            "{} is served, so its row must not give a reason for leaving it out.",
            row.name
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_served_or_has_a_reason_and_never_both() {
        let row = |left_out| Row { name: "windows365_thing", what: "a thing", left_out };
        assert_eq!(fault(&row(None), true), None);
        assert_eq!(fault(&row(Some("it is gone")), false), None);
        assert!(fault(&row(None), false).unwrap().contains("neither served nor left out"));
        assert!(fault(&row(Some("it is gone")), true).unwrap().contains("is served, so"));
    }

    #[test]
    fn rows_are_sorted_and_their_reasons_are_reasons() {
        assert!(ROWS.is_sorted_by(|one, other| one.name < other.name));
        for row in ROWS {
            assert!(row.name.starts_with(AREA) && !row.what.is_empty(), "{}", row.name);
            if let Some(why) = row.left_out {
                assert!(why.split(' ').count() > 4, "{}: {why}", row.name);
            }
        }
    }
}
