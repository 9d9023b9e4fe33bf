//! Actions: what can be done to objects of the service, once, without a state of its own.
//!
//! One description serves two forms: an action of Terraform's own (1.14 and later), and an entry in the table of a generic resource for
//! those that have none.

use super::{Access, Attribute, Rule, Variant, Version};

/// Something that the service does when it is told to.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    /// Terraform type.
    pub name: &'static str,
    /// Graph type that has the operation, or that a request makes an object of.
    pub graph_type: &'static str,
    /// What it is done to, and with it the address.
    pub on: On,
    /// Version of Graph.
    pub version: Version,
    /// What it does, for people: sentences of Markdown.
    pub doc: &'static str,
    /// Address of Microsoft's reference page.
    pub reference: &'static str,
    /// Parameters of the operation, or properties of the object that the request makes.
    pub arguments: &'static [Attribute],
    /// Subtypes of the object that the request makes: one nested argument each, exactly one of them set.
    pub kinds: &'static [Variant],
    /// What must hold between the arguments.
    pub rules: &'static [Rule],
    /// What can be lost by it; said in a warning of every plan.
    pub dangers: &'static [Danger],
    /// Whether sending it twice does no more than sending it once.
    pub repeatable: bool,
    /// Whether it ends the object, so that an object that is gone is a good end.
    pub ends_object: bool,
    /// How many targets are reached with one request.
    pub bulk: Option<Bulk>,
    /// How its end is seen.
    pub watch: Option<Watch>,
    /// What the answer says of each target.
    pub verdict: Option<Verdict>,
    /// What the token must allow.
    pub access: Access,
    /// How long it may take, in minutes.
    pub minutes: u32,
}

/// Something that can be lost.
#[derive(Clone, Copy, Debug)]
pub struct Danger {
    /// When it is.
    pub when: DangerWhen,
    /// What is lost, as a sentence.
    pub what: &'static str,
}

/// When something is lost.
#[derive(Clone, Copy, Debug)]
pub enum DangerWhen {
    /// Always.
    Always,
    /// When this kind is asked for.
    Kind(&'static str),
    /// When this argument, by its Terraform name, has this value.
    Argument(&'static str, &'static str),
}

impl Danger {
    /// Always.
    pub const fn always(what: &'static str) -> Self {
        Danger { when: DangerWhen::Always, what }
    }

    /// When this kind is asked for.
    pub const fn of(kind: &'static str, what: &'static str) -> Self {
        Danger { when: DangerWhen::Kind(kind), what }
    }

    /// When an argument has a value.
    pub const fn when(argument: &'static str, value: &'static str, what: &'static str) -> Self {
        Danger { when: DangerWhen::Argument(argument, value), what }
    }
}

/// What an action is done to.
#[derive(Clone, Copy, Debug)]
pub enum On {
    /// One object at a time: `POST {set}/{id}/{operation}`.
    Each {
        /// Path of the set.
        set: &'static str,
        /// Name of the operation.
        operation: &'static str,
        /// What an object is called in messages: `Cloud PC`.
        noun: &'static str,
    },
    /// Many objects in one request: `POST {path}` with their ids in a parameter.
    Together {
        /// Path of the operation, or of the set in which an object is made.
        path: &'static str,
        /// Parameter that takes the ids.
        parameter: &'static str,
        /// What an object is called in messages.
        noun: &'static str,
        /// Path of the set of the objects.
        set: &'static str,
    },
    /// The tenant: `POST {path}`.
    Tenant {
        /// Path of the operation, or of the set in which an object is made.
        path: &'static str,
    },
}

/// A request that does the same to many objects.
#[derive(Clone, Copy, Debug)]
pub struct Bulk {
    /// Path of the set in which it is made.
    pub path: &'static str,
    /// Graph type of what is made.
    pub graph_type: &'static str,
    /// Property that takes the ids.
    pub parameter: &'static str,
    /// Arguments that it takes too, under the same names. With others the objects are done one by one.
    pub carries: &'static [&'static str],
    /// How the end of the whole is seen; that of each target is seen as without it.
    pub watch: &'static Watch,
}

/// How the end of an action is seen.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    /// Where to look.
    pub look: Look,
    /// What is seen there. Properties that lie deeper are named with a slash: `statusDetail/message`.
    pub wait: Progress,
    /// Property that differs from one run to the next, such as the time of its start.
    pub stamp: Option<&'static str>,
    /// Version of Graph in which it is looked at.
    pub version: Version,
    /// Where the end of each target is seen, when what is looked at is about all of them.
    pub each: Option<&'static Watch>,
}

/// How far an action is, as a property tells.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The property.
    pub property: &'static str,
    /// Its values while work goes on.
    pub pending: &'static [&'static str],
    /// Its values at a good end.
    pub done: &'static [&'static str],
    /// Its values at a bad end; every other value is waited on with a warning in the log.
    pub failed: &'static [&'static str],
    /// Property with the reason of a bad end.
    pub reason: Option<&'static str>,
    /// First time between two looks, in seconds; it grows to twelve times as much.
    pub every_secs: u64,
}

/// Where to look for the end of an action.
#[derive(Clone, Copy, Debug)]
pub enum Look {
    /// At the entries of a log: a function of the target that lists what was done to it.
    Log {
        /// Name of the function.
        function: &'static str,
        /// Property that names the action in an entry.
        named: &'static str,
        /// How the action may be called there, compared without regard to case. Empty: any entry counts.
        names: &'static [&'static str],
    },
    /// At the target itself, with these properties selected beside the one that is waited for; none: whatever it shows.
    Target(&'static [&'static str]),
    /// At a function of the target that answers with one object. Where it answers that there is none, there is nothing to wait for.
    Function(&'static str),
    /// At the object that the request made.
    Made {
        /// Whether the set in which it is made can be listed.
        listed: bool,
        /// Property with the moment at which the service made it.
        created: Option<&'static str>,
    },
    /// At an address with one `{}` for a key; of a collection the first element counts.
    At {
        /// Path.
        path: &'static str,
        /// What the key is.
        key: Key,
    },
}

/// What stands in an address.
#[derive(Clone, Copy, Debug)]
pub enum Key {
    /// A parameter of the request.
    Argument(&'static str),
    /// A property of its answer.
    Answer(&'static str),
}

/// An answer that lists a verdict on each target.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// Property with the target's id.
    pub id: &'static str,
    /// Property with the verdict.
    pub verdict: &'static str,
    /// The good ones.
    pub good: &'static [&'static str],
}

impl Action {
    const fn new(name: &'static str, graph_type: &'static str, on: On) -> Self {
        Action {
            name,
            graph_type,
            on,
            version: Version::V1,
            doc: "",
            reference: "",
            arguments: &[],
            kinds: &[],
            rules: &[],
            dangers: &[],
            repeatable: false,
            ends_object: false,
            bulk: None,
            watch: None,
            verdict: None,
            access: Access::both(&[]),
            minutes: 30,
        }
    }

    /// Done to one object at a time.
    pub const fn each(
        name: &'static str,
        graph_type: &'static str,
        set: &'static str,
        noun: &'static str,
        operation: &'static str,
    ) -> Self {
        Action::new(name, graph_type, On::Each { set, operation, noun })
    }

    /// Done to many objects of `set` in one request to `path`.
    pub const fn together(
        name: &'static str,
        graph_type: &'static str,
        path: &'static str,
        parameter: &'static str,
        (set, noun): (&'static str, &'static str),
    ) -> Self {
        Action::new(name, graph_type, On::Together { path, parameter, noun, set })
    }

    /// Done to the tenant.
    pub const fn tenant(name: &'static str, graph_type: &'static str, path: &'static str) -> Self {
        Action::new(name, graph_type, On::Tenant { path })
    }

    /// It is only in `beta`.
    pub const fn beta(mut self) -> Self {
        self.version = Version::Beta;
        self
    }

    /// What it does, and where Microsoft describes it.
    pub const fn doc(mut self, doc: &'static str, reference: &'static str) -> Self {
        self.doc = doc;
        self.reference = reference;
        self
    }

    /// Its arguments.
    pub const fn arguments(mut self, arguments: &'static [Attribute]) -> Self {
        self.arguments = arguments;
        self
    }

    /// The subtypes of the object that the request makes.
    pub const fn one_of(mut self, kinds: &'static [Variant]) -> Self {
        self.kinds = kinds;
        self
    }

    /// What must hold between the arguments.
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    /// What can be lost by it.
    pub const fn dangers(mut self, dangers: &'static [Danger]) -> Self {
        assert!(!self.repeatable, "what destroys something is never sent twice");
        self.dangers = dangers;
        self
    }

    /// Sending it twice does no more than sending it once.
    pub const fn repeatable(mut self) -> Self {
        assert!(self.dangers.is_empty(), "what destroys something is never sent twice");
        self.repeatable = true;
        self
    }

    /// It ends the object.
    pub const fn ends_object(mut self) -> Self {
        self.ends_object = true;
        self
    }

    /// A request that does it to many.
    pub const fn bulk(mut self, bulk: Bulk) -> Self {
        assert!(matches!(self.on, On::Each { .. }), "only what is done one by one has a bulk form");
        self.bulk = Some(bulk);
        self
    }

    /// How its end is seen.
    pub const fn watch(mut self, watch: Watch) -> Self {
        self.watch = Some(watch);
        self
    }

    /// Its answer says something of each target.
    pub const fn verdict(mut self, verdict: Verdict) -> Self {
        self.verdict = Some(verdict);
        self
    }

    /// What the token must allow.
    pub const fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// How long it may take, in minutes.
    pub const fn minutes(mut self, minutes: u32) -> Self {
        self.minutes = minutes;
        self
    }

    /// What a target is called in messages; `None` for what is done to the tenant.
    pub const fn noun(&self) -> Option<&'static str> {
        match self.on {
            On::Each { noun, .. } | On::Together { noun, .. } => Some(noun),
            On::Tenant { .. } => None,
        }
    }
}

/// A managed resource that runs actions of a table: for clients without actions of their own.
#[derive(Clone, Copy, Debug)]
pub struct Runner {
    /// Terraform type.
    pub name: &'static str,
    /// What it is, for people: sentences of Markdown.
    pub doc: &'static str,
    /// The actions that it runs, by name.
    pub actions: &'static [&'static Action],
}
