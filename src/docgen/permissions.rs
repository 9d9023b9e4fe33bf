//! The guide on permissions: what an app registration needs, from the table that the check before each call uses.

use super::about::front_matter;
use crate::provider::permissions::{Mode, Operation, Type, ids, types};
use crate::spec::Access;

/// The guide.
pub(super) fn guide() -> String {
    let mut page = front_matter(
        "Permissions",
        None,
        "Which permissions of Microsoft Graph each type needs, for apps and for people, and how the provider checks them.",
    );
    page.push_str(OPENING);
    let types = types();
    for (title, mode) in
        [("Resources", Mode::Managed), ("Data sources", Mode::Data), ("Actions", Mode::Action)]
    {
        page.push_str(&format!("\n### {title}\n\n"));
        page.push_str(&table(types.iter().filter(|it| it.mode == mode)));
    }
    page.push_str(&not_for_apps(&types));
    page.push_str(IDS);
    for ids in ids::ALL {
        page.push_str(&format!(
            "| `{}` | {} | `{}` |\n",
            ids.name,
            ids.delegated.map_or_else(|| "look it up by name".to_owned(), |id| format!("`{id}`")),
            ids.application
        ));
    }
    page.push_str(CLOSING);
    page
}

/// One line for each type: the least for reading, and the least for writing.
fn table<'t>(types: impl Iterator<Item = &'t Type>) -> String {
    let mut text = String::from("| Type | To read | To write or run |\n|---|---|---|\n");
    for r#type in types {
        let least = |operations: &[Operation]| {
            let mut lists: Vec<String> = Vec::new();
            for (operation, access) in &r#type.operations {
                if operations.contains(operation) {
                    let cell = cell(access);
                    if !lists.contains(&cell) {
                        lists.push(cell);
                    }
                }
            }
            match lists.is_empty() {
                true => "-".to_owned(),
                false => lists.join("; "),
            }
        };
        let write =
            least(&[Operation::Create, Operation::Update, Operation::Delete, Operation::Run]);
        text.push_str(&format!(
            "| `{}` | {} | {write} |\n",
            r#type.name,
            least(&[Operation::Read])
        ));
    }
    text
}

fn cell(access: &Access) -> String {
    let least = |list: &[&'static str]| list.first().copied();
    match (least(access.application), least(access.delegated)) {
        (None, None) => "-".to_owned(),
        (Some(app), Some(person)) if app == person => format!("`{app}`"),
        (Some(app), Some(person)) => format!("`{app}` (apps), `{person}` (people)"),
        (None, Some(person)) => format!("`{person}` (people only)"),
        (Some(app), None) => format!("`{app}` (apps only)"),
    }
}

fn not_for_apps(types: &[Type]) -> String {
    let mut lines = Vec::new();
    for r#type in types {
        let refused: Vec<_> = r#type
            .operations
            .iter()
            .filter(|(_, access)| access.application.is_empty() && !access.delegated.is_empty())
            .map(|(operation, _)| operation.name())
            .collect();
        if !refused.is_empty() {
            lines.push(format!("- `{}`: {}\n", r#type.address(), refused.join(", ")));
        }
    }
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "\n## What apps cannot do\n\n\
         Microsoft offers these operations to signed-in people only, whatever permissions an app has.\n\
         The provider says so in the plan instead of letting the apply fail; sign in by `auth login`, or on behalf of a person.\n\n{}",
        lines.concat()
    )
}

const OPENING: &str = "# Permissions

A token carries permissions, and each request needs one of them.
An app that signs in by itself has *application permissions*; for a signed-in person the app has *delegated permissions*, and the person needs a role as well.
Both are added to the app registration, and an administrator consents to them.

## The least set for your configuration

The program knows what its types need and reads a plan to tell what is done with them:

```sh
terraform plan -out plan.out
terraform show -json plan.out > plan.json
terraform-provider-windows365 permissions --plan plan.json
```

Types can be named instead of a plan, with `data.` before the type of a data source and `action.` before that of an action; `--json` adds the ids that app registrations want:

```sh
terraform-provider-windows365 permissions windows365_provisioning_policy data.windows365_gallery_image --json
```

The same comes from a function of the provider, which needs no credentials (Terraform 1.8 and later):

```terraform
output \"permissions\" {
  value = provider::windows365::permissions([\"windows365_provisioning_policy\", \"data.windows365_gallery_image\"])
}
```

`terraform-provider-windows365 auth status` looks from the other side: it signs in as the provider would and says, type by type, what the token may read and write.

## The check before each call

Before a type is used for the first time, the provider compares the token with this table.
`permission_check` in the provider block says what happens when nothing fits: `warn` (the default) names the missing permission and goes on, since a directory role can stand in for some permissions; `error` stops; `off` leaves it to the service.
A token that cannot be read is not checked.
That a permission is there never means that a call is allowed: roles, scope tags, licences and conditional access are not in a token.

For people the usual directory roles are Intune Administrator and Windows 365 Administrator.
A permission that was granted a moment ago is in new tokens only, some minutes later; a managed identity may keep its old token for hours.

## The least for each type

A permission to write includes reading.
Where one name stands in a cell, apps and people need the same.
All permissions that a request accepts stand on the page of each type.
";

const IDS: &str = "
## Ids

Ids of the permissions of Microsoft Graph (`00000003-0000-0000-c000-000000000000`), for `az ad app permission add --api-permissions ID=Scope` (delegated) or `ID=Role` (application):

| Permission | Delegated | Application |
|---|---|---|
";

const CLOSING: &str = "
## With the azuread provider

App registration and consent can be managed by Terraform, too:

```terraform
data \"azuread_service_principal\" \"graph\" {
  client_id = \"00000003-0000-0000-c000-000000000000\"
}

locals {
  needed = provider::windows365::permissions([\"windows365_provisioning_policy\", \"windows365_user_setting\"])
}

resource \"azuread_application\" \"cloud_pc\" {
  display_name = \"Terraform for Windows 365\"

  required_resource_access {
    resource_app_id = data.azuread_service_principal.graph.client_id

    dynamic \"resource_access\" {
      for_each = toset(local.needed.application)
      content {
        id   = data.azuread_service_principal.graph.app_role_ids[resource_access.value]
        type = \"Role\"
      }
    }
  }
}

resource \"azuread_service_principal\" \"cloud_pc\" {
  client_id = azuread_application.cloud_pc.client_id
}

resource \"azuread_app_role_assignment\" \"consent\" {
  for_each = toset(local.needed.application)

  app_role_id         = data.azuread_service_principal.graph.app_role_ids[each.value]
  principal_object_id = azuread_service_principal.cloud_pc.object_id
  resource_object_id  = data.azuread_service_principal.graph.object_id
}
```

The last block is the consent of an administrator; a managed identity gets its permissions the same way, with its own object id.

## Beyond Microsoft Graph

Intune has an API of its own for the data warehouse, network access control, certificates and compliance partners.
No type of this provider needs its permissions; where something else does, [`windows365_access_token`](../ephemeral-resources/windows365_access_token.md) gets a token for it.
";
