//! Secrets, what steers the provider, and health checks.

use expect_test::expect;
use serde_json::{Value as Json, json};

use super::ENTITY;
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
    check(&ENTITY).config(plain.clone()).creates(expect![[r##"
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
    check(&ENTITY).config(plain).answer(answer()).reads(expect![[r#"
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
    let secret = config(json!({"ad_domain_password_wo": "p1", "ad_domain_password_wo_version": 1}));
    check(&ENTITY).config(secret.clone()).creates(expect![[r##"
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
    check(&ENTITY).config(secret).answer(answer()).reads(expect![[r#"
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
    check(&ENTITY).config(plain("p1")).answer(answer()).then(plain("p2")).updates(expect![[r#"
            POST /deviceManagement/virtualEndpoint/onPremisesConnections/n1/updateAdDomainPassword
            {
              "adDomainPassword": "p2"
            }
        "#]]);
}

#[test]
fn write_only_secret_is_sent_again_when_its_version_changes_and_only_then() {
    let secret = |password, version| {
        config(json!({"ad_domain_password_wo": password, "ad_domain_password_wo_version": version}))
    };
    check(&ENTITY).config(secret("p1", 1)).answer(answer()).then(secret("p2", 2)).updates(expect![
        [r#"
            POST /deviceManagement/virtualEndpoint/onPremisesConnections/n1/updateAdDomainPassword
            {
              "adDomainPassword": "p2"
            }
        "#]
    ]);
    check(&ENTITY)
        .config(secret("p1", 1))
        .answer(answer())
        .then(secret("p2", 1))
        .updates(expect!["no change\n"]);
}

#[test]
fn secret_that_moves_to_its_twin_is_sent() {
    let twin = config(json!({"ad_domain_password_wo": "p2", "ad_domain_password_wo_version": 1}));
    check(&ENTITY)
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
    check(&ENTITY)
        .config(config(json!({"ad_domain_password": "a", "ad_domain_password_wo": "b"})))
        .finds(expect![[r#"
            Error at ad_domain_password_wo: Secret given twice: Only one of `ad_domain_password` and `ad_domain_password_wo` may be set.
        "#]]);
    check(&ENTITY)
        .config(config(json!({"ad_domain_password_wo_version": 1})))
        .finds(expect![[r#"
            Error at ad_domain_password_wo_version: Version without a secret: `ad_domain_password_wo_version` says when `ad_domain_password_wo` changes; it means nothing without it.
        "#]]);
}

#[test]
fn every_property_is_selected_but_the_secret() {
    check(&ENTITY).config(config(json!({}))).answer(answer()).is_read_by(expect![[r#"
        GET /deviceManagement/virtualEndpoint/onPremisesConnections/n1?$select=id,displayName,connectionType,subscriptionId,resourceGroupId,virtualNetworkId,subnetId,adDomainName,adDomainUsername,organizationalUnit,scopeIds,alternateResourceUrl,healthCheckStatus,healthCheckStatusDetail,healthCheckPaused,inUse,inUseByCloudPc,managedBy,subscriptionName,virtualNetworkLocation,subnetPrivateIpDetail
    "#]]);
}

#[test]
fn a_new_account_and_its_password_are_sent_together() {
    let with = |name: &str, password: &str| {
        let mut config = config(json!({"ad_domain_password": password}));
        config["ad_domain_username"] = json!(name);
        config
    };
    check(&ENTITY)
        .config(with("join@corp.example", "p1"))
        .answer(answer())
        .then(with("other@corp.example", "p2"))
        .updates(expect![[r##"
            PATCH /deviceManagement/virtualEndpoint/onPremisesConnections/n1
            {
              "@odata.type": "#microsoft.graph.cloudPcOnPremisesConnection",
              "adDomainPassword": "p2",
              "adDomainUsername": "other@corp.example"
            }
        "##]]);
    // The password goes along even where it is the same: the service is not told an account without one.
    check(&ENTITY)
        .config(with("join@corp.example", "p1"))
        .answer(answer())
        .then(with("other@corp.example", "p1"))
        .updates(expect![[r##"
            PATCH /deviceManagement/virtualEndpoint/onPremisesConnections/n1
            {
              "@odata.type": "#microsoft.graph.cloudPcOnPremisesConnection",
              "adDomainPassword": "p1",
              "adDomainUsername": "other@corp.example"
            }
        "##]]);
}

#[test]
fn what_only_steers_the_provider_is_kept_and_never_sent() {
    let mut steered = config(json!({}));
    steered["wait_for_health_check"] = json!(true);
    steered["health_check_triggers"] = json!({"firewall": "1"});
    let mut again = steered.clone();
    again["health_check_triggers"] = json!({"firewall": "2"});
    check(&ENTITY).config(steered.clone()).creates(expect![[r##"
        POST /deviceManagement/virtualEndpoint/onPremisesConnections
        {
          "@odata.type": "#microsoft.graph.cloudPcOnPremisesConnection",
          "adDomainName": "corp.example",
          "adDomainUsername": "join@corp.example",
          "connectionType": "hybridAzureADJoin",
          "displayName": "West",
          "resourceGroupId": "g",
          "subnetId": "s",
          "subscriptionId": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
          "virtualNetworkId": "v"
        }
    "##]]);
    // The call that a trigger makes is no change of the object.
    check(&ENTITY).config(steered.clone()).answer(answer()).then(again).updates(expect![[r#"
        POST /deviceManagement/virtualEndpoint/onPremisesConnections/n1/runHealthChecks
        {}
    "#]]);
    check(&ENTITY).config(steered).answer(answer()).reads(expect![[r#"
        {
          "ad_domain_name": "corp.example",
          "ad_domain_username": "join@corp.example",
          "connection_type": "hybridAzureADJoin",
          "display_name": "West",
          "health_check_status": "passed",
          "health_check_triggers": {
            "firewall": "1"
          },
          "id": "n1",
          "in_use": false,
          "resource_group_id": "g",
          "scope_ids": [
            "0"
          ],
          "subnet_id": "s",
          "subscription_id": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
          "virtual_network_id": "v",
          "wait_for_health_check": true
        }
    "#]]);
}

#[test]
fn a_hybrid_join_needs_a_domain_and_an_account() {
    let mut bare = config(json!({}));
    bare["ad_domain_name"] = Json::Null;
    bare["ad_domain_username"] = Json::Null;
    check(&ENTITY).config(bare).finds(expect![[r#"
        Error at ad_domain_name: Attributes that do not go together: `ad_domain_name` must be set when `connection_type` is "hybridAzureADJoin".
        Error at ad_domain_username: Attributes that do not go together: `ad_domain_username` must be set when `connection_type` is "hybridAzureADJoin".
    "#]]);
}

#[test]
fn health_checks_are_read_with_what_each_of_them_found() {
    let mut answer = answer();
    answer["healthCheckStatus"] = json!("failed");
    answer["managedBy"] = json!("windows365,devBox");
    answer["healthCheckStatusDetail"] = json!({
        "startDateTime": "2026-03-03T09:20:00Z", "endDateTime": "2026-03-03T09:31:40Z",
        "healthChecks": [{
            "displayName": "Domain join", "status": "failed", "startDateTime": "2026-03-03T09:20:41Z",
            "endDateTime": "2026-03-03T09:31:40Z", "errorType": "adJoinCheckIncorrectCredentials",
            "recommendedAction": "Give the account a working password", "additionalDetail": null, "correlationId": "4a6b8c0d",
        }],
    });
    answer["subnetPrivateIpDetail"] = json!({
        "subnetAvailableIpCount": "240", "subnetAvailableIpCountLastSyncDateTime": "2026-03-03T08:00:00Z",
    });
    check(&ENTITY).config(config(json!({}))).answer(answer).reads(expect![[r#"
        {
          "ad_domain_name": "corp.example",
          "ad_domain_username": "join@corp.example",
          "connection_type": "hybridAzureADJoin",
          "display_name": "West",
          "health_check_status": "failed",
          "health_check_status_detail": {
            "end_date_time": "2026-03-03T09:31:40Z",
            "health_checks": [
              {
                "correlation_id": "4a6b8c0d",
                "display_name": "Domain join",
                "end_date_time": "2026-03-03T09:31:40Z",
                "error_type": "adJoinCheckIncorrectCredentials",
                "recommended_action": "Give the account a working password",
                "start_date_time": "2026-03-03T09:20:41Z",
                "status": "failed"
              }
            ],
            "start_date_time": "2026-03-03T09:20:00Z"
          },
          "id": "n1",
          "in_use": false,
          "managed_by": [
            "windows365",
            "devBox"
          ],
          "resource_group_id": "g",
          "scope_ids": [
            "0"
          ],
          "subnet_id": "s",
          "subnet_private_ip_detail": {
            "subnet_available_ip_count": 240,
            "subnet_available_ip_count_last_sync_date_time": "2026-03-03T08:00:00Z"
          },
          "subscription_id": "0f5e2c84-7a19-4d63-b8e2-9c1d6f3a7051",
          "virtual_network_id": "v"
        }
    "#]]);
}
