//! What a refusal (403) lacks: the entity's declared permissions against those in the token.
//!
//! A token tells its permissions but neither licences nor the roles of a person, so this says what is missing where it can, and what
//! else it may be where the token looks sufficient. It never concludes that a call is allowed.
//! Source: <https://learn.microsoft.com/graph/permissions-overview>.

use super::encode::Changes;
use super::schema::ASSIGNMENTS;
use super::settle::same_assignments;
use crate::graph::Granted;
use crate::spec::{Access, Entity, Place, Removal};
use crate::tf::Value;

/// What an operation does to an object, as far as permissions are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Create,
    Update,
    Delete,
    /// An update that comes to actions with permissions of their own.
    Action(&'static Access),
    /// An update that comes to a declared call. Pages differ on who may make some of them.
    Call,
}

/// What an update does. `None`: it sends nothing.
pub(super) fn of_update(entity: &'static Entity, prior: &Value, planned: &Value) -> Option<Use> {
    let changes = Changes::between(entity, prior, planned);
    let (before, after) = (prior.get(ASSIGNMENTS), planned.get(ASSIGNMENTS));
    if changes.properties || !same_assignments(entity, before, after) {
        return Some(Use::Update);
    }
    let by = |action: &str| {
        let mut described = entity.attributes.iter().filter_map(|it| it.changed_by);
        described.find(|by| by.action == action).and_then(|by| by.access)
    };
    match changes.actions.as_slice() {
        [] => changes.triggered.then_some(Use::Call),
        [action] => Some(by(action).map_or(Use::Update, Use::Action)),
        _ => Some(Use::Update),
    }
}

/// What a token is known to lack for an operation, in sentences; `None` when it may do.
pub(super) fn lack(access: &Access, granted: &Granted) -> Option<String> {
    let wanted = if granted.application { access.application } else { access.delegated };
    if wanted.is_empty() || wanted.iter().any(|wanted| has(&granted.permissions, wanted)) {
        return None;
    }
    let unknown = "an unknown one";
    let said = match granted.application {
        true => for_app(access, &granted.permissions),
        false => for_person(access, granted),
    };
    Some(format!(
        "{said} (App: {}; tenant: {}.)",
        granted.client_id.as_deref().unwrap_or(unknown),
        granted.tenant_id.as_deref().unwrap_or(unknown)
    ))
}

/// Why an operation is offered only to the other kind of sign-in, if it is.
pub(super) fn wrong_kind(access: &Access, application: bool) -> Option<String> {
    match (application, access.application, access.delegated) {
        (_, [], []) => None,
        (true, [], _) => Some(for_app(access, &[])),
        (false, _, []) => Some(for_apps_only(access)),
        _ => None,
    }
}

/// Permissions of which there are none.
static NONE: Access = Access::both(&[]);

/// What allows an operation; nothing when nothing is sent for it.
pub(super) fn access(entity: &'static Entity, r#use: Use) -> &'static Access {
    let permissions = &entity.permissions;
    let singleton = matches!(entity.place, Place::Singleton(_));
    match r#use {
        Use::Read => &permissions.read,
        // What always exists is taken over by an update, and left as it is.
        Use::Create if singleton => &permissions.update,
        Use::Delete if singleton => &NONE,
        Use::Delete if matches!(entity.removal, Removal::SwitchedOff(_)) => &permissions.update,
        Use::Create => &permissions.create,
        Use::Update | Use::Call => &permissions.update,
        Use::Delete => &permissions.delete,
        Use::Action(access) => access,
    }
}

/// Advice for a call that was refused, in sentences.
pub(super) fn advice(access: &Access, granted: Option<&Granted>) -> String {
    match granted {
        None => unreadable_token(access),
        Some(granted) if granted.application => for_app(access, &granted.permissions),
        Some(granted) => for_person(access, granted),
    }
}

fn for_app(access: &Access, granted: &[String]) -> String {
    if access.application.is_empty() {
        return match access.delegated {
            [] => elsewhere("The app's token"),
            wanted => format!(
                "Microsoft does not offer this operation to apps, whatever permissions they have. Sign in as a person instead, with the \
                 delegated permission {} and a role that covers the object.",
                any_of(wanted)
            ),
        };
    }
    if access.application.iter().any(|wanted| has(granted, wanted)) {
        return elsewhere("The app's token");
    }
    let has_now = match granted {
        [] => "The token holds no application permission at all".to_owned(),
        granted => format!("The token holds {}", list(granted)),
    };
    format!(
        "The app's token lacks the application permission {}. {has_now}. Add the permission to the app registration, grant admin \
         consent, and wait some minutes until new tokens carry it.",
        any_of(access.application)
    )
}

fn for_apps_only(access: &Access) -> String {
    format!(
        "Microsoft offers this operation to apps only. Sign in as an app with the application permission {}.",
        any_of(access.application)
    )
}

fn for_person(access: &Access, granted: &Granted) -> String {
    if access.delegated.is_empty() {
        return match access.application {
            [] => elsewhere("The token"),
            _ => for_apps_only(access),
        };
    }
    if access.delegated.iter().any(|wanted| has(&granted.permissions, wanted)) {
        return format!(
            "{} A signed-in person also needs a role (Intune, Windows 365 or Microsoft Entra) that allows this and covers the object's \
             scope tags{}.",
            elsewhere("The token"),
            usual_role(granted)
        );
    }
    let has_now = match granted.permissions.as_slice() {
        [] => "The token tells of no delegated permission".to_owned(),
        granted => format!("The token holds {}", list(granted)),
    };
    format!(
        "The token of the signed-in person lacks the delegated permission {}. {has_now}. Consent to it for the app that signs in, then \
         sign in again. The person also needs a role that allows this{}.",
        any_of(access.delegated),
        usual_role(granted)
    )
}

/// Directory roles that cover what is served here: Global, Intune and Windows 365 Administrator.
/// Source: <https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference>.
const USUAL_ROLES: [&str; 3] = [
    "62e90394-69f5-4237-9190-012177145e10",
    "3a2c62db-5318-420d-8d74-23affee5d9d5",
    "11451d60-acb2-45eb-a7d6-43d0f0125c13",
];

/// Which directory role is usual, for a person whose token tells of none that is.
fn usual_role(granted: &Granted) -> &'static str {
    match has_any(&granted.directory_roles, &USUAL_ROLES) {
        true => "",
        false => {
            "; usual are the directory roles Intune Administrator and Windows 365 Administrator, neither of which the token tells of"
        }
    }
}

fn unreadable_token(access: &Access) -> String {
    let mut ways = Vec::new();
    if !access.application.is_empty() {
        ways.push(format!("the application permission {}", any_of(access.application)));
    }
    if !access.delegated.is_empty() {
        ways.push(format!("the delegated permission {}", any_of(access.delegated)));
    }
    match ways.as_slice() {
        [] => elsewhere("The token"),
        ways => format!(
            "The call needs {}. The token in use does not tell which permissions it holds.",
            ways.join(", or for a signed-in person ")
        ),
    }
}

/// The token would do, so something that it does not show stands in the way.
fn elsewhere(token: &str) -> String {
    format!(
        "{token} holds a sufficient permission as far as is known, so look for another cause: a tenant without the licence (Windows 365 \
         or Intune), a permission that was granted only minutes ago, or conditional access."
    )
}

fn has_any(granted: &[String], wanted: &[&str]) -> bool {
    wanted.iter().any(|wanted| has(granted, wanted))
}

fn has(granted: &[String], wanted: &str) -> bool {
    granted.iter().any(|permission| permission.eq_ignore_ascii_case(wanted))
}

fn any_of(permissions: &[&str]) -> String {
    match permissions {
        [one] => one.to_string(),
        [least, others @ ..] => format!("{least} (or {})", others.join(", or ")),
        [] => String::new(),
    }
}

fn list(permissions: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown = permissions.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match permissions.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Access, Permissions};

    static PLAIN: Entity =
        Entity::collection("test_thing", "thing", "/things").permissions(Permissions::read_write(
            &["Things.Read.All", "Things.ReadWrite.All"],
            &["Things.ReadWrite.All"],
        ));

    static PEOPLE_ONLY: Entity =
        Entity::collection("test_thing", "thing", "/things").permissions(Permissions {
            read: Access::both(&["Things.Read.All"]),
            create: Access::delegated_only(&["Things.ReadWrite.All"]),
            update: Access::both(&["Things.ReadWrite.All"]),
            delete: Access::both(&["Things.ReadWrite.All"]),
        });

    fn token(application: bool, permissions: &[&str]) -> Granted {
        Granted {
            application,
            permissions: permissions.iter().map(|name| (*name).to_owned()).collect(),
            tenant_id: None,
            client_id: None,
            directory_roles: Vec::new(),
        }
    }

    #[track_caller]
    fn check(entity: &'static Entity, r#use: Use, granted: Option<Granted>, expected: &[&str]) {
        let text = advice(access(entity, r#use), granted.as_ref());
        for part in expected {
            assert!(text.contains(part), "{part:?} is missing in: {text}");
        }
    }

    #[test]
    fn an_app_is_told_which_application_permission_its_token_lacks() {
        check(
            &PLAIN,
            Use::Create,
            Some(token(true, &["Things.Read.All"])),
            &[
                "lacks the application permission Things.ReadWrite.All.",
                "The token holds Things.Read.All.",
                "admin consent",
            ],
        );
        check(
            &PLAIN,
            Use::Read,
            Some(token(true, &[])),
            &["Things.Read.All (or Things.ReadWrite.All)", "no application permission at all"],
        );
    }

    #[test]
    fn a_person_is_told_which_delegated_permission_the_token_lacks() {
        check(
            &PLAIN,
            Use::Delete,
            Some(token(false, &["openid"])),
            &[
                "lacks the delegated permission Things.ReadWrite.All. The token holds openid.",
                "sign in again",
                "Intune Administrator and Windows 365 Administrator",
            ],
        );
    }

    #[test]
    fn a_sufficient_token_sends_the_reader_elsewhere() {
        check(
            &PLAIN,
            Use::Read,
            Some(token(true, &["things.readwrite.all"])),
            &["licence", "minutes ago"],
        );
        check(
            &PLAIN,
            Use::Read,
            Some(token(false, &["Things.Read.All"])),
            &["licence", "scope tags"],
        );
    }

    #[test]
    fn a_person_with_a_usual_role_is_not_told_of_one() {
        let admin = Granted {
            directory_roles: vec!["3A2C62DB-5318-420d-8d74-23affee5d9d5".to_owned()],
            ..token(false, &["openid"])
        };
        let text = advice(access(&PLAIN, Use::Delete), Some(&admin));
        assert!(text.ends_with("The person also needs a role that allows this."), "{text}");
    }

    #[test]
    fn an_app_is_told_that_only_people_may() {
        check(
            &PEOPLE_ONLY,
            Use::Create,
            Some(token(true, &["Things.ReadWrite.All"])),
            &["does not offer this operation to apps", "delegated permission Things.ReadWrite.All"],
        );
    }

    #[test]
    fn an_unreadable_token_gets_both_ways() {
        check(
            &PLAIN,
            Use::Update,
            None,
            &[
                "application permission Things.ReadWrite.All",
                "delegated permission Things.ReadWrite.All",
                "does not tell",
            ],
        );
    }
}
