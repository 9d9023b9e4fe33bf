//! Mistakes that only show in a run of the built programs: schemas that crash Terraform, tenants that get mixed up, work left half done.

use serde_json::{Value as Json, json};
use windows365::mock::{Effect, Fault};
use windows365::plugin::proto;

use super::table::{self, Case};
use super::tenant::Tenant;
use crate::minicore::{Action, MiniCore, Phase, unknown};
use crate::support::programs;

fn user_setting() -> Case {
    table::all().into_iter().find(|case| case.name == "windows365_user_setting").unwrap()
}

/// The attributes of a provider block that points at a tenant.
fn provider_block(tenant: &Tenant) -> Json {
    let attribute = |name: String| name.trim_start_matches("WINDOWS365_").to_ascii_lowercase();
    let variables = tenant.mock.environment().into_iter();
    variables.map(|(name, value)| (attribute(name), json!(value))).collect()
}

#[tokio::test]
async fn mistake_11_a_schema_without_block_or_with_a_bad_type() {
    for program in [programs::windows365(), programs::intune(), programs::memory()] {
        let core = MiniCore::new(program, &[], json!({})).await;
        let session = core.session(Phase::Validate).await.unwrap();
        let request = proto::get_provider_schema::Request {};
        let answer = session.rpc().get_provider_schema(request).await.unwrap().into_inner();
        session.close().await;
        assert!(answer.provider_meta.is_none_or(|it| it.block.is_some()));
        let actions = answer.action_schemas.into_iter();
        let all = answer.provider.map(|it| ("provider".to_owned(), it)).into_iter();
        let all = all
            .chain(answer.resource_schemas)
            .chain(answer.data_source_schemas)
            .chain(answer.ephemeral_resource_schemas)
            .chain(answer.list_resource_schemas)
            .chain(actions.map(|(name, it)| (name, it.schema.unwrap())));
        let mut checked = 0;
        for (name, schema) in all {
            let block = schema.block.unwrap_or_else(|| panic!("{name} has no block"));
            checked += check_block(&name, &block);
        }
        assert!(checked > 50, "only {checked} attributes");
        core.finish();
    }
}

/// Checks a block and all below it, and counts attributes.
fn check_block(name: &str, block: &proto::schema::Block) -> usize {
    let blocks = block.block_types.iter().map(|it| {
        let name = format!("{name}.{}", it.type_name);
        check_block(&name, it.block.as_ref().unwrap_or_else(|| panic!("{name} has no block")))
    });
    blocks.sum::<usize>() + check_attributes(name, &block.attributes)
}

fn check_attributes(name: &str, attributes: &[proto::schema::Attribute]) -> usize {
    let counts = attributes.iter().map(|it| {
        let name = format!("{name}.{}", it.name);
        match &it.nested_type {
            Some(nested) => {
                assert!(it.r#type.is_empty(), "{name} has two types");
                check_attributes(&name, &nested.attributes)
            }
            None => {
                let ty: Json =
                    serde_json::from_slice(&it.r#type).unwrap_or_else(|_| panic!("{name}"));
                assert!(is_type(&ty), "{name} has the type {ty}");
                1
            }
        }
    });
    counts.sum()
}

fn is_type(ty: &Json) -> bool {
    match ty {
        Json::String(primitive) => {
            ["string", "number", "bool", "dynamic"].contains(&primitive.as_str())
        }
        Json::Array(parts) => match parts.as_slice() {
            [Json::String(kind), Json::Object(types)] if kind == "object" => {
                types.values().all(is_type)
            }
            [Json::String(kind), Json::Array(types)] if kind == "tuple" => {
                types.iter().all(is_type)
            }
            [Json::String(kind), ty] => {
                ["list", "set", "map"].contains(&kind.as_str()) && is_type(ty)
            }
            _ => false,
        },
        _ => false,
    }
}

#[tokio::test]
async fn mistake_34_deferring_because_the_apply_seems_to_allow_it() {
    let case = user_setting();
    let mut tenant = Tenant::of(&case).await;
    // A tenant that is not known in the plan would be a reason to defer, were it allowed.
    let mut block = provider_block(&tenant);
    block["tenant_id"] = unknown(block["tenant_id"].clone());
    tenant.core.launch.env.clear();
    tenant.core.provider_config = block;
    let address = "windows365_user_setting.a";
    let outcome = tenant.core.apply(address, &case.bare.create).await.unwrap();
    assert_eq!(outcome.action, Action::Create);
    assert_eq!(tenant.made().len(), 1);
    tenant.core.finish();
}

#[tokio::test]
async fn mistake_36_one_tenant_is_taken_for_another() {
    let case = user_setting();
    let (mut here, there) = tokio::join!(Tenant::of(&case), Tenant::of(&case));
    here.core.launch.env.clear();
    here.core.provider_config = provider_block(&here);
    let address = "windows365_user_setting.a";
    here.core.apply(address, &case.bare.create).await.unwrap();

    // A process that is configured again, as happens when it is attached to, looks in the other tenant.
    let session = here.core.session(Phase::Plan).await.unwrap();
    let object = here.core.loaded(&session, address).await.unwrap().unwrap();
    assert!(!session.read(case.name, &object).await.value.is_null());
    let elsewhere = provider_block(&there);
    let block = crate::minicore::build(&session.catalog.provider.block, &elsewhere).unwrap();
    assert!(!session.configure(&block).await.has_error());
    let object = crate::minicore::Object { identity: None, ..object };
    assert!(session.read(case.name, &object).await.value.is_null(), "it is not there");
    session.close().await;

    // An alias has a process and a tenant of its own, in which the name is free.
    here.core.provider_config = elsewhere;
    here.core.apply("windows365_user_setting.b", &case.bare.create).await.unwrap();
    assert_eq!((here.made().len(), there.made().len()), (1, 1));
    here.core.finish();
}

#[tokio::test]
async fn mistake_37_work_is_cut_off_with_the_call_that_asked_for_it() {
    let case = user_setting();
    let tenant = Tenant::of(&case).await;
    let session = tenant.core.session(Phase::Apply).await.unwrap();
    let config = tenant.core.config(case.name, &case.whole.create).unwrap();
    let plan = tenant.core.plan_change(&session, case.name, &config).await.unwrap();
    // The object is there at once, and the answer comes late: by then nobody waits for it.
    tenant.mock.fault(Fault::once("POST", case.path, Effect::Delay(1_000)));
    let call = plan.as_create(config);
    // Small calls to the same process pass the time.
    let written = async {
        while tenant.made().is_empty() {
            session.validate(case.name, &call.config).await;
        }
    };
    tokio::select! {
        answer = session.apply(case.name, &call) => panic!("it was answered: {answer:?}"),
        () = written => {}
    }
    let [object] = tenant.made().try_into().unwrap();
    assert_eq!(object["assignments"], json!([]), "it is half done when the call is dropped");
    let finished = async {
        while tenant.made()[0]["assignments"] == json!([]) {
            session.validate(case.name, &call.config).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), finished)
        .await
        .expect("it is finished");
    session.close().await;
    tenant.core.finish();
}
