//! Provider blocks: both names, values that are not known yet, several tenants, and what must not be told.

use std::fs;

use windows365::mock::{App, Claims, Options};

use super::{PEOPLE, POLICIES, ROLES, SETTINGS, Scene, policy, setting};

/// The attributes of a block that signs in at a mock.
fn sign_in(mock: &windows365::mock::Mock) -> String {
    mock.environment()
        .iter()
        .map(|(name, value)| {
            let name = name.trim_start_matches("WINDOWS365_").to_ascii_lowercase();
            format!("  {name} = {value:?}\n")
        })
        .collect()
}

#[test]
fn both_names_serve_their_types_without_a_word_about_providers_and_in_the_clear() {
    let Some(mut scene) = Scene::new() else { return };
    scene.terraform.set("TF_DISABLE_PLUGIN_TLS", "1");
    let role = r#"
        resource "intune_role_definition" "a" {
          display_name             = "Help desk"
          allowed_resource_actions = ["Microsoft.Intune_ManagedDevices_Read"]
        }
    "#;
    scene.configure(&format!("{role}{}", setting(""))).settle();
    assert_eq!((scene.mock.objects(SETTINGS).len(), scene.objects().len()), (1, 2));
    // One name serves the types of the other too.
    let by_one = role.replace("resource_actions = [", "resource_actions = [\n            ");
    let by_one = by_one.replace("display_name ", "provider = windows365\n          display_name ");
    scene.configure(&format!("{by_one}{}", setting(""))).settle();
    assert!(scene.mock.objects(ROLES).iter().any(|role| role["displayName"] == "Help desk"));
    scene.destroy();
}

#[test]
fn values_that_are_not_known_yet_fail_no_plan() {
    let Some(scene) = Scene::new() else { return };
    let environment = scene.mock.environment();
    let of = |name: &str| {
        let name = format!("WINDOWS365_{name}");
        environment.iter().find(|(found, _)| *found == name).unwrap().1.clone()
    };
    scene.configure(&format!(
        r#"
        resource "terraform_data" "late" {{
          input = {{ tenant = {:?}, secret = {:?}, token = null, name = "Engineering", admin = true, group = "{PEOPLE}" }}
        }}
        provider "windows365" {{
          tenant_id     = terraform_data.late.output.tenant
          client_secret = terraform_data.late.output.secret
          access_token  = terraform_data.late.output.token
        }}
        {}
        {}
        "#,
        of("TENANT_ID"),
        of("CLIENT_SECRET"),
        setting(
            r#"local_admin_enabled   = terraform_data.late.output.admin
            restore_point_setting = { user_restore_enabled = terraform_data.late.output.admin }
            assignments           = [{ group_id = terraform_data.late.output.group }]"#
        )
        .replace("\"Engineering\"", "terraform_data.late.output.name"),
        policy(
            r#"description = "for ${windows365_user_setting.a.id}"
            assignments = toset([for assignment in windows365_user_setting.a.assignments : { group_id = assignment.group_id }])"#
        ),
    ));
    let plan = scene.changes();
    assert!(plan.contains("3 to add"), "{plan}");
    assert_eq!(scene.mock.requests(), []);
    scene.settle();
    let setting = scene.only(SETTINGS);
    assert_eq!(
        (&setting["displayName"], &setting["localAdminEnabled"]),
        (&"Engineering".into(), &true.into())
    );
    assert_eq!(setting["restorePointSetting"]["userRestoreEnabled"], true);
    let policy = scene.only(POLICIES);
    assert_eq!(policy["description"], format!("for {}", setting["id"].as_str().unwrap()));
    assert_eq!(policy["assignments"][0]["target"]["groupId"], PEOPLE);
    scene.destroy();
}

#[test]
fn an_error_names_what_lacks_and_points_at_what_is_wrong() {
    let Some(scene) = Scene::new() else { return };
    scene.configure(&setting("assignments = [{ group_id = \"Engineering\" }]"));
    let complaint = scene.terraform.run(&["plan"]).failed();
    assert!(complaint.contains("group_id = \"Engineering\""), "no place: {complaint}");
    assert_eq!(scene.mock.requests(), []);

    scene.mock.app(|app| app.roles = vec!["CloudPC.Read.All".to_owned()]);
    let complaint = scene.configure(&setting("")).apply().failed();
    for word in
        ["Cannot create windows365_user_setting \"Engineering\"", "CloudPC.ReadWrite.All", "403"]
    {
        assert!(complaint.contains(word), "{word} is missing: {complaint}");
    }
    assert_eq!(scene.objects(), Vec::<serde_json::Value>::new());
}

#[test]
fn two_tenants_are_managed_in_one_run() {
    let Some(scene) = Scene::new() else { return };
    let ours = Options::default();
    let app = App {
        tenant_id: "8a1f2e3d-4c5b-4a69-9788-6f5e4d3c2b1a".to_owned(),
        domain: "southgate.onmicrosoft.com".to_owned(),
        client_secret: "another secret".to_owned(),
        ..ours.app.clone()
    };
    let other = scene.another_tenant(Options { seed: 2, app, ..ours });
    scene.configure(&format!(
        "provider \"windows365\" {{\n  alias = \"south\"\n{}}}\n{}{}",
        sign_in(&other),
        setting(""),
        setting("provider = windows365.south").replace("\"a\"", "\"b\""),
    ));
    scene.settle();
    let there = other.objects(SETTINGS);
    assert_eq!((scene.mock.objects(SETTINGS).len(), there.len()), (1, 1));
    assert_eq!(scene.state_of("windows365_user_setting.b")["id"], there[0]["id"]);
    scene.destroy();
    assert_eq!(other.objects(SETTINGS), Vec::<serde_json::Value>::new());
}

#[test]
fn f92_f93_f95_secrets_are_neither_logged_nor_shown_nor_kept() {
    let Some(mut scene) = Scene::new() else { return };
    let log = scene.terraform.directory().join("log");
    let app = Options::default().app;
    let token = scene.mock.token(Claims {
        tenant_id: app.tenant_id.clone(),
        client_id: app.client_id.clone(),
        roles: app.roles.clone(),
        ..Claims::default()
    });
    scene.terraform.set("TF_LOG", "trace").set("TF_LOG_PATH", log.to_str().unwrap());
    scene.configure(&setting(&format!("assignments = [{{ group_id = \"{PEOPLE}\" }}]")));
    let mut said = scene.apply().succeeded();
    scene.terraform.set("WINDOWS365_ACCESS_TOKEN", token.as_str());
    scene.terraform.set("WINDOWS365_CLIENT_SECRET", "");
    scene.configure(&setting("local_admin_enabled = true"));
    said += &scene.apply().succeeded();
    // A token that is refused is not quoted either.
    scene.terraform.set("WINDOWS365_ACCESS_TOKEN", format!("{token}x"));
    said += &scene.terraform.run(&["plan"]).failed();
    said += &scene.file("terraform.tfstate");
    said += &fs::read_to_string(&log).unwrap();

    for way in ["auth_method=client_secret", "auth_method=access_token"] {
        assert!(said.contains(way), "the log does not say how the provider signed in: {way}");
    }
    let encoded = "mock~Secret%2Bwith%2Fodd%3Dcharacters%26more%25";
    // The first part of a token is the same in all, so that it stands for those that the provider got by itself.
    let any = token.split('.').next().unwrap();
    for secret in [app.client_secret.as_str(), encoded, any] {
        let found = said.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "{secret} is told");
    }
}
