//! Giving back the room of what no snapshot uses any more, in two phases.
//!
//! The first prune after a forgetting copies what is still used out of packs that are mostly
//! unused, and marks those packs and the unused ones in the index; a later prune, once they have
//! been marked for long enough, removes them, unless they came into use again. So whoever reads
//! without a lock still finds what was there when the reading began. Both happen under an exclusive
//! lock: a backup of another program could count on a pack that is about to go.
//!
//! At every moment all that a snapshot uses is in a pack that the index names; a prune that was cut
//! short is simply done again. A vault with damage is not pruned.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Span};
use rustic_core::{LimitOption, PruneOptions, WriteBackend};

use crate::attend::{Attendance, apart};
use crate::error::{Result, VaultError};
use crate::gate::{Gate, GatedBackend};
use crate::progress::{Progress, WriteProgress};
use crate::vault::Vault;
use crate::writer_lock::WriterLock;

const DOING: &str = "Giving back unused room";

/// What a prune did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PruneReport {
    /// Bytes that were given back: of packs that an earlier prune had marked.
    pub freed: u64,
    /// Packs that were removed.
    pub removed: u64,
    /// Bytes that this prune marked, to be given back by a later one.
    pub marked: u64,
    /// Bytes that an earlier prune marked, and not yet for long enough.
    pub waiting: u64,
    /// Packs out of which the used part was copied, because most of the rest is unused.
    pub rewritten: u64,
    /// Packs that were marked and are in use again.
    pub recovered: u64,
    /// Bytes of content that snapshots use.
    pub kept: u64,
}

impl Vault {
    /// How long a pack is marked before it is removed, where nothing else is wished: longer than
    /// any reading lasts.
    pub const GRACE: SignedDuration = SignedDuration::from_hours(23);

    /// Gives back room that no snapshot uses: marks what is unused now, and removes what was marked
    /// at least `grace` ago ([`Self::GRACE`] unless in tests). Progress counts files, bytes stay 0.
    /// Cancelled or killed, it is taken up by calling it again.
    ///
    /// # Errors
    /// `Locked` while anybody else works on the vault or reads it with restic; `Damaged` where a
    /// snapshot, the index or a needed pack is damaged, and then nothing was removed; `Cancelled`,
    /// `DiskFull`, `Io`.
    pub fn prune(
        &self,
        grace: SignedDuration,
        progress: &dyn WriteProgress,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<PruneReport> {
        let _lock = WriterLock::exclusive(self)?;
        let gate = Arc::new(Gate::default());
        let planned = AtomicU64::new(0);
        let subject = self.path().display().to_string();
        let attendance = Attendance {
            operation: DOING,
            subject: &subject,
            progress,
            cancelled,
        };
        let position = || Progress {
            files_done: gate.passed(),
            files: planned.load(Ordering::Relaxed).max(gate.passed()),
            ..Progress::default()
        };
        attendance.run(&position, &|| gate.cancel(), || {
            self.tidy_up()?;
            let pruned = apart(DOING, &subject, || {
                self.prune_marked(grace, &gate, &planned)
            });
            match (gate.take_failure(), pruned) {
                (Some(failure), Err(_)) => Err(failure),
                (None, Err(_)) if gate.is_cancelled() => {
                    Err(VaultError::Cancelled { operation: DOING })
                }
                (_, pruned) => pruned,
            }
        })
    }

    fn prune_marked(
        &self,
        grace: SignedDuration,
        gate: &Arc<Gate>,
        planned: &AtomicU64,
    ) -> Result<PruneReport> {
        let gated: Arc<dyn WriteBackend> = Arc::new(GatedBackend {
            inner: self.store().clone(),
            gate: gate.clone(),
            ledger: None,
            path: self.path().to_path_buf(),
            operation: DOING,
        });
        let fail = |error| self.failure(DOING, "the vault", &error);
        let repository = self.repository_over(DOING, &gated)?;
        let options = PruneOptions::default()
            .instant_delete(false)
            .max_repack(LimitOption::Unlimited)
            .keep_delete(Span::new().seconds(grace.as_secs().max(0)));
        let plan = repository
            .prune_plan(&options)
            .map_err(|error| fail(*error))?;
        let stats = &plan.stats;
        let sizes = stats.size_sum();
        let report = PruneReport {
            freed: stats.size_to_delete.remove,
            removed: stats.packs_to_delete.remove,
            marked: sizes.remove + sizes.repack,
            waiting: stats.size_to_delete.keep,
            rewritten: stats.packs.repack,
            recovered: stats.packs_to_delete.recover,
            kept: sizes.used,
        };
        planned.store(
            report.removed + report.rewritten + 2 * stats.index_files_rebuild,
            Ordering::Relaxed,
        );
        repository
            .prune(&options, plan)
            .map_err(|error| fail(*error))?;
        Ok(report)
    }
}
