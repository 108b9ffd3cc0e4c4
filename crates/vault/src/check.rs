//! Checking the whole vault: every file against the hash it is named by, and the structure from
//! the snapshots down to the packs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustic_core::{CheckOptions, CheckResults, FileType, Id, WriteBackend};
use sha2::{Digest, Sha256};

use crate::attend::{Attendance, guarded};
use crate::error::{Result, VaultError, is_gone};
use crate::gate::{Gate, GatedBackend};
use crate::progress::{Progress, WriteProgress};
use crate::vault::Vault;

const DOING: &str = "Checking the vault";

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// What is damaged or missing, each in a sentence. Empty: the vault is whole, as far as was read.
    pub problems: Vec<String>,
    /// What is untidy but harmless, such as packs that an interrupted backup left.
    pub notes: Vec<String>,
    /// Packs looked at.
    pub packs: u64,
    /// Snapshots looked at.
    pub snapshots: u64,
    /// Bytes read.
    pub bytes_read: u64,
}

impl CheckReport {
    /// Whether nothing is damaged.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.problems.is_empty()
    }
}

#[derive(Default)]
struct Position {
    files: AtomicU64,
    files_done: AtomicU64,
    bytes: AtomicU64,
    bytes_done: AtomicU64,
}

impl Vault {
    /// Checks the vault. Without `read_data`, flipped bytes in the packs stay unseen; with it, every
    /// byte is read. Damage is reported, not returned as an error.
    ///
    /// # Errors
    /// `Cancelled`, and `Io` where the vault cannot be read at all.
    pub fn check(
        &self,
        read_data: bool,
        progress: &dyn WriteProgress,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<CheckReport> {
        let gate = Arc::new(Gate::default());
        let position = Position::default();
        let subject = self.path().display().to_string();
        let attendance = Attendance {
            operation: DOING,
            subject: &subject,
            progress,
            cancelled,
        };
        let told = || Progress {
            files_done: position.files_done.load(Ordering::Relaxed),
            files: position.files.load(Ordering::Relaxed),
            bytes_done: position.bytes_done.load(Ordering::Relaxed),
            bytes: position.bytes.load(Ordering::Relaxed),
        };
        attendance.run(&told, &|| gate.cancel(), || {
            let mut report = CheckReport::default();
            let hashed = self.check_hashes(read_data, &gate, &position, &mut report);
            let walked = hashed.and_then(|()| self.check_structure(read_data, &gate, &mut report));
            if gate.is_cancelled() {
                return Err(VaultError::Cancelled { operation: DOING });
            }
            walked.map(|()| report)
        })
    }

    /// Holds the content of every file against its name.
    fn check_hashes(
        &self,
        read_data: bool,
        gate: &Gate,
        position: &Position,
        report: &mut CheckReport,
    ) -> Result<()> {
        let mut files = Vec::new();
        for kind in [
            FileType::Key,
            FileType::Snapshot,
            FileType::Index,
            FileType::Pack,
        ] {
            let listed = self
                .store()
                .list_with_size(kind)
                .map_err(|error| self.failure(DOING, kind.dirname(), &error))?;
            match kind {
                FileType::Pack => report.packs = listed.len() as u64,
                FileType::Snapshot => report.snapshots = listed.len() as u64,
                _ => {}
            }
            if kind != FileType::Pack || read_data {
                files.extend(
                    listed
                        .into_iter()
                        .map(|(id, size)| (kind, id, u64::from(size))),
                );
            }
        }
        position.files.store(files.len() as u64, Ordering::Relaxed);
        let bytes = files.iter().map(|(_, _, size)| size).sum();
        position.bytes.store(bytes, Ordering::Relaxed);
        for (kind, id, _) in files {
            if gate.is_closed() {
                return Ok(());
            }
            self.check_hash(kind, &id, position, report);
            position.files_done.fetch_add(1, Ordering::Relaxed);
        }
        report.bytes_read = position.bytes_done.load(Ordering::Relaxed);
        Ok(())
    }

    fn check_hash(&self, kind: FileType, id: &Id, position: &Position, report: &mut CheckReport) {
        let name = id.to_hex().as_str().to_owned();
        let shown = format!("{}/{name}", kind.dirname());
        match self.store().read_full(kind, id) {
            Ok(content) => {
                position
                    .bytes_done
                    .fetch_add(content.len() as u64, Ordering::Relaxed);
                if hex::encode(Sha256::digest(&content)) != name {
                    report.problems.push(format!(
                        "{shown} is damaged: its content no longer matches its name."
                    ));
                }
            }
            // Removed since it was listed, by a writer or by restic.
            Err(error) if is_gone(&error) => {}
            Err(error) => {
                let error = self.failure(DOING, &shown, &error);
                report
                    .problems
                    .push(format!("{shown} cannot be read: {error}"));
            }
        }
    }

    /// Walks from the snapshots through folders and index to the packs.
    fn check_structure(
        &self,
        read_data: bool,
        gate: &Arc<Gate>,
        report: &mut CheckReport,
    ) -> Result<()> {
        let gated: Arc<dyn WriteBackend> = Arc::new(GatedBackend {
            inner: self.store().clone(),
            gate: gate.clone(),
            ledger: None,
            path: self.path().to_path_buf(),
            operation: DOING,
        });
        let trees = self
            .snapshot_files(DOING)?
            .into_iter()
            .map(|snapshot| snapshot.tree)
            .collect();
        let results = guarded(DOING, "a pack", || {
            self.repository_over(DOING, &gated)?
                .check_with_trees(CheckOptions::default().read_data(read_data), trees)
                .map_err(|error| self.failure(DOING, "the index", &error))
        });
        match results {
            Ok(results) => {
                for (level, finding) in results.0 {
                    let text = finding.to_string();
                    // What follows is advice for another program.
                    let text = text.split(" To repair:").next().unwrap_or(&text).to_owned();
                    // The library does not name its levels; its own judgement of one finding does.
                    if CheckResults(vec![(level, finding)]).is_ok().is_err() {
                        report.problems.push(text);
                    } else {
                        report.notes.push(text);
                    }
                }
            }
            Err(error @ VaultError::Io { .. }) => return Err(error),
            Err(error) => report.problems.push(error.to_string()),
        }
        Ok(())
    }
}
