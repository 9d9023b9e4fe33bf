//! The pages of `docs/`, rendered from the served schema, the descriptions and the examples, in the layout of the registries.
//!
//! Invariant: no network, and no page says anything that the schema, a description or an example does not.
//! Start reading at [`pages`]; `attributes` renders a schema, `about` what stands around it.

mod about;
mod actions;
mod attributes;
mod coverage;
mod function;
mod permissions;
mod plain;
mod text;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::Path;

use crate::framework::Provider as _;
use crate::provider::{self, Provider};
use about::Kind;

/// Folders of `docs/` that hold nothing but generated pages.
const FOLDERS: &[&str] = &[
    "docs/actions",
    "docs/resources",
    "docs/data-sources",
    "docs/functions",
    "docs/ephemeral-resources",
];

/// One generated page.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// Path from the root of the repository, with forward slashes.
    pub path: String,
    /// Markdown.
    pub text: String,
}

/// Renders every page. `root` is the repository, whose `examples/` are read.
///
/// # Errors
/// A sentence for each example that is missing.
pub fn pages(provider: &Provider, root: &Path) -> Result<Vec<Page>, Vec<String>> {
    let mut missing = Vec::new();
    let mut example = |path: String| {
        std::fs::read_to_string(root.join(&path)).unwrap_or_else(|_| {
            missing.push(format!("{path} is missing: the page of its type shows it."));
            String::new()
        })
    };
    let mut pages = Vec::new();
    let block = &provider.schema().block;
    let provider_example = example("examples/provider/provider.tf".to_owned());
    pages.push(Page {
        path: "docs/index.md".to_owned(),
        text: about::provider(block, &provider_example),
    });
    for served in provider::served() {
        let entity = served.entity;
        if let Some(resource) = provider.resources().get(entity.name) {
            let name = entity.name;
            let usage = example(format!("examples/resources/{name}/resource.tf"));
            let import = example(format!("examples/resources/{name}/import.sh"));
            let text = about::resource(entity, resource.as_ref(), &usage, &import);
            pages.push(Page { path: format!("docs/resources/{name}.md"), text });
        }
        for (kind, name) in [(Kind::One, entity.name), (Kind::Many, served.plural.as_str())] {
            let Some(source) = provider.data_sources().get(name) else { continue };
            let usage = example(format!("examples/data-sources/{name}/data-source.tf"));
            let text = about::data_source(entity, kind, name, &source.schema().block, &usage);
            pages.push(Page { path: format!("docs/data-sources/{name}.md"), text });
        }
    }
    for (name, function) in provider.functions() {
        let usage = example(format!("examples/functions/{name}/function.tf"));
        let text = function::page(name, function.signature(), &usage);
        pages.push(Page { path: format!("docs/functions/{name}.md"), text });
    }
    for action in provider::served_actions() {
        let name = action.name;
        let Some(served) = provider.actions().get(name) else { continue };
        let usage = example(format!("examples/actions/{name}/action.tf"));
        let runners = provider::served_runners();
        let runner = runners.iter().find(|it| it.actions.iter().any(|it| it.name == name));
        let runner = runner.map(|runner| runner.name);
        let text = actions::action(action, runner, &served.schema().block, &usage);
        pages.push(Page { path: format!("docs/actions/{name}.md"), text });
    }
    for runner in provider::served_runners() {
        let name = runner.name;
        let Some(served) = provider.resources().get(name) else { continue };
        let usage = example(format!("examples/resources/{name}/resource.tf"));
        let text = actions::runner(runner, &served.schema().block, &usage);
        pages.push(Page { path: format!("docs/resources/{name}.md"), text });
    }
    for name in provider::MANAGED_DESKTOP {
        let Some(source) = provider.data_sources().get(name) else { continue };
        let usage = example(format!("examples/data-sources/{name}/data-source.tf"));
        let text = plain::data_source(name, &source.schema().block, &usage);
        pages.push(Page { path: format!("docs/data-sources/{name}.md"), text });
    }
    for (name, ephemeral) in provider.ephemerals() {
        let usage = example(format!("examples/ephemeral-resources/{name}/ephemeral-resource.tf"));
        let text = plain::ephemeral(name, &ephemeral.schema().block, &usage);
        pages.push(Page { path: format!("docs/ephemeral-resources/{name}.md"), text });
    }
    pages.push(Page { path: "docs/guides/permissions.md".to_owned(), text: permissions::guide() });
    let paths: BTreeSet<String> = pages.iter().map(|page| page.path.clone()).collect();
    let text = coverage::page(provider, &provider::served(), &paths);
    pages.push(Page { path: coverage::PATH.to_owned(), text });
    if missing.is_empty() { Ok(pages) } else { Err(missing) }
}

/// What the page about coverage would have to say that is not true of this provider: a sentence for each row that is neither served nor
/// left out with a reason, and for each type that no row names.
pub fn gaps(provider: &Provider) -> Vec<String> {
    coverage::faults(provider, &provider::served())
}

/// What is not as it should be below `root`: a sentence for each page that is missing, differs, or should not be there.
pub fn stale(pages: &[Page], root: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for page in pages {
        match std::fs::read_to_string(root.join(&page.path)) {
            Ok(text) if text == page.text => {}
            Ok(_) => faults.push(format!("{} is not what its schema says.", page.path)),
            Err(_) => faults.push(format!("{} is missing.", page.path)),
        }
    }
    for path in generated(root) {
        if !pages.iter().any(|page| page.path == path) {
            faults.push(format!("{path} is about nothing that is served."));
        }
    }
    faults
}

/// Writes the pages below `root` and removes those that are about nothing any more.
///
/// # Errors
/// Something cannot be written or removed.
pub fn write(pages: &[Page], root: &Path) -> std::io::Result<()> {
    for path in generated(root) {
        if !pages.iter().any(|page| page.path == path) {
            std::fs::remove_file(root.join(path))?;
        }
    }
    for page in pages {
        let path = root.join(&page.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, &page.text)?;
    }
    Ok(())
}

/// Pages in the folders that only we write.
fn generated(root: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        for entry in std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
            paths.push(format!("{folder}/{}", entry.file_name().to_string_lossy()));
        }
    }
    paths.sort();
    paths
}
