//! What a tenant needs before an entity can be managed in it.

use serde_json::json;
use windows365::entities;
use windows365::mock::{Mock, Options, Switches};
use windows365::spec::{Entity, Place, Removal};

/// Whether objects of an entity are made and deleted, so that one life is like another.
pub(crate) fn comes_and_goes(entity: &Entity) -> bool {
    entity.managed
        && !matches!(entity.place, Place::Singleton(_))
        && !matches!(entity.removal, Removal::SwitchedOff(_))
}

/// A policy whose users get apps, in every tenant that was prepared for them.
pub(crate) const CLOUD_APP_POLICY: &str = "e31f75e9-25a8-41e9-a9d5-ce8fd484af15";

/// Puts into a tenant what must be there before an entity can be made.
pub(crate) fn prepare(mock: &Mock, name: &str) {
    preparation(name)(mock);
}

/// What puts it there.
pub(crate) fn preparation(name: &str) -> fn(&Mock) {
    match name {
        "windows365_cloud_app" => an_app_policy,
        _ => |_| {},
    }
}

fn an_app_policy(mock: &Mock) {
    let policy = json!({
        "displayName": "Apps", "provisioningType": "sharedByEntraGroup", "userExperienceType": "cloudApp",
    });
    mock.put("/deviceManagement/virtualEndpoint/provisioningPolicies", CLOUD_APP_POLICY, policy);
}

/// Variables that point a provider at the mock and sign in who may manage an entity: an app, or a person where that is offered to no app.
pub(crate) fn environment(mock: &Mock, name: &str) -> Vec<(String, String)> {
    if people_only(name) { mock.environment_of_person() } else { mock.environment() }
}

/// Whether an entity can be managed, and by no app.
pub(crate) fn people_only(name: &str) -> bool {
    entities::find(name)
        .is_some_and(|it| it.managed && it.permissions.update.application.is_empty())
}

/// A tenant on a loopback port in which nothing takes time behind the scenes, for tests whose time is real.
pub(crate) async fn prompt() -> Mock {
    let switches = Switches { health_check_seconds: 0, image_seconds: 0, ..Switches::default() };
    Mock::start(Options { switches, ..Options::default() }).await.expect("a loopback port")
}
