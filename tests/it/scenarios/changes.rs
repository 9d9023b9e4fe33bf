//! Creating, changing, clearing, replacing, destroying, and what other people do to the objects meanwhile.

use serde_json::json;

use super::{OTHERS, PEOPLE, POLICIES, SETTINGS, Scene, assigned_to, policy, setting};

#[test]
fn a_policy_is_created_changed_cleared_and_destroyed() {
    let Some(scene) = Scene::new() else { return };
    let first = format!(
        "description = \"first\"\ncloud_pc_naming_template = \"CPC-%USERNAME:5%-%RAND:5%\"\n\
         assignments = [{{ group_id = \"{PEOPLE}\" }}]"
    );
    let created = scene.configure(&policy(&first)).settle();
    assert!(created.contains("1 added, 0 changed, 0 destroyed"), "{created}");
    let made = scene.only(POLICIES);
    assert_eq!(made["description"], "first");
    assert_eq!(made["assignments"][0]["target"]["groupId"], PEOPLE);

    // Another description, one group more, and no naming template.
    scene.mock.clear_requests();
    let second = format!(
        "description = \"second\"\n\
         assignments = [{{ group_id = \"{OTHERS}\" }}, {{ group_id = \"{PEOPLE}\" }}]"
    );
    let changed = scene.configure(&policy(&second)).settle();
    assert!(changed.contains("0 added, 1 changed, 0 destroyed"), "{changed}");
    let now = scene.only(POLICIES);
    assert_eq!(now["id"], made["id"]);
    assert_eq!(now["description"], "second");
    assert_eq!(now["cloudPcNamingTemplate"], json!(null));
    assert_eq!(now["assignments"].as_array().unwrap().len(), 2);
    let patches: Vec<_> =
        scene.mock.requests().into_iter().filter(|request| request.method == "PATCH").collect();
    let sent = patches[0].body.as_ref().unwrap().as_object().unwrap();
    let sent: Vec<&str> =
        sent.keys().map(String::as_str).filter(|name| !name.starts_with('@')).collect();
    assert_eq!((patches.len(), sent), (1, vec!["cloudPcNamingTemplate", "description"]));
    // Nobody lost a Cloud PC over it, not even for a moment.
    assert_eq!(scene.mock.grace_periods(), Vec::<String>::new());
    scene.destroy();
}

#[test]
fn a_policy_is_replaced_where_it_must_be_and_where_it_is_asked_for() {
    let Some(scene) = Scene::new() else { return };
    scene.configure(&policy("provisioning_type = \"dedicated\"")).settle();
    let first = scene.only_id(POLICIES);
    scene.configure(&policy("provisioning_type = \"sharedByUser\""));
    let plan = scene.changes();
    assert!(plan.contains("# forces replacement"), "{plan}");
    let replaced = scene.settle();
    assert!(replaced.contains("1 added, 0 changed, 1 destroyed"), "{replaced}");
    let second = scene.only(POLICIES);
    assert_eq!(second["provisioningType"], "sharedByUser");
    assert_ne!(second["id"], *first);

    let again = scene
        .terraform
        .run(&["apply", "-auto-approve", "-replace=windows365_provisioning_policy.a"])
        .succeeded();
    assert!(again.contains("1 added, 0 changed, 1 destroyed"), "{again}");
    assert_ne!(scene.only(POLICIES)["id"], second["id"]);
    scene.nothing_to_do();
    scene.destroy();
}

#[test]
fn drift_is_shown_and_undone_and_an_object_that_is_gone_is_made_again() {
    let Some(scene) = Scene::new() else { return };
    scene.configure(&policy("description = \"ours\"")).settle();
    let id = scene.only_id(POLICIES);
    scene.mock.change(POLICIES, &id, json!({ "description": "by hand" }));
    let plan = scene.changes();
    assert!(plan.contains("\"by hand\" -> \"ours\""), "{plan}");
    scene.settle();
    assert_eq!(scene.only(POLICIES)["description"], "ours");

    // As somebody else's old object: of one that was made a moment ago a 404 is not believed for a while.
    scene.mock.change(POLICIES, &id, json!({ "createdDateTime": "2024-05-01T08:00:00Z" }));
    let address = "windows365_provisioning_policy.a";
    scene.terraform.run(&["state", "rm", address]).succeeded();
    scene.terraform.run(&["import", address, &id]).succeeded();
    scene.mock.delete(POLICIES, &id);
    let plan = scene.changes();
    assert!(plan.contains("will be created"), "{plan}");
    scene.settle();
    assert_ne!(scene.only_id(POLICIES), id);
    scene.destroy();
}

#[test]
fn assignments_that_are_left_out_are_left_alone() {
    let Some(scene) = Scene::new() else { return };
    scene.configure(&policy("")).settle();
    let id = scene.only_id(POLICIES);
    scene.mock.change(POLICIES, &id, json!({ "assignments": assigned_to(PEOPLE) }));
    scene.nothing_to_do();
    scene.configure(&policy("description = \"changed\"")).settle();
    assert_eq!(scene.only(POLICIES)["assignments"][0]["target"]["groupId"], PEOPLE);
    let shown = scene.state_of("windows365_provisioning_policy.a");
    assert_eq!(shown["assignments"][0]["group_id"], PEOPLE);

    // The service keeps a policy that is assigned, and the provider does not take away what it was not given.
    let refused = scene.terraform.run(&["destroy", "-auto-approve"]).failed();
    let refused =
        refused.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
    assert!(
        refused.contains("has assignments that this resource has not managed so far"),
        "{refused}"
    );
    assert_eq!(scene.only_id(POLICIES), id);

    // Nobody at all, in so many words.
    let plan = scene.configure(&policy("description = \"changed\"\nassignments = []")).changes();
    assert!(plan.contains(PEOPLE), "{plan}");
    scene.settle();
    assert_eq!(scene.only(POLICIES)["assignments"], json!([]));
    scene.mock.change(POLICIES, &id, json!({ "assignments": assigned_to(OTHERS) }));
    scene.settle();
    assert_eq!(scene.only(POLICIES)["assignments"], json!([]));
    scene.destroy();
}

#[test]
fn assignments_that_leave_the_configuration_are_anybody_s() {
    let Some(scene) = Scene::new() else { return };
    scene.configure(&policy(&format!("assignments = [{{ group_id = \"{PEOPLE}\" }}]"))).settle();
    scene.mock.clear_requests();
    let plan = scene.configure(&policy("")).changes();
    assert!(plan.contains("0 to add, 1 to change, 0 to destroy"), "{plan}");
    scene.settle();
    assert_eq!(scene.writes(), Vec::<String>::new());
    scene.terraform.run(&["destroy", "-auto-approve"]).failed();
    assert_eq!(scene.only(POLICIES)["assignments"][0]["target"]["groupId"], PEOPLE);
    assert_eq!(scene.mock.grace_periods(), Vec::<String>::new());
}

#[test]
fn of_many_only_those_that_change_are_touched() {
    let Some(scene) = Scene::new() else { return };
    let of = |names: &str| {
        format!(
            r#"
            resource "windows365_user_setting" "each" {{
              for_each            = toset([{names}])
              display_name        = each.key
              local_admin_enabled = startswith(each.key, "b")
              assignments         = [{{ group_id = "{PEOPLE}" }}]
            }}
            "#
        )
    };
    let made = scene.configure(&of(r#""a", "b", "c""#)).settle();
    assert!(made.contains("3 added"), "{made}");
    scene.mock.clear_requests();
    let changed = scene.configure(&of(r#""b", "c", "d""#)).settle();
    assert!(changed.contains("1 added, 0 changed, 1 destroyed"), "{changed}");
    let mut methods: Vec<String> =
        scene.writes().iter().map(|write| write.split(' ').next().unwrap().to_owned()).collect();
    methods.sort();
    assert_eq!(
        methods,
        ["DELETE", "POST", "POST"],
        "a deletion, and a creation with its assignment"
    );
    scene.destroy();
}

#[test]
fn a_name_may_be_doubled_on_purpose_so_that_the_new_one_comes_first() {
    let Some(scene) = Scene::new() else { return };
    scene
        .configure(&setting(
            "allow_duplicate_name = true\nlifecycle {\n  create_before_destroy = true\n}",
        ))
        .settle();
    let first = scene.only_id(SETTINGS);
    scene.mock.clear_requests();
    scene
        .terraform
        .run(&["apply", "-auto-approve", "-replace=windows365_user_setting.a"])
        .succeeded();
    let writes = scene.writes();
    assert!(writes.first().is_some_and(|write| write.starts_with("POST")), "{writes:?}");
    assert!(writes.last().is_some_and(|write| write.ends_with(&first)), "{writes:?}");
    assert_ne!(scene.only_id(SETTINGS), first);
    scene.nothing_to_do();
    scene.destroy();
}
