//! What the metadata cannot tell: which addresses work, what a create needs, what the service fills in, refuses and leaves out.
//!
//! One line, one source. A source is the name of a page of the Microsoft Graph reference (`learn.microsoft.com/graph/api/<page>`), or says
//! that the behaviour is seen in public issue threads of Graph's documentation, its SDKs and other clients. No rule is here because a
//! client of ours would like it.

pub(super) mod alert_rule;
mod catalogue;
pub(super) mod cloud_app;
pub(crate) mod cloud_pc;
mod cloud_pc_pool;
mod external_partner;
pub(crate) mod jobs;
mod network;
mod organization;
mod provisioning_policy;
mod reading;
mod role_assignment;
mod role_definition;
pub(super) mod unified_roles;
mod user_setting;

use serde_json::Value;

use super::answer::{Problem, Service};
use super::metadata::Version;
use super::store::{Body, Object};
use super::world::World;

/// Where behaviour without a page comes from.
pub(super) const OBSERVED: &str = "seen in public issue threads";

/// An entity set or singleton that the mock serves.
pub(crate) struct Set {
    /// Its path below the version; `{}` stands for the id of a parent.
    pub(crate) path: &'static str,
    /// What one object is called in messages.
    pub(crate) noun: &'static str,
    /// The declared type.
    pub(crate) type_name: &'static str,
    /// The type that objects really have, where it is not the declared one or the one in the body.
    pub(crate) stored_type: Option<&'static str>,
    /// Whose errors it answers, and whose limits count.
    pub(crate) service: Service,
    /// One object at the path itself, always there.
    pub(crate) singleton: bool,
    /// The endpoints that have it.
    pub(crate) versions: &'static [Version],
    /// The routes that the service really has: any of `POST`, `GET`, `LIST`, `PATCH`, `DELETE`.
    pub(crate) verbs: &'static [&'static str],
    /// Who may call it.
    pub(crate) access: Access,
    /// Everything else.
    pub(crate) rules: &'static [Rule],
}

/// The permissions that open an address, any of them (`microsoftgraph/microsoft-graph-devx-content`, MIT licence).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    /// For reading.
    pub(crate) read: &'static [&'static str],
    /// For everything else.
    pub(crate) write: &'static [&'static str],
    /// Whether writes take app-only tokens.
    pub(crate) app_only_writes: bool,
    /// Actions that take app-only tokens even so.
    pub(crate) app_only_actions: &'static [&'static str],
}

/// A fact about a set and where it is from.
pub(crate) struct Rule {
    pub(crate) what: What,
    pub(crate) source: &'static str,
}

/// A fact about a set. Names are properties; `type/property` reaches into a complex type.
pub(crate) enum What {
    /// Must be in the body of a create and not null.
    Required(&'static [&'static str]),
    /// Gets this JSON text when a create leaves it out.
    Default(&'static str, &'static str),
    /// Refused in bodies although the metadata lets it be written.
    ReadOnly(&'static [&'static str]),
    /// Taken in bodies although the reference calls it read-only.
    Writable(&'static [&'static str]),
    /// Refused in an update unless the value is the old one.
    Fixed(&'static [&'static str]),
    /// Null is refused although the metadata allows it.
    NoNull(&'static [&'static str]),
    /// No two objects with one value, compared without regard to case.
    Unique(&'static str),
    /// At most so many characters.
    Longest(&'static str, usize),
    /// None of these characters.
    Without(&'static str, &'static str),
    /// Taken and never given back: null in replies.
    WriteOnly(&'static [&'static str]),
    /// The page of the type shows 204 without body for PATCH.
    PatchWithoutBody,
    /// A rule over the whole object as it would be after the write.
    Check(fn(&Write<'_>) -> Result<(), Problem>),
    /// What the service sets at each write, dates and twins among it.
    Fill(fn(&mut Body, &mut Filling<'_>)),
    /// What refuses a delete, if anything.
    Keep(fn(&World, &Set, &Object) -> Option<Problem>),
    /// What happens elsewhere after a write or delete.
    Then(fn(&mut World, &str)),
    /// Properties that name groups.
    Groups(&'static [&'static str]),
    /// It has the `assign` action.
    Assign(&'static Assign),
    /// Actions that are taken, checked against the metadata and answered 204.
    Accepts(&'static [&'static str]),
    /// An action or function of its own.
    Runs(&'static str, Running),
    /// Actions that only read and answer a table.
    Reports(&'static [&'static str]),
    /// Functions, or the objects themselves (`""`), that no app may read.
    PeopleRead(&'static [&'static str]),
    /// A navigation property, where it leads, and whether `$expand` shows it.
    Leads(&'static str, Leading, bool),
    /// A navigation property that a create binds by address to an object of a set.
    Bind(&'static str, &'static str),
}

/// An action or function on an object, by its id; null is answered 204.
pub(crate) type Running = fn(&mut World, &Set, &str, &Body) -> Result<Value, Problem>;

/// Where a navigation property of an object leads.
pub(crate) type Leading = fn(&World, &Object) -> Related;

/// Objects of another set.
pub(crate) struct Related {
    /// The path of that set.
    pub(crate) path: &'static str,
    pub(crate) ids: Vec<String>,
    pub(crate) collection: bool,
    /// Properties that are not shown when the object is expanded.
    pub(crate) leaves_out: &'static [&'static str],
}

/// A write that a rule looks at.
pub(crate) struct Write<'a> {
    pub(crate) world: &'a World,
    /// The object that is changed; `None` in a create.
    pub(crate) before: Option<&'a Object>,
    /// The body as sent, canonical.
    pub(crate) sent: &'a Body,
    /// The object as it would be.
    pub(crate) after: &'a Body,
    pub(crate) version: Version,
}

impl Rule {
    /// The rule in a few words, for people.
    pub(crate) fn words(&self) -> String {
        match &self.what {
            What::Required(names) => format!("required on create: {}", names.join(", ")),
            What::Default(name, value) => format!("{name} is {value} unless given"),
            What::ReadOnly(names) => format!("read-only: {}", names.join(", ")),
            What::Writable(names) => format!("writable: {}", names.join(", ")),
            What::Fixed(names) => format!("fixed at creation: {}", names.join(", ")),
            What::NoNull(names) => format!("never null: {}", names.join(", ")),
            What::Unique(name) => format!("no two with one {name}"),
            What::Longest(name, most) => format!("{name} has at most {most} characters"),
            What::Without(name, refused) => format!("{name} holds none of {refused}"),
            What::WriteOnly(names) => format!("never given back: {}", names.join(", ")),
            What::PatchWithoutBody => "PATCH answers 204".to_owned(),
            What::Check(_) => "a check over the whole object".to_owned(),
            What::Fill(_) => "filled in at each write".to_owned(),
            What::Keep(_) => "delete refused while in use".to_owned(),
            What::Then(_) => "a write has effects elsewhere".to_owned(),
            What::Groups(names) => format!("names groups: {}", names.join(", ")),
            What::Assign(assign) => format!("assign takes {}", assign.targets.join(", ")),
            What::Accepts(names) => format!("actions taken: {}", names.join(", ")),
            What::Runs(name, _) => format!("action or function: {name}"),
            What::Reports(names) => format!("reports: {}", names.join(", ")),
            What::PeopleRead(names) => format!("not for apps: {}", names.join(", ")),
            What::Leads(name, _, expands) => {
                format!("navigation {name}{}", if *expands { ", also by $expand" } else { "" })
            }
            What::Bind(name, path) => format!("{name} is bound on create to one of {path}"),
        }
    }
}

/// What a rule needs to fill in properties.
pub(crate) struct Filling<'a> {
    /// The moment in Graph's spelling.
    pub(crate) now: String,
    /// The object id of the caller.
    pub(crate) caller: String,
    /// Whether it is a create.
    pub(crate) create: bool,
    pub(crate) sent: &'a Body,
}

/// How `assign` works on a type.
pub(crate) struct Assign {
    /// The name of the body's parameter.
    pub(crate) parameter: &'static str,
    /// The type of one assignment.
    pub(crate) item_type: &'static str,
    /// The targets that are taken.
    pub(crate) targets: &'static [&'static str],
    /// How the target's type is spelled in replies, where it is not as in the metadata.
    pub(crate) target_spelling: Option<&'static str>,
    /// Whether each item in a reply names its type.
    pub(crate) item_names_type: bool,
    /// Whether the service refuses groups that it does not know.
    pub(crate) refuses_unknown_groups: bool,
    /// Whether an item in a reply has the moment of its creation.
    pub(crate) dated: bool,
}

pub(super) const BOTH: &[Version] = &[Version::V1, Version::Beta];
pub(super) const BETA: &[Version] = &[Version::Beta];

pub(super) const CLOUD_PC: Access = Access {
    read: &["CloudPC.Read.All", "CloudPC.ReadWrite.All"],
    write: &["CloudPC.ReadWrite.All"],
    app_only_writes: true,
    app_only_actions: &[],
};

pub(super) const INTUNE_ROLES: Access = Access {
    read: &[
        "DeviceManagementRBAC.Read.All",
        "DeviceManagementRBAC.ReadWrite.All",
        "DeviceManagementConfiguration.Read.All",
        "DeviceManagementConfiguration.ReadWrite.All",
    ],
    write: &["DeviceManagementRBAC.ReadWrite.All", "DeviceManagementConfiguration.ReadWrite.All"],
    app_only_writes: true,
    app_only_actions: &[],
};

/// All sets.
pub(crate) static SETS: &[&Set] = &[
    &alert_rule::SET,
    &catalogue::AUDIT_EVENTS,
    &catalogue::FRONT_LINE_SERVICE_PLANS,
    &catalogue::GALLERY_IMAGES,
    &catalogue::GROUPS,
    &catalogue::MANAGED_LICENSES,
    &catalogue::RESOURCE_OPERATIONS,
    &catalogue::ROLE_SCOPE_TAGS,
    &catalogue::SERVICE_PLANS,
    &catalogue::SNAPSHOTS,
    &catalogue::SUPPORTED_REGIONS,
    &cloud_app::SET,
    &cloud_pc::BULK_ACTIONS,
    &cloud_pc::CLOUD_PCS,
    &cloud_pc_pool::ASSIGNMENTS,
    &cloud_pc_pool::POOLS,
    &external_partner::SET,
    &jobs::EXPORT_JOBS,
    &network::DEVICE_IMAGES,
    &network::ON_PREMISES_CONNECTIONS,
    &organization::MAPPING,
    &organization::SETTINGS,
    &provisioning_policy::SET,
    &reading::ALERT_RECORDS,
    &reading::CONNECTIVITY_ISSUES,
    &reading::REPORT,
    &reading::REPORTS,
    &reading::RESOURCE_ACTIONS,
    &reading::RESOURCE_NAMESPACES,
    &reading::VIRTUAL_ENDPOINT,
    &role_assignment::SET,
    &role_definition::SET,
    &unified_roles::ASSIGNMENTS,
    &unified_roles::DEFINITIONS,
    &user_setting::SET,
];

impl Set {
    pub(crate) fn has(&self, verb: &str) -> bool {
        self.verbs.contains(&verb)
    }

    pub(crate) fn whats(&self) -> impl Iterator<Item = &What> {
        self.rules.iter().map(|rule| &rule.what)
    }

    fn names(&self, name: &str, pick: impl Fn(&What) -> Option<&'static [&'static str]>) -> bool {
        self.whats().filter_map(pick).any(|names| names.contains(&name))
    }

    pub(crate) fn read_only(&self, name: &str) -> bool {
        self.names(name, |what| match what {
            What::ReadOnly(names) => Some(names),
            _ => None,
        })
    }

    pub(crate) fn writable(&self, name: &str) -> bool {
        self.names(name, |what| match what {
            What::Writable(names) => Some(names),
            _ => None,
        })
    }

    pub(crate) fn fixed(&self, name: &str) -> bool {
        self.names(name, |what| match what {
            What::Fixed(names) => Some(names),
            _ => None,
        })
    }

    pub(crate) fn no_null(&self, name: &str) -> bool {
        self.names(name, |what| match what {
            What::NoNull(names) => Some(names),
            _ => None,
        })
    }

    pub(crate) fn write_only(&self, name: &str) -> bool {
        self.names(name, |what| match what {
            What::WriteOnly(names) => Some(names),
            _ => None,
        })
    }

    pub(crate) fn assign(&self) -> Option<&'static Assign> {
        self.whats().find_map(|what| match what {
            What::Assign(assign) => Some(*assign),
            _ => None,
        })
    }

    /// Where a navigation property leads, and whether `$expand` shows it.
    pub(crate) fn leads(&self, name: &str) -> Option<(Leading, bool)> {
        self.whats().find_map(|what| match what {
            What::Leads(known, related, expands) if *known == name => Some((*related, *expands)),
            _ => None,
        })
    }

    /// Whether an action only reads and answers a table.
    pub(crate) fn reports(&self, action: &str) -> bool {
        self.names(action, |what| match what {
            What::Reports(names) => Some(names),
            _ => None,
        })
    }

    /// Whether no app may read this: a function, or the objects themselves (`""`).
    pub(crate) fn people_read(&self, name: &str) -> bool {
        self.names(name, |what| match what {
            What::PeopleRead(names) => Some(names),
            _ => None,
        })
    }

    pub(crate) fn patch_without_body(&self) -> bool {
        self.whats().any(|what| matches!(what, What::PatchWithoutBody))
    }
}

/// A rule and its source.
pub(super) const fn rule(what: What, source: &'static str) -> Rule {
    Rule { what, source }
}
