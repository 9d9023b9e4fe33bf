//! What goes well: creating, changing, replacing, moving, importing, destroying.

use super::Memory;

/// A thing with every kind of attribute and block.
const EVERYTHING: &str = r#"
resource "memory_thing" "full" {
  name     = "full"
  exact    = 3.14159265358979323846264338327950288
  color    = "red"
  kind     = "one"
  password = "hunter2"
  secret_wo         = "only for the service"
  secret_wo_version = 1
  anything = { a = [1, "two", null], b = true }
  labels   = { tier = "gold" }
  colors   = ["red", "green", "blue"]
  settings = { mode = "fast", color = "blue" }
  rules    = [{ name = "web", port = 443 }, { name = "other" }]
  members  = [{ address = "a@example.com" }, { address = "b@example.com", role = "owner" }]
  limits   = { cpu = { max = 4 } }

  about { owner = "me" }
  lock { holder = "you" }
  peer { address = "west" }
  peer { address = "east" }
  step { run = "first" }
  step { run = "second" }
  tag "x" { text = "y" }
}
"#;

#[test]
fn everything_is_created_changed_and_destroyed_without_a_leftover_difference() {
    let Some(memory) = Memory::new() else { return };
    let created = memory.configure(EVERYTHING).settle();
    assert!(created.contains("1 added, 0 changed, 0 destroyed"), "{created}");
    let state = memory.state_of("memory_thing.full");
    assert_eq!(state["exact"].to_string(), "3.14159265358979323846264338327950288");
    // As the user wrote it, though the service writes capitals.
    assert_eq!(state["color"], "red");
    assert_eq!(state["secret_wo"], serde_json::Value::Null);
    assert_eq!(state["secret_length"], 20);

    let changed = EVERYTHING.replace(r#""fast""#, r#""slow""#).replace(r#"tag "x""#, r#"tag "z""#);
    let changed = memory.configure(&changed).settle();
    assert!(changed.contains("0 added, 1 changed, 0 destroyed"), "{changed}");

    let other_kind = EVERYTHING.replace(r#"kind     = "one""#, r#"kind     = "two""#);
    let replaced = memory.configure(&other_kind).settle();
    assert!(replaced.contains("1 added, 0 changed, 1 destroyed"), "{replaced}");
    memory.destroy();
}

#[test]
fn it_works_in_the_clear() {
    let Some(mut memory) = Memory::new() else { return };
    memory.terraform.set("TF_DISABLE_PLUGIN_TLS", "1");
    memory.configure(r#"resource "memory_thing" "a" { name = "a" }"#).settle();
    memory.destroy();
}

#[test]
fn what_depends_on_something_unknown_is_planned_and_applied() {
    let Some(memory) = Memory::new() else { return };
    memory.configure(
        r#"
        resource "memory_thing" "first" {
          name   = "first"
          colors = ["red"]
        }
        resource "memory_thing" "second" {
          name   = "after ${memory_thing.first.id}"
          colors = [memory_thing.first.zone, "red"]
          rules  = [{ name = memory_thing.first.id }]
          dynamic "step" {
            for_each = memory_thing.first.colors
            content { run = step.value }
          }
          dynamic "peer" {
            for_each = toset([memory_thing.first.id])
            content { address = peer.value }
          }
          dynamic "tag" {
            for_each = [memory_thing.first.id]
            labels   = ["x"]
            content { text = tag.value }
          }
        }
        "#,
    );
    memory.settle();
    assert_eq!(memory.state_of("memory_thing.second")["name"], "after thing-1");
    memory.destroy();
}

#[test]
fn drift_is_shown_and_an_object_that_is_gone_is_made_again() {
    let Some(memory) = Memory::new() else { return };
    memory.configure(r#"resource "memory_thing" "a" { name = "a" }"#).settle();
    std::fs::write(&memory.store, r#"{"next": 7, "objects": {}, "journal": []}"#).unwrap();
    let plan = memory.terraform.run(&["plan", "-detailed-exitcode"]);
    assert_eq!(plan.code, Some(2), "{}", plan.all());
    memory.settle();
    assert_eq!(memory.state_of("memory_thing.a")["id"], "thing-7");
    memory.destroy();
}

#[test]
fn replacement_can_be_asked_for_and_can_create_first() {
    let Some(memory) = Memory::new() else { return };
    memory
        .configure(
            r#"resource "memory_thing" "a" {
              name = "a"
              lifecycle { create_before_destroy = true }
            }"#,
        )
        .settle();
    memory.terraform.run(&["apply", "-auto-approve", "-replace=memory_thing.a"]).succeeded();
    assert_eq!(memory.journal(), ["create thing-1", "create thing-2", "delete thing-1"]);
    memory.destroy();
}

#[test]
fn an_existing_object_is_imported_by_command_and_by_block() {
    let Some(memory) = Memory::new() else { return };
    let thing = r#"resource "memory_thing" "a" { name = "a" }"#;
    memory.configure(thing).settle();
    std::fs::remove_file(memory.terraform.directory().join("terraform.tfstate")).unwrap();
    memory.terraform.run(&["import", "memory_thing.a", "thing-1"]).succeeded();
    memory.settle();
    std::fs::remove_file(memory.terraform.directory().join("terraform.tfstate")).unwrap();
    let block = r#"import {
      to = memory_thing.a
      id = "thing-1"
    }"#;
    let imported = memory.configure(&format!("{block}\n{thing}")).settle();
    assert!(imported.contains("1 imported, 0 added"), "{imported}");
    let missing = memory.terraform.run(&["import", "memory_item.b", "thing-9"]);
    assert_eq!(missing.code, Some(1));
    memory.configure(thing).destroy();
}

#[test]
fn a_state_moves_to_another_type() {
    let Some(memory) = Memory::new() else { return };
    memory.configure(r#"resource "memory_item" "old" { title = "a" }"#).settle();
    let moved = memory
        .configure(
            r#"
            moved {
              from = memory_item.old
              to   = memory_thing.new
            }
            resource "memory_thing" "new" { name = "a" }
            "#,
        )
        .settle();
    assert!(moved.contains("0 destroyed"), "{moved}");
    assert_eq!(memory.state_of("memory_thing.new")["id"], "thing-1");
    memory.destroy();
}

#[test]
fn functions_data_sources_and_ephemeral_values_work() {
    let Some(memory) = Memory::new() else { return };
    memory
        .configure(
            r#"
            ephemeral "memory_token" "t" { audience = "world" }
            resource "memory_thing" "a" {
              name              = provider::memory::join("-", "a", "b")
              secret_wo         = ephemeral.memory_token.t.token
              secret_wo_version = 1
            }
            data "memory_thing" "a" { id = memory_thing.a.id }
            output "name" { value = data.memory_thing.a.name }
            output "digits" { value = provider::memory::exact(12345678901234567890.5) }
            "#,
        )
        .settle();
    let output = |name| memory.terraform.run(&["output", "-raw", name]).succeeded();
    assert_eq!(output("name"), "a-b");
    assert_eq!(output("digits"), "12345678901234567890.5");
    assert_eq!(memory.state_of("memory_thing.a")["secret_length"], "token for world".len());
    let journal = memory.journal();
    let times = |line: &str| journal.iter().filter(|it| *it == line).count();
    assert!(times("open world") > 0);
    assert_eq!(times("open world"), times("close world"), "{journal:?}");
    memory.destroy();
}
