//! Schemas.

use expect_test::{Expect, expect};

use crate::engine::schema;
use crate::spec::*;
use crate::tf;
use crate::tf::schema::Role;

/// One line per attribute: name, type, mode and marks.
fn print(attributes: &[tf::Attribute], indent: usize, out: &mut String) {
    for attribute in attributes {
        let mode = match attribute.mode {
            tf::Mode::Required => "required",
            tf::Mode::Optional => "optional",
            tf::Mode::Computed => "computed",
            tf::Mode::OptionalComputed => "optional, computed",
        };
        let kind = match &attribute.kind {
            tf::Kind::Type(r#type) => String::from_utf8(r#type.to_json()).unwrap(),
            tf::Kind::Nested(nesting, _) => format!("{nesting:?}").to_lowercase(),
        };
        let marks = [
            (attribute.plan.requires_replace, ", replaces"),
            (attribute.plan.stable, ", stable"),
            (attribute.plan.equality.is_some(), ", spellings"),
            (attribute.sensitive, ", sensitive"),
            (attribute.write_only, ", write-only"),
            (attribute.deprecated.is_some(), ", deprecated"),
        ];
        let marks: String =
            marks.into_iter().filter(|(set, _)| *set).map(|(_, mark)| mark).collect();
        let default = attribute.plan.default.as_ref().map(|value| format!(" = {value:?}"));
        let (pad, name) = (" ".repeat(indent), &attribute.name);
        out.push_str(&format!(
            "{pad}{name}: {kind} {mode}{marks}{}\n",
            default.unwrap_or_default()
        ));
        if let tf::Kind::Nested(_, inner) = &attribute.kind {
            print(inner, indent + 2, out);
        }
    }
}

fn check(schema: &tf::Schema, expected: Expect) {
    let mut printed = String::new();
    print(&schema.block.attributes, 0, &mut printed);
    expected.assert_eq(&printed);
}

#[test]
fn resource_of_a_role_assignment() {
    check(
        &schema::resource(&crate::entities::intune::rbac_assignment::ENTITY),
        expect![[r#"
            allow_duplicate_name: "bool" optional
            description: "string" optional
            display_name: "string" required
            id: "string" computed, stable
            members: ["set","string"] required, spellings
            resource_scopes: ["set","string"] optional, spellings
            role_definition_id: "string" required, replaces, spellings
            role_scope_tag_ids: ["set","string"] optional, computed, stable
            scope_type: "string" optional, computed, spellings = String("resourceScope")
            timeouts: single optional
              create: "string" optional
              delete: "string" optional
              read: "string" optional
              update: "string" optional
        "#]],
    );
}

#[test]
fn data_sources_are_computed_but_for_what_finds_the_object() {
    check(
        &schema::data_source(&crate::entities::windows365::user_setting::ENTITY),
        expect![[r#"
            assignments: set computed
              group_id: "string" computed, spellings
              type: "string" computed, spellings
            created_date_time: "string" computed, spellings
            cross_region_disaster_recovery_setting: single computed
              cross_region_disaster_recovery_enabled: "bool" computed, deprecated
              disaster_recovery_network_setting: single computed
                azure_connection: single computed
                  on_premises_connection_id: "string" computed, spellings
                microsoft_hosted: single computed
                  region_group: "string" computed, spellings
                  region_name: "string" computed, spellings
              disaster_recovery_type: "string" computed, spellings
              maintain_cross_region_restore_point_enabled: "bool" computed
              user_initiated_disaster_recovery_allowed: "bool" computed
            display_name: "string" optional, computed
            id: "string" optional, computed, stable
            last_modified_date_time: "string" computed, spellings
            local_admin_enabled: "bool" computed
            notification_setting: single computed, deprecated
              restart_prompts_disabled: "bool" computed
            provisioning_source_type: "string" computed, spellings
            reset_enabled: "bool" computed
            restore_point_setting: single computed
              frequency_in_hours: "number" computed, deprecated
              frequency_type: "string" computed, spellings
              user_restore_enabled: "bool" computed
        "#]],
    );
}

#[test]
fn data_source_of_many_has_hints_and_items() {
    check(
        &schema::data_sources(&crate::entities::intune::role_definition::ENTITY),
        expect![[r#"
            filter: "string" optional
            items: list computed
              allowed_resource_actions: ["set","string"] computed
              description: "string" computed
              display_name: "string" computed
              id: "string" computed, stable
              is_built_in: "bool" computed
              not_allowed_resource_actions: ["set","string"] computed
              role_scope_tag_ids: ["set","string"] computed
            order_by: "string" optional
            top: "number" optional
        "#]],
    );
}

static WITH_SECRET: Entity =
    Entity::child_of("test_thing", "thing", "/parents/{}/things", "parent_id", "Its parent.")
        .updated_by(Update::Never)
        .attributes(&[
            string("displayName").required(),
            string("password").required().secret(),
            date_time("createdDateTime").read_only(),
        ]);

#[test]
fn secrets_have_twins_and_entities_without_update_are_replaced() {
    check(
        &schema::resource(&WITH_SECRET),
        expect![[r#"
            allow_duplicate_name: "bool" optional
            created_date_time: "string" computed, spellings
            display_name: "string" required, replaces
            id: "string" computed, stable
            parent_id: "string" required, replaces
            password: "string" optional, replaces, sensitive
            password_wo: "string" optional, sensitive, write-only
            password_wo_version: "number" optional, replaces
            timeouts: single optional
              create: "string" optional
              delete: "string" optional
              read: "string" optional
              update: "string" optional
        "#]],
    );
    assert_eq!(schema::resource(&WITH_SECRET).check(Role::Resource), Vec::<String>::new());
}
