//! `auth status`: who is signed in, how the provider would sign in, and what it may do then.

use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::super::Failure;
use super::unreadable;
use crate::graph::auth::{Claims, Entry};
use crate::graph::{HttpOptions, Runtime};
use crate::provider::by_hand::{ByHand, NoWayIn, WayIn};
use crate::provider::permissions::{Rights, Verdict, rights};

/// How long the sign-in may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The whole report, and whether the provider would sign in.
pub(super) async fn tell(
    hand: &ByHand,
    make_runtime: impl Fn(&HttpOptions) -> Runtime + Send + Sync + 'static,
) -> Result<(String, bool), Failure> {
    let entries = match hand.cache() {
        Ok(cache) => cache.entries().map_err(unreadable)?,
        Err(_) => Vec::new(),
    };
    let mut parts = vec![kept(&entries)];
    let good = match hand.way_in(make_runtime) {
        Ok(way) => {
            let (text, good) = provider(&way).await;
            parts.push(text);
            good
        }
        Err(NoWayIn::Wrong(why)) => {
            parts.push(format!("The provider cannot sign in.\n{}", Failure::from(why)));
            false
        }
        Err(NoWayIn::Missing(why)) => {
            parts.push(format!(
                "With these options and variables the provider has no way to sign in.\n{}",
                Failure::from(why)
            ));
            if entries.is_empty() {
                parts.push(format!("To sign a person in:\n  {}", hand.login_command()));
            }
            // Sign-ins are there; which of them is meant, the configuration will say.
            !entries.is_empty()
        }
    };
    Ok((parts.join("\n\n"), good))
}

/// The sign-ins of people.
fn kept(entries: &[Entry]) -> String {
    if entries.is_empty() {
        return "Nobody is signed in.".to_owned();
    }
    let lines = entries.iter().map(|entry| {
        let account = &entry.account;
        let tenant = match account.tenant == account.tenant_id {
            true => account.tenant_id.clone(),
            false => format!("{} ({})", account.tenant, account.tenant_id),
        };
        format!(
            "  {} in tenant {tenant}, app {}, at {}; lasts until {} if it is not used",
            account.username,
            account.client_id,
            account.authority,
            day(entry.lasts_until())
        )
    });
    format!("Signed in:\n{}", lines.collect::<Vec<_>>().join("\n"))
}

/// How the provider signs in, tried out.
async fn provider(way: &WayIn) -> (String, bool) {
    let mut text = format!("The provider signs in by {}", way.method.name());
    if let Some((name, source)) = &way.credential {
        text.push_str(&format!(" ({name} from {source})"));
    }
    let cx = way.client.context(PATIENCE, CancellationToken::new());
    match way.client.claims(&cx).await {
        Err(error) => (format!("{text}, but that fails:\n  {error}"), false),
        Ok(None) => (
            format!("{text}. The token cannot be looked into, so what it allows is not known."),
            true,
        ),
        Ok(Some(claims)) => {
            text.push_str(":\n");
            text.push_str(&who(&claims));
            text.push_str(&format!(
                "\n\nWhat its permissions allow. Roles of people, scope tags and licences are not in a token, and can allow less:\n{}",
                table(&rights(&claims))
            ));
            (text, true)
        }
    }
}

fn who(claims: &Claims) -> String {
    let unknown = "unknown";
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| unknown.to_owned());
    let named = |id: &Option<String>| match (&claims.name, id) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (Some(only), None) | (None, Some(only)) => only.clone(),
        (None, None) => unknown.to_owned(),
    };
    let permissions = match claims.permissions.as_slice() {
        [] => "none".to_owned(),
        all => all.join(", "),
    };
    let mut lines = Vec::new();
    if claims.application {
        lines.push(("app", named(&claims.client_id)));
    } else {
        lines.push(("person", named(&claims.object_id)));
        lines.push(("app", known(&claims.client_id)));
    }
    lines.push(("tenant", known(&claims.tenant_id)));
    lines.push(("for", known(&claims.audience)));
    lines.push((if claims.application { "roles" } else { "scopes" }, permissions));
    let expires = claims.expires.and_then(|at| Timestamp::from_second(at).ok());
    lines.push(("expires", expires.map_or_else(|| unknown.to_owned(), |at| at.to_string())));
    let lines: Vec<_> =
        lines.iter().map(|(name, value)| format!("  {:<9}{value}", format!("{name}:"))).collect();
    lines.join("\n")
}

fn table(rights: &[Rights]) -> String {
    let width = rights.iter().map(|row| row.name.len()).max().unwrap_or_default();
    let word = |verdict: &Verdict| match verdict {
        Verdict::Yes => "yes".to_owned(),
        Verdict::No => "no".to_owned(),
        Verdict::NotOffered => "not offered".to_owned(),
        Verdict::Partly(may) => {
            let names: Vec<_> = may.iter().map(|operation| operation.name()).collect();
            format!("only {}", names.join(", "))
        }
    };
    let mut lines = vec![format!("  {:<width$}  {:<11}  write", "", "read")];
    for row in rights {
        let write = row.write.as_ref().map_or_else(|| "-".to_owned(), word);
        lines.push(format!("  {:<width$}  {:<11}  {write}", row.name, word(&row.read)));
    }
    lines.join("\n")
}

fn day(seconds: i64) -> String {
    Timestamp::from_second(seconds)
        .map_or_else(|_| "an unknown day".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}
