//! `windows365_external_partner`: a service of somebody else that may speak with the Cloud PCs of the tenant.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcexternalpartner?view=graph-rest-beta> and the pages of its methods.
//! `cloudPcExternalPartnerSetting`, the older form, is not answered any more.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_external_partner",
    "cloudPcExternalPartner",
    "/deviceManagement/virtualEndpoint/externalPartners",
)
.beta()
.doc(
    "A connection to an external partner: a service of another company that may speak with the Cloud PCs of the tenant.\n\n\
     The service deletes none. Destroying one disables the connection, with a warning; creating one for the same partner later takes it \
     over again.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcexternalpartner?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.named_by("partnerId")
// The id stands for the partner, of whom there is one.
.unique_name()
.switched_off("enableConnection", "The connection is disabled: calls of the partner are not accepted any more.")
.attributes(&[
    // Called read-only: it is given at creation, and no request changes it.
    guid("partnerId")
        .required()
        .replace()
        .doc("The partner, by the id that Windows 365 gave it."),
    boolean("enableConnection")
        .required()
        .doc("Whether calls of the partner are accepted."),
    // Neither the create nor the update takes it. No page says how to take a setting back, so that one that is left out stays.
    object("agentSetting")
        .defaulted()
        .stable()
        .on_update()
        .changed_by("configureAgent", "agentSetting")
        .doc("The partner's program on Cloud PCs, for partners whose addresses Microsoft has let in; Windows 365 Business only.")
        .of(&[
            string("agentUrl").doc("Address that the program is downloaded from."),
            string("agentSha256").ignore_case().doc("SHA-256 of the program, in hexadecimal."),
            // They may hold tokens of the partner.
            strings("installParameters")
                .ordered()
                .sensitive()
                .empty_is_null()
                .doc("What the program is started with to install itself."),
            boolean("autoDeploymentEnabled")
                .defaulted()
                .stable()
                .doc("Whether new Cloud PCs get the program by themselves."),
        ]),
    choice("connectionStatus", &STATUS)
        .read_only()
        .doc("State of the connection: `notAvailable`, `available` (nothing heard yet), `healthy` or `unhealthy`."),
    string("statusDetails").read_only().doc("More about the state."),
    date_time("lastSyncDateTime").read_only().doc("When data was exchanged last."),
]);

static STATUS: Choice = Choice::open(
    "cloudPcExternalPartnerStatus",
    &["notAvailable", "available", "healthy", "unhealthy"],
);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::check;

    const PARTNER: &str = "198d7140-80bb-4843-8cc4-811377a49a92";

    #[test]
    fn the_program_follows_in_an_action() {
        let config = json!({
            "partner_id": PARTNER, "enable_connection": true,
            "agent_setting": {"agent_url": "https://partner.example/agent.msi", "install_parameters": ["/quiet", "/norestart"]},
        });
        check(&ENTITY).config(config).creates(expect![[r##"
            POST /deviceManagement/virtualEndpoint/externalPartners
            {
              "@odata.type": "#microsoft.graph.cloudPcExternalPartner",
              "enableConnection": true,
              "partnerId": "198d7140-80bb-4843-8cc4-811377a49a92"
            }
            POST /deviceManagement/virtualEndpoint/externalPartners/ID/configureAgent
            {
              "agentSetting": {
                "agentUrl": "https://partner.example/agent.msi",
                "installParameters": [
                  "/quiet",
                  "/norestart"
                ]
              }
            }
        "##]]);
    }

    #[test]
    fn without_a_program_there_is_no_action() {
        let config = json!({"partner_id": PARTNER, "enable_connection": true});
        let partner = check(&ENTITY).config(config.clone());
        partner.creates(expect![[r##"
            POST /deviceManagement/virtualEndpoint/externalPartners
            {
              "@odata.type": "#microsoft.graph.cloudPcExternalPartner",
              "enableConnection": true,
              "partnerId": "198d7140-80bb-4843-8cc4-811377a49a92"
            }
        "##]]);
        let answer = json!({
            "id": "e-1", "partnerId": PARTNER, "enableConnection": true, "connectionStatus": "available", "agentSetting": null,
        });
        let mut next = config;
        next["enable_connection"] = json!(false);
        partner.answer(answer).then(next).updates(expect![[r##"
            PATCH /deviceManagement/virtualEndpoint/externalPartners/e-1
            {
              "@odata.type": "#microsoft.graph.cloudPcExternalPartner",
              "enableConnection": false
            }
        "##]]);
    }

    #[test]
    fn another_partner_is_another_connection() {
        let config = json!({"partner_id": PARTNER, "enable_connection": true});
        let answer = json!({"id": "e-1", "partnerId": PARTNER, "enableConnection": true});
        let mut next = config.clone();
        next["partner_id"] = json!("00000000-80bb-4843-8cc4-811377a49a92");
        check(&ENTITY).config(config).answer(answer).then(next).updates(expect![[r"
            replaces because of partner_id
        "]]);
    }
}
