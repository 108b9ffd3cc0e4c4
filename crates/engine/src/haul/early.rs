//! Reading back what is active already while the rest of a run goes on. At the end it counts where the
//! artifact bears the time of its last change that it bore before it was read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;
use waybill_archive::Fingerprint;
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use super::deed::Deed;
use super::perform::Hauling;
use crate::catalogue::LiveCatalogue;
use crate::compare::{Shelf, Side};
use crate::waybill::StepKind;

/// So many are read back at once, beside what is sent and watched.
const AT_ONCE: usize = 4;

/// What was read back so far.
pub(super) struct Early {
    turns: Semaphore,
    read: Mutex<BTreeMap<ArtifactId, (String, Fingerprint)>>,
}

impl Default for Early {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            read: Mutex::default(),
        }
    }
}

impl Early {
    fn read(&self) -> MutexGuard<'_, BTreeMap<ArtifactId, (String, Fingerprint)>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what an artifact meant that was read after it bore this time of its last change.
    fn learn(&self, id: &ArtifactId, updated: String, fingerprint: Fingerprint) {
        self.read().insert(id.clone(), (updated, fingerprint));
    }

    /// What it means, if it was read back and bears the same time still.
    pub fn of(&self, id: &ArtifactId, updated: Option<&str>) -> Option<Fingerprint> {
        let read = self.read();
        let (before, fingerprint) = read.get(id)?;
        (Some(before.as_str()) == updated).then_some(*fingerprint)
    }
}

impl Hauling {
    /// When an integration was last changed that has just become active and can be read back now; none
    /// for anything else.
    pub(super) fn to_read_early(&self, deed: &Deed) -> Option<String> {
        let id = &deed.step.subject;
        let is_alone = id.kind == ArtifactKind::Integration && id.scope == Scope::Global;
        let activates = matches!(deed.step.kind, StepKind::Activate { .. });
        let item = self.waybill().item(id);
        let brings =
            item.is_some_and(|item| item.action.brings() && item.after.fingerprint.is_some());
        if !(is_alone && activates && brings) {
            return None;
        }
        self.watch.updated(id)
    }

    /// Reads it back. What fails here is read again at the end.
    pub(super) async fn read_early(&self, id: &ArtifactId, updated: String) {
        let early = &self.watch.early;
        let Ok(_turn) = early.turns.acquire().await else {
            return;
        };
        let instance = &self.work.request.instance;
        // Its own archive tells all: the lists are not needed.
        let lists = LiveCatalogue::default();
        let side = Side::live(self.looking.clone(), lists, instance, &instance.name);
        let (side, books) = (Arc::new(side), Shelf::default());
        match Box::pin(books.read(&side, id, None, None)).await {
            Ok(Some(cargo)) => early.learn(id, updated, cargo.fingerprint),
            Ok(None) => {}
            Err(why) => tracing::debug!(?why, "reading back at the end instead"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_after_it_was_read_back_does_not_count() {
        let early = Early::default();
        let id = ArtifactId::global(ArtifactKind::Integration, "ORDERS", Some("01.00.0000"));
        let part = "0".repeat(64);
        let fingerprint = format!("a1-{part}-{part}-{part}").parse().unwrap();
        assert!(early.of(&id, Some("2026-11-21T10:00:00Z")).is_none());
        early.learn(&id, "2026-11-21T10:00:00Z".to_owned(), fingerprint);
        assert!(early.of(&id, Some("2026-11-21T10:00:00Z")).is_some());
        assert!(early.of(&id, Some("2026-11-21T10:00:01Z")).is_none());
        assert!(early.of(&id, None).is_none());
    }
}
