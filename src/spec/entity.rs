//! Entities: a Graph type, where it lives, and everything that Terraform needs to know of it.

use serde_json::{Map, Value as Json};

use super::function::places;
use super::{
    Answers, Argument, Assignments, Attribute, Call, Function, Off, Permissions, Removal, Rule,
    Through, Variant, Wait,
};

/// A Graph entity that Terraform serves.
#[derive(Clone, Copy, Debug)]
pub struct Entity {
    /// Terraform type.
    pub name: &'static str,
    /// Terraform type of the data source of many, where adding a plural ending to `name` does not give it.
    pub plural: Option<&'static str>,
    /// Graph type without prefix.
    pub graph_type: &'static str,
    /// Where it lives.
    pub place: Place,
    /// Whether Terraform makes and changes its objects. Of what only the service makes there are data sources and nothing else.
    pub managed: bool,
    /// Version of Graph. One object is only ever spoken to through one version.
    pub version: Version,
    /// What it is, for people: sentences of Markdown.
    pub doc: &'static str,
    /// Address of Microsoft's reference page.
    pub reference: &'static str,
    /// Attributes. The engine adds `id`, the parent's id, `assignments`, `allow_duplicate_name`, `timeouts`, the twins of secrets, and
    /// what [`Wait::asked`] and [`Trigger`](super::Trigger) name.
    pub attributes: &'static [Attribute],
    /// Subtypes, where the type is abstract: one nested attribute each, exactly one of them set. Their properties lie in the object
    /// itself, and `@odata.type` names the subtype, which no update changes.
    pub family: &'static [Variant],
    /// What must hold between the attributes.
    pub rules: &'static [Rule],
    /// Properties that are not served, and why.
    pub left_out: &'static [LeftOut],
    /// What names an object to people.
    pub key: Key,
    /// How it is assigned.
    pub assignments: Option<Assignments>,
    /// How it is read.
    pub reading: Reading,
    /// How it is updated.
    pub update: Update,
    /// What a destroy does.
    pub removal: Removal,
    /// Boolean property that says that the service made an object and keeps it: a destroy leaves such a one as it is.
    pub built_in: Option<&'static str>,
    /// Whether `@odata.type` stands in bodies: the type has subtypes, or the service wants it.
    pub send_type: bool,
    /// Calls beside the main one.
    pub calls: &'static [Call],
    /// Work that goes on behind the scenes.
    pub wait: Option<Wait>,
    /// What the token must allow.
    pub permissions: Permissions,
    /// How long operations may take.
    pub timeouts: Timeouts,
    /// Whether writes to objects of this entity must not overlap.
    pub serial: bool,
    /// Pure functions for what no word says. Each names the documented or observed behaviour that forces it.
    pub hooks: Hooks,
}

/// A property that is not served.
#[derive(Clone, Copy, Debug)]
pub struct LeftOut {
    /// Graph property, dotted for what lies in a complex value: `domainJoinConfigurations.type`.
    pub property: &'static str,
    /// Why: a sentence that a reader of the documentation would accept.
    pub why: &'static str,
}

/// Where an entity lives.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// A set: objects are made, found by id, listed and deleted.
    Collection(&'static str),
    /// One object that always exists: a create adopts it, a delete leaves it as it is, with a warning.
    Singleton(&'static str),
    /// A set below an object of another entity. The path holds one `{}` for the parent's id.
    Child {
        /// Path with `{}`.
        path: &'static str,
        /// Terraform attribute that holds the parent's id; it forces replacement.
        parent: &'static str,
        /// What that attribute is.
        doc: &'static str,
    },
    /// A function; data sources only.
    Function(Function),
}

/// Version of Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `v1.0`
    V1,
    /// `beta`
    Beta,
}

/// What names an object to people.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Property that names it, mostly `displayName`.
    pub property: &'static str,
    /// Property that names it together with the other one, such as a version: only both together tell objects apart.
    pub second: Option<&'static str>,
    /// Whether the service insists.
    pub unique: Unique,
    /// Property with the moment of each object, where of several with one name the newest is meant.
    pub newest: Option<&'static str>,
}

/// Whether two objects may have one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    /// They may not.
    Tenant,
    /// They may: `allow_duplicate_name` exists.
    No,
}

/// How an object is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Navigation properties to expand on the item, beside assignments.
    pub expand: &'static [&'static str],
    /// Whether `$select` names every property, for the sake of those that come only then.
    pub select: bool,
    /// Whether an object is only to be had out of the listing: the service does not answer for one by its id.
    pub listed: bool,
    /// Another way to list.
    pub through: Option<Through>,
}

/// How an object is updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// `PATCH` with what changed.
    Patch,
    /// `PUT` with the whole object.
    Put,
    /// Not at all: every change replaces.
    Never,
}

/// Default time-outs in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Create.
    pub create: u32,
    /// Read.
    pub read: u32,
    /// Update.
    pub update: u32,
    /// Delete.
    pub delete: u32,
}

/// In which request a hook is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Create.
    Create,
    /// Update.
    Update,
}

/// Reshapes a body before it is sent.
pub type ShapeRequest = fn(Phase, &mut Map<String, Json>);

/// Reshapes an answer before it is decoded.
pub type ShapeResponse = fn(&mut Map<String, Json>);

/// Pure functions on a JSON object.
#[derive(Clone, Copy, Debug)]
pub struct Hooks {
    /// Reshapes a body before it is sent.
    pub shape_request: Option<ShapeRequest>,
    /// Reshapes an answer before it is decoded.
    pub shape_response: Option<ShapeResponse>,
}

impl Entity {
    const fn new(name: &'static str, graph_type: &'static str, place: Place) -> Self {
        Entity {
            name,
            plural: None,
            graph_type,
            place,
            managed: !matches!(place, Place::Function(_)),
            version: Version::V1,
            doc: "",
            reference: "",
            attributes: &[],
            family: &[],
            rules: &[],
            left_out: &[],
            key: Key { property: "displayName", second: None, unique: Unique::No, newest: None },
            assignments: None,
            reading: Reading { expand: &[], select: false, listed: false, through: None },
            update: Update::Patch,
            removal: Removal::Deleted,
            built_in: None,
            send_type: true,
            calls: &[],
            wait: None,
            permissions: Permissions::read_write(&[], &[]),
            timeouts: Timeouts { create: 30, read: 5, update: 30, delete: 30 },
            serial: false,
            hooks: Hooks { shape_request: None, shape_response: None },
        }
    }

    /// Objects of a set.
    pub const fn collection(
        name: &'static str,
        graph_type: &'static str,
        path: &'static str,
    ) -> Self {
        Entity::new(name, graph_type, Place::Collection(path))
    }

    /// An object that always exists.
    pub const fn singleton(
        name: &'static str,
        graph_type: &'static str,
        path: &'static str,
    ) -> Self {
        Entity::new(name, graph_type, Place::Singleton(path))
    }

    /// Objects of a set below another object; `path` holds one `{}`.
    pub const fn child_of(
        name: &'static str,
        graph_type: &'static str,
        path: &'static str,
        parent: &'static str,
        doc: &'static str,
    ) -> Self {
        Entity::new(name, graph_type, Place::Child { path, parent, doc })
    }

    /// What a function answers: objects, unless [`Entity::answers`] says otherwise.
    pub const fn function(
        name: &'static str,
        graph_type: &'static str,
        path: &'static str,
    ) -> Self {
        let function = Function { path, arguments: &[], answers: Answers::Objects };
        Entity::new(name, graph_type, Place::Function(function))
    }

    /// What the function is given.
    pub const fn arguments(mut self, arguments: &'static [Argument]) -> Self {
        let Place::Function(mut function) = self.place else {
            panic!("only a function has arguments")
        };
        assert!(
            places(function.path) == arguments.len(),
            "the path has one place for each argument"
        );
        function.arguments = arguments;
        self.place = Place::Function(function);
        self
    }

    /// What the function answers.
    pub const fn answers(mut self, answers: Answers) -> Self {
        let Place::Function(mut function) = self.place else { panic!("only a function answers") };
        function.answers = answers;
        self.place = Place::Function(function);
        self
    }

    /// Only the service makes and changes its objects: data sources, no resource. Its attributes need not say that they are read-only.
    pub const fn read_only(mut self) -> Self {
        self.managed = false;
        self
    }

    /// One object is only to be had out of the listing.
    pub const fn listed(mut self) -> Self {
        self.reading.listed = true;
        self
    }

    /// The data source of many can also list those below another object.
    pub const fn listed_through(mut self, path: &'static str, argument: Argument) -> Self {
        assert!(matches!(self.place, Place::Collection(_)), "only a set has another way to list");
        assert!(places(path) == 1, "the path has one place");
        self.reading.through = Some(Through { path, argument });
        self
    }

    /// It is spoken to through `beta`.
    pub const fn beta(mut self) -> Self {
        self.version = Version::Beta;
        self
    }

    /// What it is, and where Microsoft describes it.
    pub const fn doc(mut self, doc: &'static str, reference: &'static str) -> Self {
        self.doc = doc;
        self.reference = reference;
        self
    }

    /// Name of the data source of many.
    pub const fn plural(mut self, plural: &'static str) -> Self {
        self.plural = Some(plural);
        self
    }

    /// Its attributes.
    pub const fn attributes(mut self, attributes: &'static [Attribute]) -> Self {
        self.attributes = attributes;
        self
    }

    /// Its subtypes.
    pub const fn one_of(mut self, family: &'static [Variant]) -> Self {
        assert!(self.send_type, "the type in a body tells the subtypes apart");
        self.family = family;
        self
    }

    /// What must hold between its attributes.
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    /// Properties that are not served, and why.
    pub const fn left_out(mut self, left_out: &'static [LeftOut]) -> Self {
        self.left_out = left_out;
        self
    }

    /// The property that names it.
    pub const fn named_by(mut self, property: &'static str) -> Self {
        self.key.property = property;
        self
    }

    /// The property that names it together with the first one.
    pub const fn named_also_by(mut self, property: &'static str) -> Self {
        self.key.second = Some(property);
        self
    }

    /// The service refuses a second object of one name.
    pub const fn unique_name(mut self) -> Self {
        self.key.unique = Unique::Tenant;
        self
    }

    /// Of several objects with one name the newest is meant, by this property.
    pub const fn newest_by(mut self, property: &'static str) -> Self {
        self.key.newest = Some(property);
        self
    }

    /// How it is assigned.
    pub const fn assigned_by(mut self, assignments: Assignments) -> Self {
        self.assignments = Some(assignments);
        self
    }

    /// Navigation properties to expand when it is read.
    pub const fn expand(mut self, navigation: &'static [&'static str]) -> Self {
        self.reading.expand = navigation;
        self
    }

    /// Every property is named in `$select`, for the sake of those that come only then.
    pub const fn select(mut self) -> Self {
        self.reading.select = true;
        self
    }

    /// How it is updated.
    pub const fn updated_by(mut self, update: Update) -> Self {
        self.update = update;
        self
    }

    /// The service deletes none: a destroy switches the object off.
    pub const fn switched_off(mut self, property: &'static str, means: &'static str) -> Self {
        self.removal = Removal::SwitchedOff(Off { property, means });
        self
    }

    /// A destroy switches the object off where the service does not offer to delete it.
    pub const fn deleted_or_switched_off(
        mut self,
        property: &'static str,
        means: &'static str,
    ) -> Self {
        self.removal = Removal::DeletedOrSwitchedOff(Off { property, means });
        self
    }

    /// The boolean property that says that the service made an object and keeps it.
    pub const fn built_in_by(mut self, property: &'static str) -> Self {
        self.built_in = Some(property);
        self
    }

    /// Bodies carry no `@odata.type`.
    pub const fn without_type(mut self) -> Self {
        self.send_type = false;
        self
    }

    /// Calls beside the main one.
    pub const fn calls(mut self, calls: &'static [Call]) -> Self {
        self.calls = calls;
        self
    }

    /// Work that goes on behind the scenes.
    pub const fn wait(mut self, wait: Wait) -> Self {
        self.wait = Some(wait);
        self
    }

    /// What the token must allow.
    pub const fn permissions(mut self, permissions: Permissions) -> Self {
        self.permissions = permissions;
        self
    }

    /// How long operations may take.
    pub const fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Writes to objects of this entity must not overlap.
    pub const fn serial(mut self) -> Self {
        self.serial = true;
        self
    }

    /// Pure functions for what no word says.
    pub const fn hooks(mut self, hooks: Hooks) -> Self {
        self.hooks = hooks;
        self
    }
}
