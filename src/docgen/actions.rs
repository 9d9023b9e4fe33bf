//! Pages of actions, and of the resource that runs them.

use super::about::{front_matter, usage};
use super::attributes;
use super::text::{first_sentence, sentences};
use crate::spec::{Access, Action, DangerWhen, Look, On, Runner, Version};
use crate::tf::Block;

const AREA: &str = "Windows 365";

/// The page of an action.
pub(super) fn action(
    action: &Action,
    runner: Option<&str>,
    block: &Block,
    example: &str,
) -> String {
    let name = action.name;
    let title = format!("{name} Action - Windows 365 and Intune");
    let mut page = front_matter(&title, Some(AREA), action.doc);
    page.push_str(&format!("# {name} (Action)\n\n{}\n\n", sentences(action.doc)));
    page.push_str(&dangers(action));
    page.push_str(&format!("See [Microsoft's reference]({}).\n", action.reference));
    if action.version == Version::Beta {
        page.push_str("It is in the beta version of Microsoft Graph, which Microsoft may change without notice.\n");
    }
    page.push_str("\nActions need Terraform 1.14 or later.\n");
    if let Some(runner) = runner {
        page.push_str(&format!(
            "With older versions and with OpenTofu, the resource [`{runner}`](../resources/{runner}.md) runs it: `action` is its name, and \
             everything but `target_ids` and `wait` stands in `arguments`.\n"
        ));
    }
    page.push_str(&usage(example));
    page.push('\n');
    page.push_str(&attributes::schema(block));
    page.push_str(&ending(action));
    page.push_str(&permissions(&action.access));
    page.push_str(&requests(action));
    page
}

/// The page of a resource that runs actions.
pub(super) fn runner(runner: &Runner, block: &Block, example: &str) -> String {
    let name = runner.name;
    let title = format!("{name} Resource - Windows 365 and Intune");
    let mut page = front_matter(&title, Some(AREA), runner.doc);
    page.push_str(&format!("# {name} (Resource)\n\n{}\n", sentences(runner.doc)));
    page.push_str(&usage(example));
    page.push('\n');
    page.push_str(&attributes::schema(block));
    page.push_str(
        "\n## Actions\n\n| Action | What it does | What it is done to | Permission | Default time |\n|---|---|---|---|---|\n",
    );
    for action in runner.actions {
        let access = &action.access;
        let least = access.delegated.first().or(access.application.first()).unwrap_or(&"");
        let people = if access.application.is_empty() { " (people only)" } else { "" };
        let danger = if action.dangers.is_empty() { "" } else { " **Can destroy data.**" };
        page.push_str(&format!(
            "| `{}` | {}{danger} | {} | `{least}`{people} | {}m |\n",
            action.name,
            first_sentence(action.doc),
            action.noun().unwrap_or("tenant"),
            action.minutes,
        ));
    }
    page.push_str(
        "\n## When it runs\n\n\
         It runs when it is created, and on all targets again when `action`, `arguments`, `arguments_wo_version` or `triggers` change.\n\
         A target that is added to `target_ids` is done alone; one that is taken out is forgotten.\n\
         A target that was `refused` or `failed` is tried again in the next apply.\n\
         One that is `running` or `unknown` is not: look at it first, then change `triggers`.\n\n\
         No request that has effects on machines is ever sent twice.\n\
         Where no answer comes, the provider looks in the log of the target for something new; where nothing shows what became of the \
         request, that is an error which says so.\n\n\
         A create that does not end well on some targets leaves its results in the state, which Terraform marks as tainted.\n\
         The next apply replaces it and tries again on the targets that were refused or failed, not on the others.\n\
         That needs the usual order, destroy before create; `terraform untaint` comes to the same without a replacement.\n\n\
         ## Import\n\n\
         It is the record of something done and not an object of the service, so it cannot be imported.\n",
    );
    page
}

fn dangers(action: &Action) -> String {
    let mut text = String::new();
    for danger in action.dangers {
        let when = match danger.when {
            DangerWhen::Always => String::new(),
            DangerWhen::Kind(kind) => format!("With `{kind}`: "),
            DangerWhen::Argument(name, value) => format!("With `{name} = \"{value}\"`: "),
        };
        text.push_str(&format!(
            "~> **Destructive.** {when}{} Every plan warns of it.\n\n",
            danger.what
        ));
    }
    text
}

fn ending(action: &Action) -> String {
    let text = match action.watch {
        Some(watch) => {
            let seen = match watch.look {
                Look::Log { .. } => "the log of the remote actions of each Cloud PC",
                Look::Target(_) => "the target itself",
                Look::Made { .. } => "the object that the request makes",
                Look::Function(_) | Look::At { .. } => "what the service tells of it",
            };
            format!(
                "With `wait`, which is the default, {seen} is looked at until `{}` is {}.\nIt may take {} minutes unless `timeout` says otherwise.",
                watch.wait.property,
                watch.wait.done.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" or "),
                action.minutes
            )
        }
        None => {
            "Microsoft Graph does not show how it ends: it is enough that the service accepts it."
                .to_owned()
        }
    };
    format!("\n## How it ends\n\n{text}\n")
}

fn permissions(access: &Access) -> String {
    let names = |list: &[&str]| match list {
        [] => "not supported".to_owned(),
        list => list.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    };
    format!(
        "\n## Permissions\n\n\
         A signed-in person needs a role that allows it, too.\n\n\
         | To | An app (application permission) | A signed-in person (delegated permission) |\n|---|---|---|\n\
         | run | {} | {} |\n",
        names(access.application),
        names(access.delegated)
    )
}

/// The requests that are sent, so that a log or a proxy can be compared with them.
fn requests(action: &Action) -> String {
    let version = |version| match version {
        Version::V1 => "v1.0",
        Version::Beta => "beta",
    };
    let (set, path) = match action.on {
        On::Each { set, operation, .. } => (set, format!("{set}/{{id}}/{operation}")),
        On::Together { path, set, .. } => (set, path.to_owned()),
        On::Tenant { path } => (path, path.to_owned()),
    };
    let mut lines = vec![format!("POST   /{}{path}", version(action.version))];
    if let Some(bulk) = action.bulk {
        lines.push(format!("POST   /{}{}", version(bulk.watch.version), bulk.path));
    }
    if let Some(watch) = action.watch {
        let seen = match watch.look {
            Look::Log { function, .. } | Look::Function(function) => {
                format!("{set}/{{id}}/{function}")
            }
            Look::Target(_) => format!("{set}/{{id}}"),
            Look::Made { .. } => format!("{path}/{{id}}"),
            Look::At { path, .. } => path.replace("{}", "{key}"),
        };
        lines.push(format!("GET    /{}{seen}", version(watch.version)));
    }
    format!("\n## Requests\n\n```http\n{}\n```\n", lines.join("\n"))
}
