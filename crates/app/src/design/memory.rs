//! The designs that were looked at last, so that going back to one takes no second read.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Designed;

/// So many are remembered.
const REMEMBERED: usize = 8;

/// The designs that were looked at last, the latest first, until the application closes.
#[derive(Default)]
pub(crate) struct DesignMemory(Mutex<VecDeque<(String, Arc<Designed>)>>);

impl DesignMemory {
    /// What was remembered under a key, which names place, artifact and state of its content.
    pub(super) fn get(&self, key: &str) -> Option<Arc<Designed>> {
        let mut held = self.held();
        let at = held.iter().position(|(known, _)| known == key)?;
        let found = held.remove(at)?;
        let designed = Arc::clone(&found.1);
        held.push_front(found);
        Some(designed)
    }

    pub(super) fn put(&self, key: String, designed: Arc<Designed>) {
        let mut held = self.held();
        held.retain(|(known, _)| *known != key);
        held.push_front((key, designed));
        held.truncate(REMEMBERED);
    }

    fn held(&self) -> MutexGuard<'_, VecDeque<(String, Arc<Designed>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Texts of archives are not printed.
impl std::fmt::Debug for DesignMemory {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("DesignMemory")
            .field("remembered", &self.held().len())
            .finish()
    }
}
