//! The least set of permissions that serves several needs.

use super::{Need, Operation};

/// A set of permissions for one kind of access.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Least {
    /// The permissions, by name.
    pub permissions: Vec<&'static str>,
    /// What this kind of access is not offered for: address and operation.
    pub not_offered: Vec<(String, Operation)>,
}

/// The least permissions of an app, or of a signed-in person, that serve all needs.
///
/// Any permission in the list of a need suffices, and the first is the least. What must be there anyway for a write often includes the
/// reading, so needs with fewer alternatives are served first, and what turns out to be included is left out.
pub fn least(needs: &[Need], application: bool) -> Least {
    let list = |need: &Need| match application {
        true => need.access.application,
        false => need.access.delegated,
    };
    let mut least = Least::default();
    let mut lists = Vec::new();
    for need in needs {
        match list(need) {
            // Offered to nobody, or nothing is needed.
            [] if need.access.delegated.is_empty() && need.access.application.is_empty() => {}
            [] => least.not_offered.push((need.address.clone(), need.operation)),
            any_of => lists.push(any_of),
        }
    }
    lists.sort_by_key(|any_of| (any_of.len(), *any_of));
    let mut chosen: Vec<&'static str> = Vec::new();
    for any_of in &lists {
        if !any_of.iter().any(|it| chosen.contains(it))
            && let Some(first) = any_of.first()
        {
            chosen.push(first);
        }
    }
    // What was chosen early may be covered by what came later.
    for permission in chosen.clone() {
        let others = |it: &&&str| **it != permission && chosen.contains(*it);
        if lists.iter().all(|any_of| any_of.iter().any(|it| others(&it))) {
            chosen.retain(|it| *it != permission);
        }
    }
    chosen.sort_unstable();
    least.permissions = chosen;
    least.not_offered.sort();
    least.not_offered.dedup();
    least
}
