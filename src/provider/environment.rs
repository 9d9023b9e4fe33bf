//! The process environment behind a trait, so that no test needs to change the real one.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Variables by name.
pub trait Environment: Send + Sync {
    /// The value of a variable. A variable that is set to nothing counts as not set.
    fn get(&self, name: &str) -> Option<String>;

    /// The path of the running program, for commands that people are to type.
    fn program(&self) -> Option<PathBuf> {
        None
    }
}

/// The environment of this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn get(&self, name: &str) -> Option<String> {
        let value = std::env::var_os(name)?.to_string_lossy().into_owned();
        (!value.is_empty()).then_some(value)
    }

    fn program(&self) -> Option<PathBuf> {
        std::env::current_exe().ok()
    }
}

impl Environment for BTreeMap<String, String> {
    fn get(&self, name: &str) -> Option<String> {
        BTreeMap::get(self, name).filter(|value| !value.is_empty()).cloned()
    }
}

impl<const N: usize> Environment for [(&str, &str); N] {
    fn get(&self, name: &str) -> Option<String> {
        let (_, value) = self.iter().find(|(key, value)| *key == name && !value.is_empty())?;
        Some((*value).to_owned())
    }
}
