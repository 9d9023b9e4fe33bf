//! `permissions`: the least permissions for a configuration or for types, for both kinds of access. Asks nobody.

mod plan;

use serde_json::{Value as Json, json};

use super::arguments::{Given, Grammar};
use super::{Failure, say};
use crate::provider::permissions::{Least, Need, Operation, Type, find, ids, least, types};

#[cfg(test)]
mod tests;

const USAGE: &str = "\
Usage: permissions [--plan FILE | TYPE...] [--json]

Prints the least permissions of Microsoft Graph, for an app that signs in by itself and for a signed-in person.

  TYPE         Terraform type, such as windows365_user_setting; data.TYPE for a data source, action.TYPE for an action.
               Without any: all that are served
  --plan FILE  what a plan takes, as written by `terraform show -json PLANFILE`; - reads it from standard input
  --json       for programs, with the ids of the permissions";

const GRAMMAR: Grammar = Grammar {
    command: "permissions",
    usage: USAGE,
    flags: &["--json"],
    options: &["--plan"],
    words: true,
};

pub(super) fn run(arguments: &[String]) -> Result<(), Failure> {
    let Some(given) = GRAMMAR.read(arguments)? else { return Ok(()) };
    let table = types();
    let uses = match (given.value("--plan"), given.words.is_empty()) {
        (Some(_), false) => return Err(GRAMMAR.complaint("Give types or a plan, not both.")),
        (Some(file), true) => {
            let text = read(file)?;
            plan::uses(&text, &table).map_err(|why| Failure::new(format!("{file}: {why}")))?
        }
        (None, true) => table.iter().map(Use::all).collect(),
        (None, false) => named(&given, &table)?,
    };
    say(&if given.has("--json") { as_json(&uses) } else { as_text(&uses) });
    Ok(())
}

/// A type, and what is done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Use {
    address: String,
    /// Empty for a type that needs no permission of Graph.
    needs: Vec<Need>,
}

impl Use {
    fn of(r#type: &Type, operations: &[Operation]) -> Use {
        Use { address: r#type.address(), needs: r#type.needs(operations) }
    }

    fn all(r#type: &Type) -> Use {
        Use::of(r#type, &Operation::ALL)
    }

    fn operations(&self) -> Vec<&'static str> {
        self.needs.iter().map(|need| need.operation.name()).collect()
    }
}

fn named(given: &Given, table: &[Type]) -> Result<Vec<Use>, Failure> {
    let mut uses: Vec<Use> = Vec::new();
    for name in &given.words {
        let found = find(table, name)
            .ok_or_else(|| GRAMMAR.complaint(&format!("{name:?} is no type of this provider.")))?;
        let found = Use::all(found);
        if !uses.contains(&found) {
            uses.push(found);
        }
    }
    Ok(uses)
}

fn read(file: &str) -> Result<String, Failure> {
    let text = match file {
        "-" => std::io::read_to_string(std::io::stdin()),
        path => std::fs::read_to_string(path),
    };
    text.map_err(|error| Failure::new(format!("{file} cannot be read: {error}.")))
}

fn needs(uses: &[Use]) -> Vec<Need> {
    uses.iter().flat_map(|r#use| r#use.needs.iter().cloned()).collect()
}

fn as_text(uses: &[Use]) -> String {
    if uses.is_empty() {
        return "Nothing of this provider is in use, so no permission is needed.".to_owned();
    }
    let width = uses.iter().map(|r#use| r#use.address.len()).max().unwrap_or_default();
    let mut text = String::from("For:\n");
    for r#use in uses {
        let done = match r#use.operations().as_slice() {
            [] => "nothing".to_owned(),
            operations => operations.join(", "),
        };
        text.push_str(&format!("  {:<width$}  {done}\n", r#use.address));
    }
    let needs = needs(uses);
    for (title, other, application) in [
        ("An app that signs in by itself (application permissions)", "apps", true),
        ("A signed-in person, who needs a role as well (delegated permissions)", "people", false),
    ] {
        let Least { permissions, not_offered } = least(&needs, application);
        text.push_str(&format!("\n{title}:\n"));
        if permissions.is_empty() {
            text.push_str("  none\n");
        }
        for permission in &permissions {
            let id = id(permission, application).unwrap_or_default();
            text.push_str(format!("  {permission:<40}  {id}").trim_end());
            text.push('\n');
        }
        for (address, operation) in &not_offered {
            text.push_str(&format!(
                "  Microsoft does not offer this to {other}: {address} ({})\n",
                operation.name()
            ));
        }
    }
    text.trim_end().to_owned()
}

fn as_json(uses: &[Use]) -> String {
    let needs = needs(uses);
    let kind = |application: bool| {
        let Least { permissions, not_offered } = least(&needs, application);
        let permissions: Vec<_> = permissions
            .iter()
            .map(|name| json!({ "name": name, "id": id(name, application) }))
            .collect();
        let not_offered: Vec<_> = not_offered
            .iter()
            .map(|(address, operation)| json!({ "type": address, "operation": operation.name() }))
            .collect();
        json!({ "permissions": permissions, "not_offered": not_offered })
    };
    let types: Vec<Json> = uses
        .iter()
        .map(|r#use| json!({ "type": r#use.address, "operations": r#use.operations() }))
        .collect();
    let document = json!({
        "resource_app_id": ids::GRAPH,
        "types": types,
        "application": kind(true),
        "delegated": kind(false),
    });
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn id(permission: &str, application: bool) -> Option<&'static str> {
    let ids = ids::of(permission)?;
    if application { Some(ids.application) } else { ids.delegated }
}
