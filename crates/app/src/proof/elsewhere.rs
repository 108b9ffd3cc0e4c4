//! Good copies at targets: which there are, and their bytes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;
use waybill_engine::{CopyRow, CopyState, EngineError, Journal, SnapshotPlace};

use super::mend::GoodBytes;
use crate::Waybill;

/// The copies of a snapshot that are whole, by the run that took it.
pub(super) fn whole_copies(journal: &Journal, run: &str) -> Result<Vec<CopyRow>, EngineError> {
    let mut rows = journal.copies_of(run)?;
    rows.retain(|row| row.state == CopyState::Whole);
    Ok(rows)
}

/// What one target has, or all of them.
pub(super) struct TargetBytes {
    pub(super) app: Waybill,
    /// The runs that took the snapshots, by the ids of these.
    pub(super) runs: HashMap<String, String>,
    /// This target alone, by its id.
    pub(super) target: Option<String>,
    pub(super) runtime: Handle,
    opened: Mutex<HashMap<String, Vec<Arc<SnapshotPlace>>>>,
}

impl TargetBytes {
    pub(super) fn new(
        app: Waybill,
        runs: HashMap<String, String>,
        target: Option<String>,
        runtime: Handle,
    ) -> Self {
        Self {
            app,
            runs,
            target,
            runtime,
            opened: Mutex::default(),
        }
    }

    /// The copies of a snapshot, opened once.
    fn places(&self, snapshot: &str) -> Vec<Arc<SnapshotPlace>> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = opened.get(snapshot) {
            return known.clone();
        }
        let rows = self
            .runs
            .get(snapshot)
            .and_then(|run| whole_copies(&self.app.shared.journal, run).ok())
            .unwrap_or_default();
        let mut places = Vec::new();
        for row in rows {
            let wanted = self
                .target
                .as_ref()
                .is_none_or(|target| *target == row.of.target);
            if !wanted {
                continue;
            }
            match self
                .runtime
                .block_on(self.app.open_copy(&row.of.target, &row.folder))
            {
                Ok(place) => places.push(Arc::new(place)),
                Err(error) => {
                    tracing::warn!(target = %row.of.target, message = %error.message, "a copy could not be opened");
                }
            }
        }
        opened.insert(snapshot.to_owned(), places.clone());
        places
    }
}

impl GoodBytes for TargetBytes {
    fn bytes(&self, snapshot: &str, path: &str, sha256: Option<&str>) -> Option<Vec<u8>> {
        self.places(snapshot)
            .iter()
            .filter_map(|place| place.read(path).ok())
            .find(|bytes| sha256.is_none_or(|hash| waybill_engine::sha256(bytes) == hash))
    }
}
