use std::time::Duration;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::graph::scripted::{Answer, Script, token};
use crate::spec::{Access, Permissions};

static THING: Entity =
    Entity::collection("windows365_thing", "thing", "/deviceManagement/virtualEndpoint/things")
        .permissions(Permissions {
            read: Access::both(&["Things.Read.All", "Things.ReadWrite.All"]),
            create: Access::delegated_only(&["Things.ReadWrite.All"]),
            update: Access::both(&["Things.ReadWrite.All"]),
            delete: Access::both(&["Things.ReadWrite.All"]),
        });

fn operation(claims: serde_json::Value) -> Operation {
    let script = Script::new(|_| Answer::empty(500));
    let client = script.client_with_token(&token(&claims));
    Operation::new(client, Duration::from_secs(60), CancellationToken::new())
}

fn app(roles: &[&str]) -> Operation {
    operation(json!({
        "aud": "https://graph.microsoft.com", "idtyp": "app", "roles": roles, "appid": "the-app", "tid": "the-tenant",
        "exp": 1_772_528_400 + 36_000,
    }))
}

fn shown(outcome: &Result<Diagnostics, Diagnostics>) -> String {
    let (Ok(diags) | Err(diags)) = outcome;
    diags.iter().map(|d| format!("{}\n{}\n", d.summary, d.detail)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_lack_is_a_warning_once_for_each_type() {
    let preflight = Preflight::new(Check::Warn, Vec::new());
    let operation = app(&["Other.Read.All"]);
    let first = preflight.before(&THING, Use::Update, &operation).await;
    let text = shown(&first);
    for part in [
        "windows365_thing",
        "Other.Read.All",
        "Things.ReadWrite.All",
        "the-app",
        "the-tenant",
        "admin consent",
    ] {
        assert!(text.contains(part), "{part:?} is missing in: {text}");
    }
    assert!(first.is_ok_and(|diags| !diags.has_error()));
    let second = preflight.before(&THING, Use::Delete, &operation).await;
    assert_eq!(shown(&second), "");
}

#[tokio::test(start_paused = true)]
async fn a_lack_is_an_error_or_nothing_where_the_user_says_so() {
    let operation = app(&[]);
    let error =
        Preflight::new(Check::Error, Vec::new()).before(&THING, Use::Read, &operation).await;
    assert!(error.is_err() && shown(&error).contains("permission_check"));
    let off = Preflight::new(Check::Off, Vec::new()).before(&THING, Use::Create, &operation).await;
    assert!(off.is_ok() && shown(&off).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_sufficient_or_unreadable_token_is_let_through() {
    let preflight = Preflight::new(Check::Error, Vec::new());
    assert!(preflight.before(&THING, Use::Read, &app(&["things.readwrite.all"])).await.is_ok());
    let script = Script::new(|_| Answer::empty(500));
    let opaque = Operation::new(script.client(), Duration::from_secs(60), CancellationToken::new());
    assert!(preflight.before(&THING, Use::Create, &opaque).await.is_ok());
    assert!(script.seen().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_only_people_may_is_refused_to_apps_before_the_call_and_in_the_plan() {
    let preflight = Preflight::new(Check::Warn, Vec::new());
    let refused = preflight.before(&THING, Use::Create, &app(&["Things.ReadWrite.All"])).await;
    let text = shown(&refused);
    assert!(
        refused.is_err() && text.contains("token_cache") && text.contains("Things.ReadWrite.All"),
        "{text}"
    );
    assert!(preflight.planned(&THING, Use::Create, Some(true)).is_err());
    assert!(preflight.planned(&THING, Use::Create, Some(false)).is_ok());
    assert!(preflight.planned(&THING, Use::Create, None).is_ok());
    assert!(
        Preflight::new(Check::Off, Vec::new()).planned(&THING, Use::Create, Some(true)).is_ok()
    );
}

#[tokio::test(start_paused = true)]
async fn a_service_that_the_cloud_lacks_is_not_asked() {
    let absent = Absent {
        path: "/deviceManagement/virtualEndpoint",
        why: "The cloud \"china\" has no Windows 365.".to_owned(),
    };
    let preflight = Preflight::new(Check::Off, vec![absent]);
    let refused = preflight.before(&THING, Use::Read, &app(&[])).await;
    let text = shown(&refused);
    assert!(
        refused.is_err() && text.contains("china") && text.contains("skip_cloud_check"),
        "{text}"
    );
    assert!(preflight.planned(&THING, Use::Read, None).is_err());
}

#[tokio::test(start_paused = true)]
async fn what_is_a_persons_own_is_refused_to_apps() {
    static MINE: Entity =
        Entity::collection("windows365_mine", "thing", "/me/things").permissions(Permissions {
            read: Access::both(&["Things.Read.All"]),
            create: Access::both(&["Things.ReadWrite.All"]),
            update: Access::both(&["Things.ReadWrite.All"]),
            delete: Access::both(&["Things.ReadWrite.All"]),
        });
    let preflight = Preflight::new(Check::Warn, Vec::new());
    let refused = preflight.before(&MINE, Use::Read, &app(&["Things.Read.All"])).await;
    let text = shown(&refused);
    assert!(refused.is_err() && text.contains("/me") && text.contains("token_cache"), "{text}");
    assert!(preflight.planned(&MINE, Use::Read, Some(false)).is_ok());
    assert!(preflight.planned(&THING, Use::Read, Some(true)).is_ok());
}
