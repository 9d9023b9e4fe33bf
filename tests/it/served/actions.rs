//! What Terraform 1.14 runs itself, and what is open for a while only, over the wire.

use serde_json::json;
use windows365::mock::Mock;

use crate::minicore::MiniCore;
use crate::support::{programs, tenant};

const CLOUD_PCS: &str = "/deviceManagement/virtualEndpoint/cloudPCs";
const ONE: &str = "11111111-1111-4111-8111-111111111111";
const TWO: &str = "22222222-2222-4222-8222-222222222222";

async fn core(mock: &Mock) -> MiniCore {
    let environment = mock.environment();
    let variables: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    MiniCore::new(programs::windows365(), &variables, json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_tells_its_progress_and_its_end() {
    let mock = tenant::prompt().await;
    for id in [ONE, TWO] {
        mock.put(CLOUD_PCS, id, json!({ "displayName": id, "status": "provisioned" }));
    }
    mock.switch(|switches| {
        switches.remote_action_seconds = 0;
        switches.failing_cloud_pcs = vec![TWO.to_owned()];
    });
    let core = core(&mock).await;
    let told = core.action("windows365_cloud_pc_reboot", &json!({ "target_ids": [ONE] })).await;
    let told = told.unwrap();
    assert_eq!(told.last(), Some(&format!("Cloud PC {ONE}: done")), "{told:?}");
    let failed = core.action("windows365_cloud_pc_reboot", &json!({ "target_ids": [TWO] })).await;
    let failed = failed.unwrap_err();
    assert!(format!("{failed:?}").contains(TWO), "{failed:?}");
    let wrong = core.action("windows365_cloud_pc_reboot", &json!({ "target_ids": ["../x"] })).await;
    let wrong = wrong.unwrap_err();
    assert!(wrong.0[0].path.contains("target_ids"), "{wrong:?}");
    let reboots = mock.requests().into_iter().filter(|it| it.path.ends_with("/reboot")).count();
    assert_eq!(reboots, 2, "each was sent once, and nothing for what is no id");
    core.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_opened_used_and_closed() {
    let mock = tenant::prompt().await;
    let core = core(&mock).await;
    let token = core.ephemeral("windows365_access_token", &json!({})).await.unwrap();
    let text = token.result["access_token"].as_str().unwrap();
    assert_eq!(text.split('.').count(), 3, "a token of three parts");
    let wrong =
        core.ephemeral("windows365_access_token", &json!({ "audience": "no address" })).await;
    assert!(format!("{:?}", wrong.err()).contains("audience"));
    core.finish();
}
