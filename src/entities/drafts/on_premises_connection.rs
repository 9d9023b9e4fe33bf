//! Shape: a secret that is written and never read, and changed by an action of its own. Some properties come only when a `$select`
//! names them.

use crate::spec::*;

/// Shortened: without the details of health checks.
pub static DRAFT: Entity = Entity::collection(
    "windows365_on_premises_connection",
    "cloudPcOnPremisesConnection",
    "/deviceManagement/virtualEndpoint/onPremisesConnections",
)
.doc(
    "An Azure network connection: a network of your own that Cloud PCs live in.",
    "https://learn.microsoft.com/graph/api/resources/cloudpconpremisesconnection",
)
// Apps may read, but not write.
.permissions(super::CLOUD_PC.writes_delegated_only())
.unique_name()
.select()
.attributes(&[
    string("displayName").required().doc("Name of the connection."),
    choice("connectionType", &CONNECTION_TYPE)
        .defaulted()
        .stable()
        .doc("Directory that Cloud PCs join."),
    guid("subscriptionId").required().doc("The subscription in Azure, by id."),
    string("resourceGroupId").required().ignore_case().doc("The resource group, by its full id."),
    string("virtualNetworkId").required().ignore_case().doc("The virtual network, by its full id."),
    string("subnetId").required().ignore_case().doc("The subnet, by its full id."),
    string("adDomainName").empty_is_null().ignore_case().doc("The Active Directory domain."),
    string("adDomainUsername")
        .empty_is_null()
        .ignore_case()
        .doc("Account that joins Cloud PCs to the domain."),
    string("adDomainPassword")
        .secret()
        .changed_by("updateAdDomainPassword", "adDomainPassword")
        .doc("Password of the account."),
    string("organizationalUnit")
        .empty_is_null()
        .ignore_case()
        .doc("Organizational unit of the computers."),
    strings("scopeIds").defaulted().stable().doc("Scope tags, by id."),
    string("alternateResourceUrl")
        .read_only()
        .stable()
        .select_only()
        .doc("Link to the object of another service."),
    string("healthCheckStatus").read_only().doc("Outcome of the latest health checks."),
    boolean("healthCheckPaused").read_only().doc("Whether health checks rest."),
    boolean("inUse").read_only().select_only().doc("Whether a policy or image uses it."),
    boolean("inUseByCloudPc").read_only().doc("Whether a Cloud PC uses it."),
    string("subscriptionName").read_only().stable().doc("Name of the subscription."),
    string("virtualNetworkLocation").read_only().stable().doc("Region of the virtual network."),
])
.left_out(&[LeftOut { property: "healthCheckStatusDetail", why: "Not described yet." }])
.rules(&[
    Rule::RequiredWhen {
        attribute: "connection_type",
        values: &["hybridAzureADJoin"],
        needs: "ad_domain_name",
    },
    Rule::RequiredWhen {
        attribute: "connection_type",
        values: &["hybridAzureADJoin"],
        needs: "ad_domain_username",
    },
]);

static CONNECTION_TYPE: Choice =
    Choice::open("cloudPcOnPremisesConnectionType", &["hybridAzureADJoin", "azureADJoin"]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::{Value as Json, json};

    use super::DRAFT;
    use crate::engine::check::check;

    fn config(secret: Json) -> Json {
        let mut config = json!({
            "display_name": "West", "connection_type": "hybridAzureADJoin", "subscription_id": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
            "resource_group_id": "g", "virtual_network_id": "v", "subnet_id": "s", "ad_domain_name": "corp.example",
            "ad_domain_username": "join@corp.example",
        });
        for (name, value) in secret.as_object().unwrap() {
            config[name] = value.clone();
        }
        config
    }

    fn answer() -> Json {
        json!({
            "id": "n1", "displayName": "West", "connectionType": "hybridAzureADJoin", "subscriptionId": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
            "resourceGroupId": "g", "virtualNetworkId": "v", "subnetId": "s", "adDomainName": "corp.example",
            "adDomainUsername": "join@corp.example", "adDomainPassword": null, "organizationalUnit": null, "scopeIds": ["0"],
            "healthCheckStatus": "passed", "inUse": false,
        })
    }

    #[test]
    fn secret_is_sent_in_the_create_and_kept_in_the_state() {
        let plain = config(json!({"ad_domain_password": "p1"}));
        check(&DRAFT).config(plain.clone()).creates(expect![[r##"
            POST /deviceManagement/virtualEndpoint/onPremisesConnections
            {
              "@odata.type": "#microsoft.graph.cloudPcOnPremisesConnection",
              "adDomainName": "corp.example",
              "adDomainPassword": "p1",
              "adDomainUsername": "join@corp.example",
              "connectionType": "hybridAzureADJoin",
              "displayName": "West",
              "resourceGroupId": "g",
              "subnetId": "s",
              "subscriptionId": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
              "virtualNetworkId": "v"
            }
        "##]]);
        check(&DRAFT).config(plain).answer(answer()).reads(expect![[r#"
            {
              "ad_domain_name": "corp.example",
              "ad_domain_password": "p1",
              "ad_domain_username": "join@corp.example",
              "connection_type": "hybridAzureADJoin",
              "display_name": "West",
              "health_check_status": "passed",
              "id": "n1",
              "in_use": false,
              "resource_group_id": "g",
              "scope_ids": [
                "0"
              ],
              "subnet_id": "s",
              "subscription_id": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
              "virtual_network_id": "v"
            }
        "#]]);
    }

    #[test]
    fn write_only_secret_is_sent_and_stored_nowhere() {
        let secret =
            config(json!({"ad_domain_password_wo": "p1", "ad_domain_password_wo_version": 1}));
        check(&DRAFT).config(secret.clone()).creates(expect![[r##"
            POST /deviceManagement/virtualEndpoint/onPremisesConnections
            {
              "@odata.type": "#microsoft.graph.cloudPcOnPremisesConnection",
              "adDomainName": "corp.example",
              "adDomainPassword": "p1",
              "adDomainUsername": "join@corp.example",
              "connectionType": "hybridAzureADJoin",
              "displayName": "West",
              "resourceGroupId": "g",
              "subnetId": "s",
              "subscriptionId": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
              "virtualNetworkId": "v"
            }
        "##]]);
        check(&DRAFT).config(secret).answer(answer()).reads(expect![[r#"
            {
              "ad_domain_name": "corp.example",
              "ad_domain_password_wo_version": 1,
              "ad_domain_username": "join@corp.example",
              "connection_type": "hybridAzureADJoin",
              "display_name": "West",
              "health_check_status": "passed",
              "id": "n1",
              "in_use": false,
              "resource_group_id": "g",
              "scope_ids": [
                "0"
              ],
              "subnet_id": "s",
              "subscription_id": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
              "virtual_network_id": "v"
            }
        "#]]);
    }

    #[test]
    fn changed_secret_goes_through_its_action() {
        let plain = |password| config(json!({"ad_domain_password": password}));
        check(&DRAFT)
            .config(plain("p1"))
            .answer(answer())
            .then(plain("p2"))
            .updates(expect![[r#"
                POST /deviceManagement/virtualEndpoint/onPremisesConnections/n1/updateAdDomainPassword
                {
                  "adDomainPassword": "p2"
                }
            "#]]);
    }

    #[test]
    fn write_only_secret_is_sent_again_when_its_version_changes_and_only_then() {
        let secret = |password, version| {
            config(
                json!({"ad_domain_password_wo": password, "ad_domain_password_wo_version": version}),
            )
        };
        check(&DRAFT)
            .config(secret("p1", 1))
            .answer(answer())
            .then(secret("p2", 2))
            .updates(expect![[r#"
                POST /deviceManagement/virtualEndpoint/onPremisesConnections/n1/updateAdDomainPassword
                {
                  "adDomainPassword": "p2"
                }
            "#]]);
        check(&DRAFT)
            .config(secret("p1", 1))
            .answer(answer())
            .then(secret("p2", 1))
            .updates(expect!["no change\n"]);
    }

    #[test]
    fn secret_that_moves_to_its_twin_is_sent() {
        let twin =
            config(json!({"ad_domain_password_wo": "p2", "ad_domain_password_wo_version": 1}));
        check(&DRAFT)
            .config(config(json!({"ad_domain_password": "p1"})))
            .answer(answer())
            .then(twin)
            .updates(expect![[r#"
                POST /deviceManagement/virtualEndpoint/onPremisesConnections/n1/updateAdDomainPassword
                {
                  "adDomainPassword": "p2"
                }
            "#]]);
    }

    #[test]
    fn secret_stands_in_one_place() {
        check(&DRAFT)
            .config(config(json!({"ad_domain_password": "a", "ad_domain_password_wo": "b"})))
            .finds(expect![[r#"
                Error at ad_domain_password_wo: Secret given twice: Only one of `ad_domain_password` and `ad_domain_password_wo` may be set.
            "#]]);
        check(&DRAFT)
            .config(config(json!({"ad_domain_password_wo_version": 1})))
            .finds(expect![[r#"
                Error at ad_domain_password_wo_version: Version without a secret: `ad_domain_password_wo_version` says when `ad_domain_password_wo` changes; it means nothing without it.
            "#]]);
    }

    #[test]
    fn every_property_is_selected_but_the_secret() {
        check(&DRAFT).config(config(json!({}))).answer(answer()).is_read_by(expect![[r#"
            GET /deviceManagement/virtualEndpoint/onPremisesConnections/n1?$select=id,displayName,connectionType,subscriptionId,resourceGroupId,virtualNetworkId,subnetId,adDomainName,adDomainUsername,organizationalUnit,scopeIds,alternateResourceUrl,healthCheckStatus,healthCheckPaused,inUse,inUseByCloudPc,subscriptionName,virtualNetworkLocation
        "#]]);
    }
}
