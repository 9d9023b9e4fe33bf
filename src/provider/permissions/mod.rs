//! The table of permissions: what each served type needs for each operation, by kind of access; and the least set for several of them.
//!
//! It follows from the descriptions of the entities, so that the check before a call, the pages and this table cannot disagree.
//! Source of the names: Microsoft Graph permissions reference, <https://learn.microsoft.com/graph/permissions-reference>.

mod function;
pub mod ids;
mod least;

use crate::engine::schema::has_many;
use crate::graph::auth::Claims;
use crate::provider::{MANAGED_DESKTOP, Served, served, served_actions, served_runners};
use crate::spec::{Access, Entity, Place, Update};
pub use function::Permissions;
pub use least::{Least, least};

/// What a block of a configuration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// `resource`
    Managed,
    /// `data`
    Data,
    /// `action`
    Action,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// Read or list.
    Read,
    /// Create.
    Create,
    /// Update, assignments included.
    Update,
    /// Delete.
    Delete,
    /// Run an action.
    Run,
}

impl Operation {
    /// All, in the order in which they are told.
    pub const ALL: [Operation; 5] =
        [Operation::Read, Operation::Create, Operation::Update, Operation::Delete, Operation::Run];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Operation::Read => "read",
            Operation::Create => "create",
            Operation::Update => "update",
            Operation::Delete => "delete",
            Operation::Run => "run",
        }
    }
}

/// Something that needs a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Terraform type, behind `data.` for a data source and `action.` for an action.
    pub address: String,
    /// What is done.
    pub operation: Operation,
    /// Any of these suffices.
    pub access: Access,
}

/// A type that is served.
#[derive(Clone, Debug)]
pub struct Type {
    /// What its blocks are.
    pub mode: Mode,
    /// Terraform type.
    pub name: String,
    /// What can be done, each with the permissions for it, in the order of [`Operation::ALL`]. Empty: no permission of Graph is needed.
    pub operations: Vec<(Operation, Access)>,
}

impl Type {
    /// Its name, behind `data.` for a data source and `action.` for an action.
    pub fn address(&self) -> String {
        match self.mode {
            Mode::Managed => self.name.clone(),
            Mode::Data => format!("data.{}", self.name),
            Mode::Action => format!("action.{}", self.name),
        }
    }

    /// What some operations on it need. One that it does not have needs nothing.
    pub fn needs(&self, wanted: &[Operation]) -> Vec<Need> {
        let wanted = self.operations.iter().filter(|(operation, _)| wanted.contains(operation));
        let need = |(operation, access): &(Operation, Access)| Need {
            address: self.address(),
            operation: *operation,
            access: *access,
        };
        wanted.map(need).collect()
    }
}

/// Every type that is served, by mode and name.
pub fn types() -> Vec<Type> {
    let mut types: Vec<_> = served().iter().flat_map(types_of).collect();
    let other = |name: &&str| Type {
        mode: Mode::Data,
        name: (*name).to_owned(),
        // Its permissions are not Graph's.
        operations: Vec::new(),
    };
    types.extend(MANAGED_DESKTOP.iter().map(other));
    types.extend(served_actions().iter().map(|action| Type {
        mode: Mode::Action,
        name: action.name.to_owned(),
        operations: vec![(Operation::Run, action.access)],
    }));
    types.extend(served_runners().iter().map(|runner| {
        let mut operations: Vec<(Operation, Access)> = Vec::new();
        for action in runner.actions {
            let run = (Operation::Run, action.access);
            if !operations.contains(&run) {
                operations.push(run);
            }
        }
        Type { mode: Mode::Managed, name: runner.name.to_owned(), operations }
    }));
    types.sort_by(|a, b| (a.mode, &a.name).cmp(&(b.mode, &b.name)));
    types
}

/// The served type that is meant by `TYPE`, `data.TYPE` or `action.TYPE`: by the first the resource, where there is one.
pub fn find<'t>(types: &'t [Type], text: &str) -> Option<&'t Type> {
    let named = |mode: Mode, name: &str| types.iter().find(|it| it.mode == mode && it.name == name);
    match (text.strip_prefix("data."), text.strip_prefix("action.")) {
        (Some(name), _) => named(Mode::Data, name),
        (_, Some(name)) => named(Mode::Action, name),
        _ => [Mode::Managed, Mode::Data, Mode::Action].iter().find_map(|mode| named(*mode, text)),
    }
}

fn types_of(served: &Served) -> Vec<Type> {
    let entity = served.entity;
    let read = vec![(Operation::Read, entity.permissions.read)];
    let mut types = Vec::new();
    if entity.managed {
        types.push(Type {
            mode: Mode::Managed,
            name: entity.name.to_owned(),
            operations: operations(entity),
        });
    }
    let data =
        |name: &str| Type { mode: Mode::Data, name: name.to_owned(), operations: read.clone() };
    types.push(data(entity.name));
    if has_many(entity) {
        types.push(data(&served.plural));
    }
    types
}

/// What can be done with the objects of a managed entity, and what each takes.
pub fn operations(entity: &Entity) -> Vec<(Operation, Access)> {
    let permissions = &entity.permissions;
    let all = [
        (Operation::Read, permissions.read),
        (Operation::Create, permissions.create),
        (Operation::Update, permissions.update),
        (Operation::Delete, permissions.delete),
    ];
    let singleton = matches!(entity.place, Place::Singleton(_));
    let is_done = |operation: Operation| match operation {
        Operation::Read => true,
        Operation::Run => false,
        // A create adopts the one object there is, and changes it.
        Operation::Create | Operation::Delete => !singleton,
        Operation::Update => {
            singleton || entity.update != Update::Never || entity.assignments.is_some()
        }
    };
    all.into_iter().filter(|(operation, _)| is_done(*operation)).collect()
}

/// What a token may do with a type, as far as permissions tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    /// Terraform type.
    pub name: String,
    /// Whether it may read.
    pub read: Verdict,
    /// Whether it may write; `None` where nothing can be written.
    pub write: Option<Verdict>,
}

/// Whether a permission is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Yes,
    /// For these operations it is, for others not.
    Partly(Vec<Operation>),
    /// It is not.
    No,
    /// Microsoft offers it to the other kind of sign-in only.
    NotOffered,
}

/// What a token may read and write, type by type.
pub fn rights(claims: &Claims) -> Vec<Rights> {
    let list = |access: &Access| match claims.application {
        true => access.application,
        false => access.delegated,
    };
    let has = |access: &Access| {
        let holds =
            |wanted: &&str| claims.permissions.iter().any(|it| it.eq_ignore_ascii_case(wanted));
        list(access).iter().any(holds)
    };
    let verdict = |asked: &[&(Operation, Access)]| {
        let may: Vec<_> = asked
            .iter()
            .filter(|(_, access)| has(access))
            .map(|(operation, _)| *operation)
            .collect();
        if may.len() == asked.len() {
            Verdict::Yes
        } else if !may.is_empty() {
            Verdict::Partly(may)
        } else if asked.iter().all(|(_, access)| list(access).is_empty()) {
            Verdict::NotOffered
        } else {
            Verdict::No
        }
    };
    let rights = |served: Served| {
        let entity = served.entity;
        let read = (Operation::Read, entity.permissions.read);
        let operations = operations(entity);
        let writes: Vec<_> = operations.iter().filter(|(it, _)| *it != Operation::Read).collect();
        let write = (entity.managed && !writes.is_empty()).then(|| verdict(&writes));
        Rights { name: entity.name.to_owned(), read: verdict(&[&read]), write }
    };
    served().into_iter().map(rights).collect()
}

#[cfg(test)]
mod tests;
