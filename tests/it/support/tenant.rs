//! What a tenant needs before an entity can be managed in it.

use windows365::entities;
use windows365::mock::{Claims, Mock};
use windows365::spec::{Entity, Place, Removal};

/// Whether objects of an entity are made and deleted, so that one life is like another.
pub(crate) fn comes_and_goes(entity: &Entity) -> bool {
    entity.managed
        && !matches!(entity.place, Place::Singleton(_))
        && !matches!(entity.removal, Removal::SwitchedOff(_))
}

/// Variables that point a provider at the mock and sign in who may manage an entity: an app, or a person where that is offered to no app.
pub(crate) fn environment(mock: &Mock, name: &str) -> Vec<(String, String)> {
    let people_only = entities::find(name)
        .is_some_and(|it| it.managed && it.permissions.update.application.is_empty());
    if people_only { of_a_person(mock) } else { mock.environment() }
}

/// Variables that point a provider at the mock and sign in a person who may do everything.
pub(crate) fn of_a_person(mock: &Mock) -> Vec<(String, String)> {
    let mut environment = mock.environment();
    let value = |wanted: &str| {
        environment.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
    };
    let scopes = ["CloudPC.ReadWrite.All", "DeviceManagementRBAC.ReadWrite.All"];
    let token = mock.token(Claims {
        tenant_id: value("WINDOWS365_TENANT_ID").unwrap_or_default(),
        client_id: value("WINDOWS365_CLIENT_ID").unwrap_or_default(),
        scopes: scopes.map(str::to_owned).to_vec(),
        ..Claims::default()
    });
    environment.retain(|(name, _)| !name.starts_with("WINDOWS365_CLIENT_"));
    environment.push(("WINDOWS365_ACCESS_TOKEN".to_owned(), token));
    environment
}
