//! A tenant in this process, and the built program that manages it.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use windows365::mock::{DateDigits, LoggedRequest, Mock};

use super::table::{self, Case};
use crate::minicore::{Catalog, MiniCore};
use crate::support::{programs, tenant};

/// A tenant of its own for one entity.
pub(super) struct Tenant {
    pub mock: Mock,
    pub core: MiniCore,
    path: &'static str,
    /// The ids of what was there before.
    built_in: Vec<Json>,
}

impl Tenant {
    pub(super) async fn of(case: &Case) -> Tenant {
        let mock = tenant::prompt().await;
        tenant::prepare(&mock, case.name);
        let environment = tenant::environment(&mock, case.name);
        let variables: Vec<(&str, &str)> =
            environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let core = MiniCore::new(programs::windows365(), &variables, json!({})).await;
        let built_in = mock.objects(case.path).iter().map(|it| it["id"].clone()).collect();
        Tenant { mock, core, path: case.path, built_in }
    }

    /// Another tenant of the same kind. Its schemas are not loaded again.
    pub(super) async fn another(case: &Case, catalog: &Arc<Catalog>) -> Tenant {
        let mock = tenant::prompt().await;
        tenant::prepare(&mock, case.name);
        let core = MiniCore::with_catalog(
            programs::windows365(),
            tenant::environment(&mock, case.name),
            json!({}),
            Arc::clone(catalog),
        );
        let built_in = mock.objects(case.path).iter().map(|it| it["id"].clone()).collect();
        Tenant { mock, core, path: case.path, built_in }
    }

    /// Separate reads can be compared to each other. Otherwise each answer writes a date with another number of digits.
    pub(super) fn dates_are_always_written_alike(&self) {
        self.mock.switch(|switches| switches.date_digits = DateDigits::Seven);
    }

    /// The objects of the collection that were not there from the start.
    pub(super) fn made(&self) -> Vec<Json> {
        let mut objects = self.mock.objects(self.path);
        objects.retain(|it| !self.built_in.contains(&it["id"]));
        objects
    }

    /// What was asked of Graph so far, tokens left out.
    pub(super) fn requests(&self) -> Vec<LoggedRequest> {
        let mut requests = self.mock.requests();
        requests.retain(|it| it.bearer);
        requests
    }

    /// The requests that change something.
    pub(super) fn writes(&self) -> Vec<String> {
        let writes = self.requests().into_iter().filter(|it| it.method != "GET");
        writes.map(|it| format!("{} {}", it.method, it.path)).collect()
    }
}

/// Runs a property for all entities at once, each against tenants of its own.
pub(super) async fn each<F>(run: impl Fn(Case) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let running: Vec<_> =
        table::all().into_iter().map(|case| (case.name, tokio::spawn(run(case)))).collect();
    let mut failed = Vec::new();
    for (name, running) in running {
        if running.await.is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "it does not hold for {failed:?}; the reasons stand above");
}
