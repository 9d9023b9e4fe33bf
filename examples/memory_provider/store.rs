//! The service: a JSON file of objects by id, with a journal of what was done to them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use serde_json::{Map, Value as Json, json};
use windows365::tf::Diagnostic;

/// The file, once a configuration has named it.
#[derive(Default)]
pub(crate) struct Store {
    path: RwLock<Option<PathBuf>>,
    // One writer at a time in this process; Terraform's processes do not overlap on one object.
    turn: Mutex<()>,
}

impl Store {
    /// Uses this file from now on; `None` while its name is not known.
    pub(crate) fn use_file(&self, path: Option<PathBuf>) {
        *self.path.write().unwrap_or_else(PoisonError::into_inner) = path;
    }

    /// The file's path.
    ///
    /// # Errors
    /// The path is not configured, or not known yet.
    pub(crate) fn path(&self) -> Result<PathBuf, Diagnostic> {
        self.path.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(|| {
            Diagnostic::error(
                "Cannot reach the store",
                "The provider's `path` is not known. If it comes from another resource, apply that one first.",
            )
        })
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        // A panic elsewhere leaves a whole file behind: it is replaced in one step.
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An object, if there is one.
    pub(crate) fn get(&self, id: &str) -> Result<Option<Json>, Diagnostic> {
        Ok(self.all()?.into_iter().find(|(key, _)| key == id).map(|(_, object)| object))
    }

    /// All objects by id.
    pub(crate) fn all(&self) -> Result<Vec<(String, Json)>, Diagnostic> {
        let path = self.path()?;
        let _turn = self.turn();
        let mut content = load(&path)?;
        let objects = content.get_mut("objects").map(Json::take).unwrap_or_default();
        Ok(match objects {
            Json::Object(objects) => objects.into_iter().collect(),
            _ => Vec::new(),
        })
    }

    /// A new id.
    pub(crate) fn next_id(&self) -> Result<String, Diagnostic> {
        self.change(|content| {
            let next = content.get("next").and_then(Json::as_i64).unwrap_or(1);
            content.insert("next".to_owned(), json!(next + 1));
            format!("thing-{next}")
        })
    }

    /// Writes an object.
    pub(crate) fn put(&self, id: &str, object: Json, did: &str) -> Result<(), Diagnostic> {
        self.change(|content| {
            let objects = content.entry("objects").or_insert_with(|| json!({}));
            objects[id] = object;
            note(content, &format!("{did} {id}"));
        })
    }

    /// Removes an object; one that is not there is removed already.
    pub(crate) fn remove(&self, id: &str) -> Result<(), Diagnostic> {
        self.change(|content| {
            if let Some(objects) = content.get_mut("objects").and_then(Json::as_object_mut) {
                objects.remove(id);
            }
            note(content, &format!("delete {id}"));
        })
    }

    /// Writes a line into the journal.
    pub(crate) fn journal(&self, line: &str) -> Result<(), Diagnostic> {
        self.change(|content| note(content, line))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Map<String, Json>) -> T) -> Result<T, Diagnostic> {
        let path = self.path()?;
        let _turn = self.turn();
        let mut content = load(&path)?;
        let result = change(&mut content);
        let beside = path.with_extension("new");
        let text = serde_json::to_vec_pretty(&content).map_err(|error| broken(&path, &error))?;
        std::fs::write(&beside, text)
            .and_then(|()| std::fs::rename(&beside, &path))
            .map_err(|error| broken(&path, &error))?;
        Ok(result)
    }
}

fn note(content: &mut Map<String, Json>, line: &str) {
    if let Json::Array(lines) = content.entry("journal").or_insert_with(|| json!([])) {
        lines.push(json!(line));
    }
}

fn load(path: &Path) -> Result<Map<String, Json>, Diagnostic> {
    match std::fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|error| broken(path, &error)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Map::new()),
        Err(error) => Err(broken(path, &error)),
    }
}

fn broken(path: &Path, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error("Cannot use the store", format!("The file {}: {error}.", path.display()))
}
