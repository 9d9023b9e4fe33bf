//! Targets of assignments: which kinds there are, and which attributes name them.
//!
//! An assignment in Graph is `{"target": {"@odata.type": …, …}, …}`. In Terraform the target's properties stand beside the rest, and
//! `type` says its kind.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::spec::{Assignments, Attribute, Choice, Targets, choice, guid, int64, string};
use crate::tf::Value;

/// The only kind of target on Cloud PC entities.
pub(super) const CLOUD_PC: &str = "cloudPcManagementGroupAssignmentTarget";
/// The kind of Intune targets that is meant when none is named.
pub(super) const GROUP: &str = "groupAssignmentTarget";
/// The kind of Intune targets that names a collection of Configuration Manager.
const COLLECTION: &str = "configurationManagerCollectionAssignmentTarget";

/// The name of the kind.
pub(super) static TYPE: Attribute =
    string("@odata.type").named("type").ignore_case().doc("Kind of target.");

static GROUP_ID: Attribute = guid("groupId").doc("The group, by id, for the kinds that name one.");
static COLLECTION_ID: Attribute = string("collectionId")
    .doc("The collection of Configuration Manager, by id, for the kind that names one.");
// Graph writes "no filter" as null or as the zero GUID, and its type then as `none`.
static FILTER_ID: Attribute = guid("deviceAndAppManagementAssignmentFilterId")
    .named("filter_id")
    .doc("The assignment filter that narrows the target, by id.");
static FILTER_TYPE: Attribute = choice("deviceAndAppManagementAssignmentFilterType", &FILTER_TYPES)
    .named("filter_type")
    .doc("Whether the devices that the filter matches are the ones meant (`include`) or the ones left out (`exclude`).");
static SERVICE_PLAN_ID: Attribute = guid("servicePlanId")
    .doc("Size of the Cloud PCs for Frontline licences: the service plan, by id.");
static ALLOTMENT_DISPLAY_NAME: Attribute =
    string("allotmentDisplayName").doc("Name of the group's share of Frontline licences.");
static ALLOTMENT_LICENSES_COUNT: Attribute =
    int64("allotmentLicensesCount").doc("Size of the group's share of Frontline licences.");

static FILTER_TYPES: Choice =
    Choice::closed("deviceAndAppManagementAssignmentFilterType", &["include", "exclude"]);

/// Kinds of targets.
pub(crate) fn kinds(targets: &Targets) -> &'static [&'static str] {
    match targets {
        Targets::CloudPc { .. } => &[CLOUD_PC],
        Targets::Intune { kinds, .. } | Targets::Named { kinds, .. } => kinds,
    }
}

/// The kind that is meant when none is named.
pub(super) fn default_kind(targets: &Targets) -> &'static str {
    match targets {
        Targets::CloudPc { .. } => CLOUD_PC,
        Targets::Intune { kinds, .. } if kinds.contains(&GROUP) => GROUP,
        Targets::Intune { kinds, .. } | Targets::Named { kinds, .. } => {
            kinds.first().copied().unwrap_or(GROUP)
        }
    }
}

/// Attributes that lie in the target, beside its kind; or in the assignment itself, where there is no target.
pub(super) fn inside(targets: &Targets) -> Vec<&'static Attribute> {
    match targets {
        Targets::CloudPc { frontline: false } => vec![&GROUP_ID],
        Targets::CloudPc { frontline: true } => {
            vec![&GROUP_ID, &SERVICE_PLAN_ID, &ALLOTMENT_DISPLAY_NAME, &ALLOTMENT_LICENSES_COUNT]
        }
        Targets::Named { by, .. } => vec![by],
        Targets::Intune { kinds, filters } => {
            let mut attributes = vec![&GROUP_ID];
            if kinds.contains(&COLLECTION) {
                attributes.push(&COLLECTION_ID);
            }
            if *filters {
                attributes.extend([&FILTER_ID, &FILTER_TYPE]);
            }
            attributes
        }
    }
}

/// All attributes of an assignment.
pub(crate) fn attributes(assignments: &Assignments) -> Vec<&'static Attribute> {
    let mut attributes = vec![&TYPE];
    attributes.extend(inside(&assignments.targets));
    attributes.extend(assignments.extra);
    attributes
}

/// Whether a kind of target is told apart by the group or collection that it names.
pub(super) fn names_one(targets: &Targets, kind: &str) -> Option<&'static Attribute> {
    if let Targets::Named { by, .. } = targets {
        return Some(by);
    }
    match kind {
        CLOUD_PC | GROUP | "exclusionGroupAssignmentTarget" => Some(&GROUP_ID),
        COLLECTION => Some(&COLLECTION_ID),
        _ => None,
    }
}

/// Whether an assignment as the service gives it was made directly, and not by a policy set.
pub(super) fn is_direct(item: &Json) -> bool {
    let source = item.get("source").and_then(Json::as_str);
    source.is_none_or(|source| source.eq_ignore_ascii_case("direct"))
}

/// What assignments that say the same have in common, so that each need not be compared with each: kind, and whom it is for.
pub(super) fn key(assignments: &Assignments, value: &Value) -> String {
    let told = value.get("type").as_str().unwrap_or(default_kind(&assignments.targets));
    let mut kinds = kinds(&assignments.targets).iter();
    let kind = kinds.find(|kind| kind.eq_ignore_ascii_case(told)).copied().unwrap_or(told);
    let whom = names_one(&assignments.targets, kind)
        .map(|attribute| value.get(&super::names::attribute_name(attribute)));
    let whom = whom.and_then(Value::as_str).unwrap_or_default();
    let bare = whom.trim().trim_start_matches('{').trim_end_matches('}');
    format!("{kind} {bare}").to_lowercase()
}

/// Assignments that were not found yet, by their keys.
pub(super) struct Unpaired<'a, T> {
    described: &'a Assignments,
    by_key: BTreeMap<String, Vec<(&'a Value, T)>>,
}

impl<'a, T> Unpaired<'a, T> {
    pub(super) fn new(
        described: &'a Assignments,
        all: impl Iterator<Item = (&'a Value, T)>,
    ) -> Self {
        let mut by_key: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (value, item) in all {
            by_key.entry(key(described, value)).or_default().push((value, item));
        }
        Unpaired { described, by_key }
    }

    /// Takes out the first that says the same.
    pub(super) fn take(&mut self, wanted: &Value) -> Option<(&'a Value, T)> {
        let alike = self.by_key.get_mut(&key(self.described, wanted))?;
        let at = alike.iter().position(|(value, _)| same(self.described, value, wanted))?;
        Some(alike.remove(at))
    }

    /// Whether any says the same.
    pub(super) fn has(&self, wanted: &Value) -> bool {
        let alike = self.by_key.get(&key(self.described, wanted));
        alike.is_some_and(|alike| alike.iter().any(|it| same(self.described, it.0, wanted)))
    }

    /// What was never taken.
    pub(super) fn left(self) -> impl Iterator<Item = T> {
        self.by_key.into_values().flatten().map(|(_, item)| item)
    }
}

/// Whether two assignments say the same. A kind that is left out is the default one.
pub(super) fn same(assignments: &Assignments, a: &Value, b: &Value) -> bool {
    let kind = |value: &Value| -> String {
        value.get("type").as_str().unwrap_or(default_kind(&assignments.targets)).to_lowercase()
    };
    kind(a) == kind(b)
        && attributes(assignments)
            .into_iter()
            .filter(|attribute| attribute.name != Some("type"))
            .all(|attribute| {
                let name = super::names::attribute_name(attribute);
                super::equal::same(attribute, a.get(&name), b.get(&name))
            })
}
