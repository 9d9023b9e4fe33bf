//! How objects of an entity are assigned to groups.

use super::Attribute;

/// How an entity's assignments are written and read. The Terraform attribute is always `assignments`, a set of objects with the
/// target's fields inlined.
#[derive(Clone, Copy, Debug)]
pub struct Assignments {
    /// How they are written.
    pub style: AssignStyle,
    /// How they are read.
    pub read_by: ReadBy,
    /// Which targets there are.
    pub targets: Targets,
    /// Graph type of one assignment without prefix, where the service wants `@odata.type` on it.
    pub item_type: Option<&'static str>,
    /// Attributes of an assignment beside its target, such as `intent`.
    pub extra: &'static [Attribute],
    /// Whether the service refuses to delete an object that is assigned. Assignments that the configuration manages are then removed
    /// before the delete; others make the delete fail.
    pub block_delete: bool,
}

/// How assignments are written.
#[derive(Clone, Copy, Debug)]
pub enum AssignStyle {
    /// `POST {item}/{action}` with the whole wanted set under `parameter`; what is left out is removed.
    Replace {
        /// Action name, mostly `assign`; a cast may stand before it.
        action: &'static str,
        /// Parameter name, mostly `assignments`.
        parameter: &'static str,
    },
    /// One by one: `POST {item}/{collection}` and `DELETE {item}/{collection}/{id}`.
    Additive {
        /// Sub-collection, mostly `assignments`.
        collection: &'static str,
    },
}

/// How assignments are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadBy {
    /// `$expand=assignments` on the item. An answer without the property is an error, never an empty set.
    Expand,
    /// `GET {item}/assignments`, page by page.
    SubCollection,
}

/// Which targets an entity's assignments take.
#[derive(Clone, Copy, Debug)]
pub enum Targets {
    /// `cloudPcManagementGroupAssignmentTarget`: groups, with service plan and allotment where `frontline`.
    CloudPc {
        /// Whether service plan and allotment may be named.
        frontline: bool,
    },
    /// Intune's targets.
    Intune {
        /// Kinds of target, Graph type names without prefix.
        kinds: &'static [&'static str],
        /// Whether a target may carry an assignment filter.
        filters: bool,
    },
    /// No target at all: the assignment is of one of these kinds, and names itself whom it is for.
    Named {
        /// Kinds of assignment, Graph type names without prefix.
        kinds: &'static [&'static str],
        /// What names whom it is for.
        by: &'static Attribute,
    },
}

/// All kinds of Intune targets.
pub const INTUNE_TARGETS: &[&str] = &[
    "groupAssignmentTarget",
    "exclusionGroupAssignmentTarget",
    "allLicensedUsersAssignmentTarget",
    "allDevicesAssignmentTarget",
    "configurationManagerCollectionAssignmentTarget",
];
