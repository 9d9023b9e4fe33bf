//! People sign in: before Terraform runs, while it runs, and through an app that acts for them.

use std::process::Command;

use windows365::mock::{Claims, PersonDoes};

use super::*;

const REFRESH: &str = "refresh_token";

/// The sign-in command, in the world that Terraform runs in.
fn login(scene: &Scene, more: &[&str]) -> Output {
    let App { tenant_id, client_id, .. } = app();
    let mut command = Command::new(programs::windows365());
    let output = command
        .args(["auth", "login", "--tenant", &tenant_id, "--client-id", &client_id])
        .args(more)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", scene.terraform.home())
        .env("WINDOWS365_AUTHORITY_HOST", scene.mock.origin())
        .env("WINDOWS365_ALLOW_UNENCRYPTED_TOKEN_CACHE", "true")
        .output()
        .unwrap();
    Output {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn somebody_who_signed_in_before_is_renewed_and_one_whose_sign_in_ended_is_told_what_to_run() {
    let Some(mut scene) = Scene::new() else { return };
    // Too short to be kept between processes.
    scene.mock.switch(|switches| switches.token_lifetime_seconds = 200);
    let said = login(&scene, &[]).all();
    assert!(said.contains("Signed in as operator@mock.example"), "{said}");
    let App { tenant_id, client_id, .. } = app();
    scene.works(
        &named("token_cache", ""),
        &[("WINDOWS365_TENANT_ID", &tenant_id), ("WINDOWS365_CLIENT_ID", &client_id)],
    );
    assert_eq!(scene.apps_by(REFRESH), BTreeSet::from([client_id.clone()]));
    scene.mock.end_sign_ins(50_173);
    let complaint = scene.terraform.run(&["plan"]).failed();
    let command = format!("auth login --tenant {tenant_id} --client-id {client_id}");
    let complaint = complaint.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["AADSTS50173", &command] {
        assert!(complaint.contains(part), "{part} is missing: {complaint}");
    }
}

#[test]
fn a_code_that_one_run_shows_lets_the_next_one_in() {
    let Some(mut scene) = Scene::new() else { return };
    scene.mock.switch(|switches| switches.person = PersonDoes::Waits);
    let block = named("device_code", "");
    let first = scene.configure(&block, false).apply().failed();
    let code = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "│").collect();
        let at = words.windows(2).position(|pair| pair == ["the", "code"]);
        let at = at.unwrap_or_else(|| panic!("no code: {text}"));
        words[at + 2].to_owned()
    };
    let shown = code(&first);
    assert!(first.contains("/devicelogin"), "{first}");
    // Nobody has entered it yet: it is still the same.
    let second = scene.apply().failed();
    assert_eq!(code(&second), shown);
    scene.mock.enter_code(&shown, PersonDoes::Approves, None).unwrap();
    scene.works(&block, &[]);
    let began = scene.mock.requests();
    let began = began.iter().filter(|request| request.path.ends_with("/devicecode"));
    assert_eq!(began.count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_browser_of_the_machine_brings_the_code() {
    use std::os::unix::fs::PermissionsExt as _;
    let Some(mut scene) = Scene::new() else { return };
    let folder = scene.terraform.directory().join("bin");
    std::fs::create_dir(&folder).unwrap();
    let pipe = folder.join("address");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let opener = folder.join("xdg-open");
    std::fs::write(&opener, format!("#!/bin/sh\nprintf '%s' \"$1\" > '{}'\n", pipe.display()))
        .unwrap();
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    scene.set(&[("PATH", &path), ("DISPLAY", ":0"), ("TF_IN_AUTOMATION", ""), ("TF_INPUT", "")]);
    let person = std::thread::spawn(move || {
        let address = std::fs::read_to_string(&pipe).unwrap();
        super::browser::open(&address)
    });
    scene.works(&named("interactive_browser", ""), &[]);
    let page = person.join().unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert_eq!(scene.apps_by("authorization_code"), BTreeSet::from([app().client_id]));
}

#[test]
fn an_app_acts_for_a_person() {
    let Some(mut scene) = Scene::new() else { return };
    let App { tenant_id, client_secret, client_id, .. } = app();
    let token = |client_id: &str| {
        scene.mock.token(Claims {
            audience: format!("api://{client_id}"),
            tenant_id: tenant_id.clone(),
            scopes: vec!["access_as_user".to_owned()],
            ..Claims::default()
        })
    };
    let mine = token(&client_id);
    let file = scene.file("person", token(BY_ENVIRONMENT));
    scene.works(
        &named(
            "on_behalf_of",
            &format!("  client_secret = {client_secret:?}\n  user_assertion = {mine:?}"),
        ),
        &[
            ("WINDOWS365_AUTH_METHOD", "on_behalf_of"),
            ("WINDOWS365_TENANT_ID", &tenant_id),
            ("WINDOWS365_CLIENT_ID", BY_ENVIRONMENT),
            ("WINDOWS365_CLIENT_SECRET", &client_secret),
            ("WINDOWS365_USER_ASSERTION_FILE_PATH", file.to_str().unwrap()),
        ],
    );
    assert_eq!(scene.apps_by("urn:ietf:params:oauth:grant-type:jwt-bearer"), Scene::both());
}

#[test]
fn two_tenants_by_two_aliases_of_which_each_has_its_own_sign_in() {
    let Some(mut scene) = Scene::new() else { return };
    let south = App {
        tenant_id: "8a1f2e3d-4c5b-4a69-9788-6f5e4d3c2b1a".to_owned(),
        domain: "southgate.onmicrosoft.com".to_owned(),
        client_secret: "another~secret".to_owned(),
        ..app()
    };
    let options = Options { seed: 2, app: south.clone(), ..Options::default() };
    let other = scene.runtime.block_on(Mock::start(options)).unwrap();
    let origin = other.origin();
    scene.set(&[("WINDOWS365_CLIENT_ID", &south.client_id)]);
    scene.configure(
        &format!(
            "  tenant_id = {:?}\n  client_secret = {:?}\n}}\nprovider \"windows365\" {{\n  alias = \"south\"\n  tenant_id = {:?}\n  client_secret = {:?}\n  authority_host = {origin:?}\n  graph_endpoint = {origin:?}\n}}\nresource \"windows365_user_setting\" \"south\" {{\n  provider = windows365.south\n  display_name = \"South\"\n",
            app().domain, app().client_secret, south.domain, south.client_secret
        ),
        false,
    );
    scene.apply().succeeded();
    let names = |mock: &Mock| -> Vec<String> {
        mock.objects("/deviceManagement/virtualEndpoint/userSettings")
            .iter()
            .map(|object| object["displayName"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        (names(&scene.mock), names(&other)),
        (vec!["Engineering".to_owned()], vec!["South".to_owned()])
    );
}
