//! Locks by key: writes to one object never overlap, nor do those of a family whose members disturb one another.
//!
//! Graph has no optimistic locking for these objects (no etag), and an action such as `assign` replaces a whole set, so two writers of
//! one object would undo each other. A lock lives as long as somebody holds or awaits it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OwnedMutexGuard;

/// Locks by key.
#[derive(Default)]
pub(super) struct Locks {
    by_key: Mutex<BTreeMap<String, Weak<tokio::sync::Mutex<()>>>>,
}

impl Locks {
    /// Waits for the lock of `key`. It is free again when the guard is dropped; waiters are served in turn.
    pub(super) async fn lock(&self, key: &str) -> OwnedMutexGuard<()> {
        self.get(key).lock_owned().await
    }

    fn get(&self, key: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = by_key.get(key).and_then(Weak::upgrade) {
            return lock;
        }
        by_key.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::new(tokio::sync::Mutex::new(()));
        by_key.insert(key.to_owned(), Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_key_is_held_once_and_other_keys_are_free() {
        let locks = Locks::default();
        let held = locks.lock("a").await;
        drop(locks.lock("b").await);
        let second = tokio::time::timeout(Duration::from_secs(1), locks.lock("a")).await;
        assert!(second.is_err(), "a second holder got the same lock");
        drop(held);
        drop(locks.lock("a").await);
    }

    #[tokio::test]
    async fn locks_that_nobody_holds_are_forgotten() {
        let locks = Locks::default();
        for number in 0..100 {
            drop(locks.lock(&number.to_string()).await);
        }
        let kept = locks.by_key.lock().unwrap_or_else(PoisonError::into_inner).len();
        assert_eq!(kept, 1);
    }
}
