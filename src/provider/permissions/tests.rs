use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::*;
use crate::entities;
use crate::framework::Function as _;
use crate::spec::On;
use crate::tf::Value;

/// What Microsoft publishes, as an excerpt.
fn reference() -> BTreeMap<String, Json> {
    let text = include_str!("reference.json");
    let document: Json = serde_json::from_str(text).unwrap();
    serde_json::from_value(document["addresses"].clone()).unwrap()
}

fn names<'j>(row: &'j Json, list: &str) -> Vec<&'j str> {
    row[list]
        .as_array()
        .map(|all| all.iter().filter_map(Json::as_str).collect())
        .unwrap_or_default()
}

/// Where the published list is wrong, and why we think so.
const DIFFERENT: &[(&str, Operation, &str)] = &[
    (
        "/deviceManagement/virtualEndpoint/organizationSettings",
        Operation::Read,
        "the list has the scopes of reading and writing the wrong way round",
    ),
    (
        "/deviceManagement/virtualEndpoint/crossCloudGovernmentOrganizationMapping",
        Operation::Update,
        "the list does not hold it; what no app can read back, no app should write",
    ),
];

fn path(entity: &Entity) -> &'static str {
    match entity.place {
        Place::Collection(path) | Place::Singleton(path) => path,
        // Without what it is given.
        Place::Function(function) => function.path.split('(').next().unwrap_or(function.path),
        Place::Child { path, .. } => path,
    }
}

#[test]
fn every_type_needs_what_microsoft_publishes() {
    let reference = reference();
    let mut faults = Vec::new();
    for entity in entities::ALL {
        let path = path(entity);
        let Some(published) = reference.get(path) else {
            faults.push(format!("{path} is not in reference.json: add what Microsoft publishes."));
            continue;
        };
        let all = operations(entity);
        let read = [(Operation::Read, entity.permissions.read)];
        let asked: &[(Operation, Access)] = if entity.managed { &all } else { &read };
        for (operation, access) in asked {
            let row = match (operation, &published[operation.name()]) {
                // The one object of a singleton is only ever changed; assignments are a part of it.
                (Operation::Update, Json::Null) => &published["assign"],
                (_, row) => row,
            };
            let known = DIFFERENT.iter().any(|(at, it, _)| *at == path && it == operation);
            // Where the list says nothing, or contradicts itself, the pages of the reference count.
            let guessed = row["assumed"] == Json::Bool(true);
            if row.is_null() || known || guessed {
                continue;
            }
            for (kind, ours) in
                [("delegated", access.delegated), ("application", access.application)]
            {
                let least = names(row, kind);
                let at = format!("{} ({}), {kind}", entity.name, operation.name());
                if least.is_empty() != ours.is_empty() {
                    faults.push(format!("{at}: {ours:?}, but published is {least:?}"));
                    continue;
                }
                if ours.first().is_some_and(|first| !least.contains(first)) {
                    faults.push(format!("{at}: the least is {ours:?}, but published is {least:?}"));
                }
                let also = names(row, "also");
                let extra = |it: &&&str| {
                    !least.contains(*it) && !also.contains(*it) && !includes(it, &least)
                };
                if let Some(extra) = ours.iter().find(|it| extra(it)) {
                    faults.push(format!("{at}: {extra} is not among what Microsoft publishes"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n"));
}

#[test]
fn every_action_needs_what_microsoft_publishes() {
    let reference = reference();
    let (mut faults, mut seen) = (Vec::new(), 0);
    for action in served_actions() {
        let at = action.name;
        let path = match action.on {
            On::Each { set, operation, .. } => format!("{set}/{{}}/{operation}"),
            On::Together { path, .. } | On::Tenant { path } => path.to_owned(),
        };
        // Some actions make an object; some are newer than the list.
        let row = reference.get(&path).unwrap_or(&Json::Null);
        let published = if row["run"].is_null() { &row["create"] } else { &row["run"] };
        if published.is_null() || published["assumed"] == Json::Bool(true) {
            continue;
        }
        seen += 1;
        for (kind, ours) in
            [("delegated", action.access.delegated), ("application", action.access.application)]
        {
            let least = names(published, kind);
            if least.is_empty() != ours.is_empty()
                || ours.first().is_some_and(|first| !least.contains(first))
            {
                faults.push(format!("{at}, {kind}: {ours:?}, but published is {least:?}"));
            }
        }
    }
    assert!(seen > 10, "{seen} actions were compared");
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n"));
}

/// Whether a permission includes one of others by its name, as `X.ReadWrite.All` includes `X.Read.All`. The list leaves some out.
fn includes(permission: &str, others: &[&str]) -> bool {
    others.iter().any(|other| other.replace(".Read.", ".ReadWrite.") == permission)
}

#[test]
fn every_least_permission_has_its_ids() {
    for r#type in types() {
        for (operation, access) in &r#type.operations {
            for permission in access.application.iter().chain(access.delegated).take(1) {
                let at = format!("{} ({})", r#type.address(), operation.name());
                assert!(ids::of(permission).is_some(), "{at}: {permission} is not in ids.rs");
            }
        }
    }
    let mut all: Vec<_> = ids::ALL.iter().map(|ids| ids.application).collect();
    all.extend(ids::ALL.iter().filter_map(|ids| ids.delegated));
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count, "two permissions share an id");
    assert!(all.iter().all(|id| uuid::Uuid::try_parse(id).is_ok()));
    assert!(ids::ALL.is_sorted_by_key(|ids| ids.name));
}

const READ: Access = Access::both(&["Things.Read.All", "Things.ReadWrite.All"]);
const WRITE: Access = Access::both(&["Things.ReadWrite.All"]);

fn need(address: &str, operation: Operation, access: Access) -> Need {
    Need { address: address.to_owned(), operation, access }
}

#[test]
fn a_write_that_includes_reading_makes_the_read_permission_superfluous() {
    let read = need("a", Operation::Read, READ);
    assert_eq!(least(std::slice::from_ref(&read), true).permissions, ["Things.Read.All"]);
    let both = [read, need("a", Operation::Update, WRITE)];
    assert_eq!(least(&both, true).permissions, ["Things.ReadWrite.All"]);
    assert_eq!(least(&[], true), Least::default());
}

#[test]
fn one_permission_that_serves_two_needs_is_taken_once() {
    let tags = need(
        "tag",
        Operation::Create,
        Access::both(&["Config.ReadWrite.All", "Roles.ReadWrite.All"]),
    );
    let roles = need("role", Operation::Create, Access::both(&["Roles.ReadWrite.All"]));
    assert_eq!(least(&[tags.clone(), roles.clone()], false).permissions, ["Roles.ReadWrite.All"]);
    assert_eq!(least(&[roles, tags], false).permissions, ["Roles.ReadWrite.All"]);
}

#[test]
fn what_a_kind_of_sign_in_is_not_offered_is_listed_and_not_invented() {
    let connection =
        need("network", Operation::Create, Access::delegated_only(&["Things.ReadWrite.All"]));
    let app = least(std::slice::from_ref(&connection), true);
    assert!(app.permissions.is_empty());
    assert_eq!(app.not_offered, [("network".to_owned(), Operation::Create)]);
    assert!(least(&[connection], false).not_offered.is_empty());
}

#[test]
fn a_type_is_found_by_its_name_and_its_mode() {
    let types = types();
    let shown = |text: &str| find(&types, text).map(Type::address);
    assert_eq!(shown("windows365_user_setting").as_deref(), Some("windows365_user_setting"));
    assert_eq!(
        shown("data.windows365_user_setting").as_deref(),
        Some("data.windows365_user_setting")
    );
    assert_eq!(shown("windows365_cloud_pc").as_deref(), Some("data.windows365_cloud_pc"));
    assert_eq!(shown("windows365_user_settings").as_deref(), Some("data.windows365_user_settings"));
    assert_eq!(
        shown("windows365_cloud_pc_reboot").as_deref(),
        Some("action.windows365_cloud_pc_reboot")
    );
    assert_eq!(shown("action.windows365_user_setting"), None);
    assert_eq!(shown("azurerm_subnet"), None);
}

#[test]
fn a_token_may_do_what_its_permissions_say() {
    let may = |application: bool, permissions: &[&str], name: &str| {
        let claims = Claims {
            application,
            permissions: permissions.iter().map(|it| (*it).to_owned()).collect(),
            ..Claims::default()
        };
        let rights = rights(&claims).into_iter().find(|rights| rights.name == name).unwrap();
        (rights.read, rights.write)
    };
    let setting = "windows365_user_setting";
    assert_eq!(may(true, &["cloudpc.read.all"], setting), (Verdict::Yes, Some(Verdict::No)));
    assert_eq!(may(true, &["CloudPC.ReadWrite.All"], setting), (Verdict::Yes, Some(Verdict::Yes)));
    assert_eq!(may(false, &[], setting), (Verdict::No, Some(Verdict::No)));
    assert_eq!(may(true, &["CloudPC.Read.All"], "windows365_cloud_pc"), (Verdict::Yes, None));
}

#[test]
fn the_function_gives_the_least_set_for_both_kinds_of_access() {
    let call = |types: &[&str]| {
        let list = Value::List(types.iter().map(|it| Value::from(*it)).collect());
        Permissions::default().call(vec![list])
    };
    let texts = |value: &Value, name: &str| {
        let texts = value.get(name).elements().unwrap().iter();
        texts.filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let got = call(&["windows365_user_setting", "data.intune_role_definition"]).unwrap();
    let expected = ["CloudPC.ReadWrite.All", "DeviceManagementRBAC.Read.All"];
    assert_eq!(texts(&got, "application"), expected);
    assert_eq!(texts(&got, "delegated"), expected);
    assert!(texts(&got, "not_for_apps").is_empty());
    got.conforms(&Permissions::default().signature().returns).unwrap();
    let error = call(&["windows365_user_setting", "aws_instance"]).unwrap_err();
    assert_eq!(error.argument, Some(0));
    assert!(
        error.text.starts_with("\"aws_instance\" is no type of this provider."),
        "{}",
        error.text
    );
    assert!(texts(&call(&[]).unwrap(), "application").is_empty());
}
