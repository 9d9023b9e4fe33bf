//! `windows365_snapshot`: the points in time that Cloud PCs can be restored to.
//!
//! Facts from <https://learn.microsoft.com/graph/api/resources/cloudpcsnapshot?view=graph-rest-beta>.

use super::PERMISSIONS;
use crate::spec::*;

/// The entity.
pub static ENTITY: Entity = Entity::collection(
    "windows365_snapshot",
    "cloudPcSnapshot",
    "/deviceManagement/virtualEndpoint/snapshots",
)
.beta()
.read_only()
.named_by("id")
.listed_through(
    "/deviceManagement/virtualEndpoint/cloudPCs/{}/retrieveSnapshots",
    Argument {
        name: "cloud_pc_id",
        doc: "A Cloud PC, by id: only its snapshots are listed then, without looking at those of others.",
    },
)
.doc(
    "A snapshot is a point in time that a Cloud PC can be restored to.",
    "https://learn.microsoft.com/graph/api/resources/cloudpcsnapshot?view=graph-rest-beta",
)
.permissions(PERMISSIONS)
.attributes(&[
    guid("cloudPcId").doc("The Cloud PC, by id."),
    choice("snapshotType", &SNAPSHOT_TYPE).doc("Who made it: the service by itself (`automatic`), an administrator (`manual`), or the service at the end of a grace period (`retention`)."),
    choice("status", &STATUS).doc("State of the snapshot; `ready` can be restored."),
    choice("healthCheckStatus", &HEALTH).doc("Outcome of its health check: `unknown`, `healthy` or `unhealthy`."),
    date_time("createdDateTime").doc("When it was made."),
    date_time("lastRestoredDateTime").doc("When the Cloud PC was last restored to it."),
    date_time("expirationDateTime").doc("When it is deleted."),
]);

static SNAPSHOT_TYPE: Choice =
    Choice::open("cloudPcSnapshotType", &["automatic", "manual", "retention"]);

static STATUS: Choice = Choice::open("cloudPcSnapshotStatus", &["ready"]);

static HEALTH: Choice =
    Choice::open("cloudPcSnapshotHealthCheckStatus", &["unknown", "healthy", "unhealthy"]);

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ENTITY;
    use crate::engine::check::lists;

    #[test]
    fn listed_objects_become_items() {
        lists(
            &ENTITY,
            &[json!({
                "id": "A00009UV000_93cff428-61a9-467f-a879-1102af6fd4a8", "cloudPcId": "b0a9cde2-e170-4dd9-97c3-ad1d3328a711",
                "status": "ready", "snapshotType": "automatic", "createdDateTime": "2026-03-03T09:00:00.00Z",
            })],
            expect![[r#"
                GET /deviceManagement/virtualEndpoint/snapshots
                [
                  {
                    "cloud_pc_id": "b0a9cde2-e170-4dd9-97c3-ad1d3328a711",
                    "created_date_time": "2026-03-03T09:00:00.00Z",
                    "id": "A00009UV000_93cff428-61a9-467f-a879-1102af6fd4a8",
                    "snapshot_type": "automatic",
                    "status": "ready"
                  }
                ]
            "#]],
        );
    }
}
