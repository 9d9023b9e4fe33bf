//! Cloud PCs as far as assignments make and end them (Windows 365 documentation, "Cloud PC grace period").
//!
//! A member of an assigned group gets a machine; who is in no assigned group any more keeps it for seven days, and then it is gone with
//! all data. A group that the mock does not know is taken to have one member.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::answer::Problem;
use super::rules::Set;
use super::store::Body;
use super::time;
use super::world::World;

pub(crate) const PATH: &str = "/deviceManagement/virtualEndpoint/cloudPCs";
const POLICIES: &str = "/deviceManagement/virtualEndpoint/provisioningPolicies";
const CONNECTIONS: &str = "/deviceManagement/virtualEndpoint/onPremisesConnections";
const GRACE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Where the results of the remote actions of a Cloud PC lie, oldest first: what `retrieveCloudPCRemoteActionResults` answers. Each is an
/// object of the store with an id of its own, which the replies do not show.
pub(crate) fn results_of(id: &str) -> String {
    format!("{PATH}/{}/retrieveCloudPCRemoteActionResults", id.to_ascii_lowercase())
}

impl World {
    /// Brings the Cloud PCs in line with the assignments, and `inUse` of network connections with the policies; called after each change
    /// of a policy.
    pub(crate) fn settle_cloud_pcs(&mut self, _policy: &str) {
        self.settle_connections();
        let entitled = self.entitled_users();
        let now = self.now();
        self.expire_grace_periods(now);
        let existing: Vec<(String, Body)> =
            self.store.live(PATH).map(|(object, body)| (object.id.clone(), body.clone())).collect();
        let owner = |body: &Body| {
            body.get("userPrincipalName").and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        for (id, body) in &existing {
            let status = body.get("status").and_then(Value::as_str).unwrap_or_default();
            let mut changes = Body::new();
            // One that no policy made was put there by somebody, and stays.
            let of_policy = body.get("provisioningPolicyId").is_some_and(Value::is_string);
            match (entitled.contains_key(&owner(body)), status) {
                (false, "provisioned") if of_policy => {
                    self.grace_periods.push(id.clone());
                    let end = now.saturating_add(GRACE).unwrap_or(now);
                    changes.insert("status".into(), json!("inGracePeriod"));
                    changes.insert("gracePeriodEndDateTime".into(), json!(time::graph_text(end)));
                }
                (true, "inGracePeriod") => {
                    changes.insert("status".into(), json!("provisioned"));
                    changes.insert("gracePeriodEndDateTime".into(), Value::Null);
                }
                _ => continue,
            }
            self.merge(PATH, id, changes);
        }
        for (user, (policy, name)) in entitled {
            if existing.iter().any(|(_, body)| owner(body) == user) {
                continue;
            }
            let id = self.ids.guid();
            let body = json!({
                "userPrincipalName": user,
                "displayName": format!("{name} - {user}"),
                "status": "provisioned",
                "provisioningPolicyId": policy,
                "provisioningPolicyName": name,
                "provisioningType": "dedicated",
                "userAccountType": "standardUser",
                "scopeIds": ["0"],
                "lastModifiedDateTime": time::graph_text(now),
            });
            self.place(PATH, &id, body);
        }
    }

    fn settle_connections(&mut self) {
        let mut named: Vec<String> = Vec::new();
        for (_, body) in self.store.live(POLICIES) {
            let entries = body.get("domainJoinConfigurations").and_then(Value::as_array);
            let ids = entries.into_iter().flatten().filter_map(|entry| {
                entry.get("onPremisesConnectionId")?.as_str().map(str::to_owned)
            });
            named.extend(ids);
        }
        let changed: Vec<(String, bool)> = self
            .store
            .live(CONNECTIONS)
            .map(|(object, body)| (object.id.clone(), body.get("inUse") == Some(&json!(true))))
            .filter(|(id, old)| named.contains(id) != *old)
            .collect();
        for (id, old) in changed {
            self.merge(CONNECTIONS, &id, Body::from_iter([("inUse".to_owned(), json!(!old))]));
        }
    }

    /// Users with a Cloud PC by right, and the policy that gives it: the first that was made.
    fn entitled_users(&self) -> BTreeMap<String, (String, String)> {
        let mut users = BTreeMap::new();
        for (object, body) in self.store.live(POLICIES) {
            let name = body.get("displayName").and_then(Value::as_str).unwrap_or_default();
            for assignment in object.assignments.latest() {
                let group = assignment.pointer("/target/groupId").and_then(Value::as_str);
                let Some(group) = group else { continue };
                let members = match self.groups.get(&group.to_ascii_lowercase()) {
                    Some(group) => group.members.clone(),
                    None => vec![format!("member-of-{group}")],
                };
                for user in members {
                    users.entry(user).or_insert_with(|| (object.id.clone(), name.to_owned()));
                }
            }
        }
        users
    }

    /// Removes the machines whose grace period is over.
    pub(crate) fn expire_grace_periods(&mut self, now: Timestamp) {
        let over: Vec<String> = self
            .store
            .live(PATH)
            .filter(|(_, body)| {
                body.get("gracePeriodEndDateTime")
                    .and_then(Value::as_str)
                    .and_then(|end| end.parse::<Timestamp>().ok())
                    .is_some_and(|end| end <= now)
            })
            .map(|(object, _)| object.id.clone())
            .collect();
        for id in over {
            self.store.delete(PATH, &id, now);
        }
    }
}

/// Ends the grace period at once: the machine and its data are gone.
pub(crate) fn end_grace_period(
    world: &mut World,
    _set: &Set,
    id: &str,
    _parameters: &Body,
) -> Result<Value, Problem> {
    let in_grace =
        world.store.get(PATH, id).and_then(|object| object.live()).is_some_and(|body| {
            body.get("status").and_then(Value::as_str) == Some("inGracePeriod")
        });
    if !in_grace {
        return Err(Problem::bad_request("The Cloud PC is not in its grace period."));
    }
    let now = world.now();
    world.store.delete(PATH, id, now);
    Ok(Value::Null)
}
