//! `windows365_snapshot_storage_account`: where snapshots of Cloud PCs can be stored for an investigation.
//!
//! Facts from <https://learn.microsoft.com/graph/api/cloudpcsnapshot-getstorageaccounts?view=graph-rest-beta>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity. The reference's example gives its objects no id.
pub static ENTITY: Entity = Entity::function(
    "windows365_snapshot_storage_account",
    "cloudPcForensicStorageAccount",
    "/deviceManagement/virtualEndpoint/snapshots/getStorageAccounts(subscriptionId='{}')",
)
.arguments(&[Argument {
    name: "subscription_id",
    doc: "The Azure subscription, by id, such as one of `windows365_snapshot_subscriptions`.",
}])
.beta()
.named_by("storageAccountName")
.doc(
    "A storage account in Azure that snapshots of Cloud PCs can be stored in for an investigation.",
    "https://learn.microsoft.com/graph/api/cloudpcsnapshot-getstorageaccounts?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    string("storageAccountName").doc("Name of the storage account."),
    string("storageAccountId")
        .doc("Id of the storage account in Azure, which the action that makes a snapshot takes."),
    choice("accessTier", &ACCESS_TIER).doc("Access tier: `hot`, `cool`, `premium` or `cold`."),
    boolean("immutableStorage").doc("Whether nothing in it can be changed or deleted for a time."),
]);

static ACCESS_TIER: Choice =
    Choice::open("cloudPcStorageAccountAccessTier", &["hot", "cool", "premium", "cold"]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::lists;

    #[test]
    fn accounts_are_sorted_by_name() {
        lists(
            &ENTITY,
            &[
                json!({"storageAccountName": "b", "storageAccountId": "/b", "accessTier": "hot"}),
                json!({"storageAccountName": "a", "storageAccountId": "/a"}),
            ],
            expect![[r#"
                GET /deviceManagement/virtualEndpoint/snapshots/getStorageAccounts(subscriptionId='{}')
                [
                  {
                    "storage_account_id": "/a",
                    "storage_account_name": "a"
                  },
                  {
                    "access_tier": "hot",
                    "storage_account_id": "/b",
                    "storage_account_name": "b"
                  }
                ]
            "#]],
        );
    }
}
