use super::*;

fn of(line: &str) -> Result<String, Failure> {
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let given = GRAMMAR.read(&words)?.expect("no help is asked for");
    Ok(as_text(&named(&given, &types())?))
}

#[test]
fn types_get_the_least_set_for_both_kinds_of_access() {
    let text =
        of("windows365_user_setting data.intune_role_definition windows365_user_setting").unwrap();
    expect_test::expect![[r"
        For:
          windows365_user_setting      read, create, update, delete
          data.intune_role_definition  read

        An app that signs in by itself (application permissions):
          CloudPC.ReadWrite.All                     3b4349e1-8cf5-45a3-95b7-69d1751d3e6a
          DeviceManagementRBAC.Read.All             58ca0d9a-1575-47e1-a3cb-007ef2e4583b

        A signed-in person, who needs a role as well (delegated permissions):
          CloudPC.ReadWrite.All                     9d77138f-f0e2-47ba-ab33-cd246c8b79d1
          DeviceManagementRBAC.Read.All             49f0cc30-024c-4dfd-ab3e-82e137ee5431"]]
    .assert_eq(&text);
    let text = of("aws_instance").unwrap_err().to_string();
    assert!(text.starts_with("\"aws_instance\" is no type of this provider."), "{text}");
}

#[test]
fn what_is_not_offered_to_a_kind_of_sign_in_is_said() {
    use crate::spec::Access;
    let access = Access::delegated_only(&["CloudPC.ReadWrite.All"]);
    let need = |operation| Need { address: "network".to_owned(), operation, access };
    let uses = [Use { address: "network".to_owned(), needs: vec![need(Operation::Create)] }];
    let text = as_text(&uses);
    assert!(
        text.contains("\n  none\n  Microsoft does not offer this to apps: network (create)\n"),
        "{text}"
    );
    let document: Json = serde_json::from_str(&as_json(&uses)).unwrap();
    assert_eq!(
        document["application"],
        json!({"permissions": [], "not_offered": [{"type": "network", "operation": "create"}]})
    );
    assert_eq!(
        document["delegated"]["permissions"][0]["id"],
        "9d77138f-f0e2-47ba-ab33-cd246c8b79d1"
    );
    assert_eq!(document["types"][0], json!({"type": "network", "operations": ["create"]}));
}

fn plan(document: &Json) -> Result<Vec<(String, Vec<&'static str>)>, String> {
    let uses = plan::uses(&document.to_string(), &types())?;
    Ok(uses.iter().map(|it| (it.address.clone(), it.operations())).collect())
}

#[test]
fn a_plan_takes_what_its_actions_take() {
    let change = |mode: &str, name: &str, actions: &[&str]| json!({"mode": mode, "type": name, "change": {"actions": actions}});
    let document = json!({
        "format_version": "1.2",
        "resource_changes": [
            change("managed", "windows365_user_setting", &["no-op"]),
            change("managed", "windows365_provisioning_policy", &["delete", "create"]),
            change("managed", "intune_role_definition", &["update"]),
            change("managed", "intune_role_definition", &["no-op"]),
            change("managed", "azurerm_subnet", &["create"]),
            change("data", "windows365_gallery_images", &["read"]),
        ],
        "action_invocations": [{"type": "windows365_cloud_pc_reboot", "name": "now"}],
        "prior_state": {"values": {"root_module": {
            "resources": [{"mode": "data", "type": "windows365_cloud_pcs"}],
            "child_modules": [{"child_modules": [{"resources": [{"mode": "data", "type": "windows365_service_plan"}]}]}],
        }}},
    });
    let owned = |name: &str, operations: &[&'static str]| (name.to_owned(), operations.to_vec());
    assert_eq!(
        plan(&document).unwrap(),
        [
            owned("intune_role_definition", &["read", "update"]),
            owned("windows365_provisioning_policy", &["read", "create", "delete"]),
            owned("windows365_user_setting", &["read"]),
            owned("data.windows365_cloud_pcs", &["read"]),
            owned("data.windows365_gallery_images", &["read"]),
            owned("data.windows365_service_plan", &["read"]),
            owned("action.windows365_cloud_pc_reboot", &["run"]),
        ]
    );
    let state = json!({"format_version": "1.0", "values": {"root_module": {
        "resources": [{"mode": "managed", "type": "windows365_user_setting"}],
    }}});
    assert_eq!(plan(&state).unwrap(), [owned("windows365_user_setting", &["read"])]);
    assert_eq!(plan(&json!({"format_version": "1.0"})).unwrap(), []);
}

#[test]
fn what_is_no_plan_or_not_served_is_said() {
    for text in ["", "plan.out", "[]", "{}"] {
        let why = plan::uses(text, &types()).unwrap_err();
        assert!(why.contains("terraform show -json"), "{text}: {why}");
    }
    let newer = json!({"format_version": "1.2", "resource_changes": [
        {"mode": "managed", "type": "windows365_moon_base", "change": {"actions": ["create"]}},
    ]});
    assert_eq!(
        plan(&newer).unwrap_err(),
        "this version of the provider does not serve windows365_moon_base."
    );
}
