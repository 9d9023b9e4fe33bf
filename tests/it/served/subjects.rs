//! What the simulation plays with.

use windows365::entities;
use windows365::simulation::Subject;

use super::{lasting, table};
use crate::support::tenant::{environment, preparation};

/// Every managed entity.
pub(crate) fn subjects() -> Vec<Subject> {
    let lasting = lasting::all().into_iter().filter_map(|case| {
        Some(Subject {
            whole: case.whole,
            bare: case.bare,
            replace: None,
            ..subject(case.name, case.path)?
        })
    });
    mortal().into_iter().chain(lasting).collect()
}

/// Those whose objects are made and deleted.
pub(crate) fn mortal() -> Vec<Subject> {
    let cases = table::all().into_iter().filter_map(|case| {
        Some(Subject {
            whole: (case.whole.create, case.whole.update),
            bare: (case.bare.create, case.bare.update),
            replace: case.whole.replace.map(|(config, _)| config),
            ..subject(case.name, case.path)?
        })
    });
    cases.collect()
}

/// An entity without configurations.
fn subject(name: &str, path: &str) -> Option<Subject> {
    Some(Subject {
        entity: entities::find(name)?,
        path: path.to_owned(),
        whole: Default::default(),
        bare: Default::default(),
        replace: None,
        prepare: preparation(name),
        environment: |mock, entity| environment(mock, entity.name),
    })
}

#[test]
fn every_managed_entity_is_played() {
    let mut played: Vec<&str> = subjects().iter().map(|it| it.entity.name).collect();
    let managed = entities::ALL.iter().filter(|it| it.managed);
    let mut managed: Vec<&str> = managed.map(|it| it.name).collect();
    played.sort_unstable();
    managed.sort_unstable();
    assert_eq!(
        played, managed,
        "add a case to tests/it/served/table.rs, or to lasting.rs beside it"
    );
}
