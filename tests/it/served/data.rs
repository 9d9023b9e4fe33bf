//! Data sources and lists of each entity.

use serde_json::{Value as Json, json};

use super::life::without;
use super::table::with;
use super::tenant::{Tenant, each};

fn names(items: &Json) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|it| it["display_name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn data_sources_show_what_resources_made() {
    each(|case| async move {
        let mut tenant = Tenant::of(&case).await;
        tenant.dates_are_always_written_alike();
        let core = &mut tenant.core;
        let (one, other) = (&format!("{}.one", case.name), &format!("{}.other", case.name));
        let named = |name: &str| with(case.whole.create.clone(), json!({ "display_name": name }));
        let first = core.apply(one, &named("Zeta one")).await.unwrap().state;
        let second = core.apply(other, &named("Zeta two")).await.unwrap().state;

        let by_id = core.data(case.name, &json!({ "id": first["id"] })).await.unwrap();
        let by_name = core.data(case.name, &json!({ "display_name": "Zeta one" })).await.unwrap();
        assert_eq!(by_id, by_name);
        for (name, value) in by_id.as_object().unwrap() {
            if let Some(managed) = first.get(name).filter(|_| name != "timeouts") {
                assert_eq!(value, managed, "{}: {name}", case.name);
            }
        }
        for nothing in [json!({}), json!({ "display_name": "nobody is called so" })] {
            assert!(core.data(case.name, &nothing).await.unwrap_err().has_error());
        }

        let everything = core.data(case.plural, &json!({})).await.unwrap();
        let ids: Vec<&Json> =
            everything["items"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
        assert!(ids.contains(&&first["id"]) && ids.contains(&&second["id"]), "{ids:?}");
        let filter = json!({ "filter": "displayName eq 'Zeta two'" });
        let filtered = core.data(case.plural, &filter).await.unwrap();
        assert_eq!(names(&filtered["items"]), ["Zeta two"]);
        let last = json!({ "order_by": "displayName desc", "top": 1 });
        assert_eq!(names(&core.data(case.plural, &last).await.unwrap()["items"]), ["Zeta two"]);
        let last = json!({ "order_by": "displayName desc", "top": 2 });
        let last = core.data(case.plural, &last).await.unwrap();
        assert_eq!(names(&last["items"]).len(), 2);

        core.destroy(one).await.unwrap();
        core.destroy(other).await.unwrap();
        core.finish();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_name_what_could_be_imported() {
    each(|case| async move {
        let mut tenant = Tenant::of(&case).await;
        tenant.dates_are_always_written_alike();
        let core = &mut tenant.core;
        let address = &format!("{}.listed", case.name);
        core.apply(address, &case.whole.create).await.unwrap();
        let own = core.states[address].clone();
        let identity = own.identity.clone().map(|(_, identity)| identity);
        let name = case.whole.create["display_name"].as_str().unwrap();

        for whole in [false, true] {
            let found = core.list(case.name, &json!({}), whole, 0).await.unwrap();
            let found = found.iter().find(|it| it.identity == identity).expect("it is listed");
            // Where a version belongs to the name, it follows.
            assert!(found.display_name.starts_with(name), "{}", found.display_name);
            assert_eq!(found.diags.0, []);
            let known = |state: &Json| without(state, case.whole.not_imported);
            let resource = found.resource.as_ref().map(known);
            assert_eq!(resource, whole.then(|| known(&own.attributes)), "{}", case.name);
        }
        let filter = json!({ "filter": format!("displayName eq '{name}'") });
        assert_eq!(core.list(case.name, &filter, false, 0).await.unwrap().len(), 1);

        let second = with(case.whole.create.clone(), json!({ "display_name": "Zeta two" }));
        let other = &format!("{}.other", case.name);
        core.apply(other, &second).await.unwrap();
        assert!(core.list(case.name, &json!({}), false, 0).await.unwrap().len() > 1);
        assert_eq!(core.list(case.name, &json!({}), true, 1).await.unwrap().len(), 1);

        core.destroy(address).await.unwrap();
        core.destroy(other).await.unwrap();
        core.finish();
    })
    .await;
}
