//! Objects that are there already: imported by command and by block, described by generated configuration, in the way of a create.

use serde_json::json;

use super::{
    OTHERS, PEOPLE, POLICIES, ROLE_ASSIGNMENTS, ROLES, SETTINGS, Scene, assigned_to, policy,
    setting,
};

const ID: &str = "c0a1b2c3-d4e5-4f60-8a7b-9c0d1e2f3a4b";

#[test]
fn an_object_is_imported_by_command_and_by_block() {
    let Some(scene) = Scene::new() else { return };
    let text =
        policy(&format!("description = \"ours\"\nassignments = [{{ group_id = \"{PEOPLE}\" }}]"));
    scene.configure(&text).settle();
    let id = scene.only_id(POLICIES);
    scene.mock.clear_requests();
    let address = "windows365_provisioning_policy.a";
    for name in [id.as_str(), "name:Engineering"] {
        scene.forget();
        scene.terraform.run(&["import", address, name]).succeeded();
        scene.nothing_to_do();
        assert_eq!(scene.state_of(address)["id"], *id);
    }
    scene.forget();
    let block = format!("import {{\n  to = {address}\n  id = \"name:Engineering\"\n}}\n");
    let imported = scene.configure(&format!("{block}{text}")).settle();
    assert!(imported.contains("1 imported, 0 added, 0 changed, 0 destroyed"), "{imported}");
    assert_eq!(scene.writes(), Vec::<String>::new());

    let missing = scene.terraform.run(&["import", "windows365_provisioning_policy.b", ID]);
    assert_eq!(missing.code, Some(1), "{}", missing.all());
    // An import has no configuration that could say who manages the assignments. Saying that there are none does.
    scene.configure(&text);
    let refused = scene.terraform.run(&["destroy", "-auto-approve"]).failed();
    assert!(refused.contains("`assignments = []`"), "{refused}");
    scene.configure(&policy("description = \"ours\"\nassignments = []")).settle();
    scene.destroy();
}

#[test]
fn configuration_is_generated_for_every_type_and_fits_what_is_there() {
    let Some(scene) = Scene::new() else { return };
    scene
        .configure(&format!(
            r#"
            {}
            {}
            resource "intune_role_definition" "a" {{
              display_name             = "Help desk"
              allowed_resource_actions = ["Microsoft.Intune_ManagedDevices_Read"]
            }}
            resource "intune_rbac_assignment" "a" {{
              display_name       = "Help desk west"
              role_definition_id = intune_role_definition.a.id
              members            = ["{PEOPLE}"]
              resource_scopes    = ["{OTHERS}"]
            }}
            "#,
            policy("enable_single_sign_on = true"),
            setting(&format!(
                "restore_point_setting = {{ frequency_type = \"sixHours\" }}\n\
                 assignments = [{{ group_id = \"{PEOPLE}\" }}]"
            )),
        ))
        .settle();
    scene.forget();
    let all = [
        ("windows365_provisioning_policy", POLICIES),
        ("windows365_user_setting", SETTINGS),
        ("intune_role_definition", ROLES),
        ("intune_rbac_assignment", ROLE_ASSIGNMENTS),
    ];
    let blocks: String = all
        .iter()
        .map(|(name, path)| {
            let objects = scene.mock.objects(path);
            let made = objects.iter().find(|object| object["isBuiltIn"] != true).unwrap();
            format!("import {{\n  to = {name}.a\n  id = {}\n}}\n", made["id"])
        })
        .collect();
    let required = r#"
        terraform {
          required_providers {
            windows365 = { source = "windows365-rs/windows365" }
            intune     = { source = "windows365-rs/intune" }
          }
        }
    "#;
    scene.terraform.write("main.tf", &format!("{required}{blocks}"));
    scene.mock.clear_requests();
    scene.terraform.run(&["plan", "-generate-config-out=generated.tf"]).succeeded();
    let generated = scene.file("generated.tf");
    for (name, _) in all {
        assert!(generated.contains(&format!("resource \"{name}\" \"a\"")), "{generated}");
    }
    let applied = scene.settle();
    assert!(applied.contains("4 imported, 0 added, 0 changed, 0 destroyed"), "{applied}");
    assert_eq!(scene.writes(), Vec::<String>::new());
}

#[test]
fn a_name_that_is_taken_is_an_error_that_says_how_to_take_the_object_over() {
    let Some(scene) = Scene::new() else { return };
    scene.mock.put(
        SETTINGS,
        ID,
        json!({ "displayName": "Engineering", "localAdminEnabled": true, "assignments": assigned_to(PEOPLE) }),
    );
    let text = setting("local_admin_enabled = true");
    let complaint = scene.configure(&text).apply().failed();
    let command = format!("terraform import windows365_user_setting.NAME {ID}");
    assert!(complaint.contains(&command), "{complaint}");
    assert!(complaint.contains("display_name = \"Engineering\""), "no place: {complaint}");
    assert_eq!(scene.only_id(SETTINGS), ID);

    let command = command.replace("NAME", "a");
    let arguments: Vec<&str> = command.split(' ').skip(1).collect();
    scene.terraform.run(&arguments).succeeded();
    scene.nothing_to_do();
    scene.destroy();
}
