//! Actions that switch Cloud PCs on, off and on again.

use super::words::{CLOUD_PC, ROOT_CLOUD_PCS, WRITE, bulk, log};
use crate::spec::Action;

/// `windows365_cloud_pc_reboot`: off and on again.
// The log is seen to say `restart`, as the enumeration of remote actions does, where the operation is called `reboot`.
pub static REBOOT: Action =
    Action::each("windows365_cloud_pc_reboot", "cloudPC", ROOT_CLOUD_PCS, CLOUD_PC, "reboot")
        .doc(
            "Restarts Cloud PCs. Who is working on one loses what is not saved.",
            "https://learn.microsoft.com/graph/api/cloudpc-reboot",
        )
        .bulk(bulk("cloudPcBulkRestart", &[]))
        .watch(log(&["restart", "reboot"]))
        .access(WRITE);

/// `windows365_cloud_pc_power_on`: on.
pub static POWER_ON: Action = Action::each(
    "windows365_cloud_pc_power_on",
    "cloudPC",
    ROOT_CLOUD_PCS,
    CLOUD_PC,
    "powerOn",
)
.beta()
.doc(
    "Switches Windows 365 Frontline Cloud PCs on. Each takes a licence for as long as it is on.",
    "https://learn.microsoft.com/graph/api/cloudpc-poweron?view=graph-rest-beta",
)
.bulk(bulk("cloudPcBulkPowerOn", &[]))
.watch(log(&["powerOn", "start"]))
.access(WRITE);

/// `windows365_cloud_pc_power_off`: off.
pub static POWER_OFF: Action =
    Action::each("windows365_cloud_pc_power_off", "cloudPC", ROOT_CLOUD_PCS, CLOUD_PC, "powerOff")
        .beta()
        .doc(
            "Switches Windows 365 Frontline Cloud PCs off, which gives their licences back. Who is working on one loses what is not \
             saved.",
            "https://learn.microsoft.com/graph/api/cloudpc-poweroff?view=graph-rest-beta",
        )
        .bulk(bulk("cloudPcBulkPowerOff", &[]))
        .watch(log(&["powerOff", "stop"]))
        .access(WRITE);

/// `windows365_cloud_pc_start`: on, by its newer name.
pub static START: Action =
    Action::each("windows365_cloud_pc_start", "cloudPC", ROOT_CLOUD_PCS, CLOUD_PC, "start")
        .beta()
        .doc(
            "Starts Windows 365 Frontline Cloud PCs. Each takes a licence for as long as it runs.",
            "https://learn.microsoft.com/graph/api/cloudpc-start?view=graph-rest-beta",
        )
        .watch(log(&["start", "powerOn"]))
        .access(WRITE);

/// `windows365_cloud_pc_stop`: off, by its newer name.
pub static STOP: Action =
    Action::each("windows365_cloud_pc_stop", "cloudPC", ROOT_CLOUD_PCS, CLOUD_PC, "stop")
        .beta()
        .doc(
            "Stops Windows 365 Frontline Cloud PCs, which gives their licences back. Who is working on one loses what is not saved.",
            "https://learn.microsoft.com/graph/api/cloudpc-stop?view=graph-rest-beta",
        )
        .watch(log(&["stop", "powerOff"]))
        .access(WRITE);
