//! The life of an object of each entity, seen from both sides: the rules of Terraform, and what is in the tenant then.

use serde_json::{Value as Json, json};

use super::table::Case;
use super::tenant::{Tenant, each};
use crate::minicore::{Action, Fixture, check_resource};

async fn keeps_every_rule(case: Case, fixture: Fixture) {
    let mut tenant = Tenant::of(&case).await;
    check_resource(&mut tenant.core, case.name, &fixture).await;
    tenant.core.finish();
    assert_eq!(tenant.made(), Vec::<Json>::new(), "{}: something is left behind", case.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_with_much_set_keeps_every_rule() {
    each(|case| {
        let fixture = case.whole.clone();
        keeps_every_rule(case, fixture)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_with_nothing_set_keeps_every_rule() {
    each(|case| {
        let fixture = case.bare.clone();
        keeps_every_rule(case, fixture)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenant_holds_the_one_object_from_create_to_destroy() {
    each(|case| async move {
        let mut tenant = Tenant::of(&case).await;
        let address = &format!("{}.life", case.name);
        let created = tenant.core.apply(address, &case.whole.create).await.unwrap();
        let [object] = tenant.made().try_into().expect("one object is made");
        assert_eq!(object["id"], created.state["id"]);
        assert_eq!(object["displayName"], case.whole.create["display_name"]);

        tenant.mock.clear_requests();
        let plan = tenant.core.plan(address, &case.whole.create).await.unwrap();
        assert_eq!(plan.action, Action::NoOp);
        assert_eq!(tenant.writes(), [""; 0], "a plan writes nothing");
        assert!(!tenant.requests().is_empty(), "a plan reads");

        for config in [&case.whole.update, &case.whole.create] {
            let outcome = tenant.core.apply(address, config).await.unwrap();
            assert_eq!(outcome.action, Action::Update);
            let [object] = tenant.made().try_into().expect("it is still one object");
            assert_eq!(object["id"], created.state["id"]);
            assert_eq!(object["displayName"], config["display_name"]);
            if config == &case.whole.update {
                // It only adds a group. The way back takes that one away, and the Cloud PCs of its members with it.
                assert_eq!(tenant.mock.grace_periods(), [""; 0], "nobody's Cloud PC was touched");
            }
        }

        tenant.core.destroy(address).await.unwrap();
        assert!(tenant.core.state(address).is_null());
        assert_eq!(tenant.made(), Vec::<Json>::new());
        tenant.core.finish();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_one_and_the_same_however_it_is_imported() {
    each(|case| async move {
        let mut tenant = Tenant::of(&case).await;
        tenant.dates_are_always_written_alike();
        let core = &mut tenant.core;
        let (made, imported) = (&format!("{}.made", case.name), &format!("{}.again", case.name));
        core.apply(made, &case.whole.create).await.unwrap();
        let own = core.states[made].clone();
        let identity = own.identity.clone().expect("what is made has an identity");
        assert_eq!(identity.1["id"], own.attributes["id"]);

        let mut config = case.whole.create.clone();
        let unknown = case.whole.not_imported;
        config.as_object_mut().unwrap().retain(|name, _| !unknown.contains(&name.as_str()));
        let name = format!("name:{}", config["display_name"].as_str().unwrap());
        for text in [own.attributes["id"].as_str().unwrap(), &name] {
            core.import(imported, text).await.unwrap();
            let stored = core.states[imported].clone();
            assert_eq!(stored.identity.as_ref(), Some(&identity), "imported by {text}");
            assert_eq!(
                without(&stored.attributes, unknown),
                without(&own.attributes, unknown),
                "imported by {text}"
            );
            let plan = core.plan(imported, &config).await.unwrap();
            assert_eq!(plan.action, Action::NoOp, "imported by {text}");
        }
        core.import_by_identity(imported, &identity.1).await.unwrap();
        assert_eq!(core.states[imported].identity.as_ref(), Some(&identity));

        let mut elsewhere = identity.1.clone();
        elsewhere["tenant_id"] = json!("11111111-2222-4333-8444-555555555555");
        assert!(core.import_by_identity(imported, &elsewhere).await.is_err(), "of another tenant");
        assert!(core.import(imported, "name:nobody is called so").await.is_err());

        core.apply(made, &case.whole.update).await.unwrap();
        assert_eq!(core.states[made].identity.as_ref(), Some(&identity), "after an update");
        core.states.remove(imported);
        core.destroy(made).await.unwrap();
        core.finish();
    })
    .await;
}

/// A state without what no import can know.
pub(super) fn without(state: &Json, unknown: &[&str]) -> Json {
    let mut state = state.clone();
    if let Json::Object(entries) = &mut state {
        entries.retain(|name, _| !unknown.contains(&name.as_str()));
    }
    state
}
