//! What a run is about: an entity, and configurations of it.

use serde_json::Value as Json;

use crate::mock::Mock;
use crate::spec::Entity;

/// An entity with what a run must know of it.
#[derive(Clone)]
pub struct Subject {
    /// The entity.
    pub entity: &'static Entity,
    /// Its collection in the tenant, below the version.
    pub path: String,
    /// A configuration that sets as much as goes together, and one that changes all that can be changed in place. Both as JSON objects
    /// of what is set.
    pub whole: (Json, Json),
    /// The same with nothing set that can be left out.
    pub bare: (Json, Json),
    /// The first of `whole`, changed in a way that replaces the object, where there is one.
    pub replace: Option<Json>,
    /// Makes what the configurations refer to and a new tenant lacks.
    pub prepare: fn(&Mock),
    /// Variables that point a provider at the tenant and sign in who may manage the entity.
    pub environment: fn(&Mock, &Entity) -> Vec<(String, String)>,
}

/// What the protocol's properties and the simulation need to know of a resource type.
#[derive(Clone)]
pub struct Fixture {
    /// A configuration that sets as much as goes together.
    pub create: Json,
    /// The same with every attribute changed that can be changed in place.
    pub update: Json,
    /// The same with one attribute changed that cannot, and the path that forces the replacement.
    pub replace: Option<(Json, &'static str)>,
    /// The text that imports an object, from its state.
    pub import_id: fn(&Json) -> String,
    /// Attributes that an import cannot know, such as write-only ones and their versions. Left out of plans after an import.
    pub not_imported: &'static [&'static str],
    /// States as older versions of the schema stored them, with the version.
    pub history: Vec<(i64, Json)>,
    /// Whether the service takes a second object like the first, as `create_before_destroy` needs.
    pub coexists: bool,
    /// Whether a delete that remembers nothing is refused, lest it take away what others manage.
    pub guarded: bool,
}

impl Fixture {
    /// A fixture whose objects are imported by their `id`.
    pub fn new(create: Json, update: Json) -> Fixture {
        Fixture {
            create,
            update,
            replace: None,
            import_id: |state| state["id"].as_str().unwrap_or_default().to_owned(),
            not_imported: &[],
            history: Vec::new(),
            coexists: true,
            guarded: false,
        }
    }

    /// The configuration without what an import cannot know.
    pub fn imported(&self) -> Json {
        let mut config = self.create.clone();
        if let Json::Object(entries) = &mut config {
            entries.retain(|name, _| !self.not_imported.contains(&name.as_str()));
        }
        config
    }
}
