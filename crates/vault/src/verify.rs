//! Reading back: every file of a snapshot against the hash and size it should have.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use rustic_core::repofile::Node;
use sha2::{Digest, Sha256};

use crate::attend::{Attendance, guarded};
use crate::error::{Result, VaultError};
use crate::progress::{Progress, WriteProgress};
use crate::vault::{Reader, Vault};

const DOING: &str = "Verifying the snapshot";
const THREADS: usize = 2;

/// A file that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Path inside the snapshot.
    pub path: String,
    /// What is wrong with it.
    pub reason: MismatchReason,
}

/// How a file differs from what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MismatchReason {
    /// The snapshot does not hold it.
    Missing,
    /// It cannot be read; why, in words.
    Unreadable(String),
    /// Its size differs.
    Size {
        /// Bytes it should have.
        expected: u64,
        /// Bytes it has.
        found: u64,
    },
    /// Its content differs.
    Hash {
        /// SHA-256 that its content has, in hexadecimal.
        found: String,
    },
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = &self.path;
        match &self.reason {
            MismatchReason::Missing => write!(f, "{path} is not in the snapshot."),
            MismatchReason::Unreadable(why) => write!(f, "{path} cannot be read: {why}"),
            MismatchReason::Size { expected, found } => {
                write!(f, "{path} has {found} bytes where {expected} are due.")
            }
            MismatchReason::Hash { .. } => {
                write!(
                    f,
                    "{path} differs from what was stored: its SHA-256 is another."
                )
            }
        }
    }
}

impl Vault {
    /// Reads the files named in `expected` (path, SHA-256 in hexadecimal, size in bytes) out of a
    /// snapshot and returns those that differ, in the order given. Files that nobody expects are
    /// not looked at.
    ///
    /// # Errors
    /// `NoSuchSnapshot`, `AmbiguousSnapshot`, `Cancelled`, and `Damaged` where not even the list of
    /// files can be read; a damaged file is a [`Mismatch`].
    pub fn verify(
        &self,
        id: &str,
        expected: &[(String, String, u64)],
        progress: &dyn WriteProgress,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<Mismatch>> {
        let files_done = AtomicU64::new(0);
        let bytes_done = AtomicU64::new(0);
        let stop = AtomicBool::new(false);
        let bytes = expected.iter().map(|(_, _, size)| size).sum();
        let position = || Progress {
            files_done: files_done.load(Ordering::Relaxed),
            files: expected.len() as u64,
            bytes_done: bytes_done.load(Ordering::Relaxed),
            bytes,
        };
        let subject = format!("snapshot {id}");
        let attendance = Attendance {
            operation: DOING,
            subject: &subject,
            progress,
            cancelled,
        };
        attendance.run(&position, &|| stop.store(true, Ordering::Relaxed), || {
            let reader = self.fresh_reader(DOING)?;
            let nodes: std::collections::HashMap<_, _> =
                self.file_nodes(DOING, id)?.into_iter().collect();
            let next = AtomicUsize::new(0);
            let found = Mutex::new(Vec::new());
            std::thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(|| {
                        while !stop.load(Ordering::Relaxed) {
                            let turn = next.fetch_add(1, Ordering::Relaxed);
                            let Some((path, hash, size)) = expected.get(turn) else {
                                break;
                            };
                            if let Some(reason) =
                                self.compare(&reader, path, nodes.get(path), hash, *size)
                            {
                                let path = path.clone();
                                found
                                    .lock()
                                    .unwrap_or_else(PoisonError::into_inner)
                                    .push((turn, Mismatch { path, reason }));
                            }
                            files_done.fetch_add(1, Ordering::Relaxed);
                            bytes_done.fetch_add(*size, Ordering::Relaxed);
                        }
                    });
                }
            });
            if stop.load(Ordering::Relaxed) && next.load(Ordering::Relaxed) < expected.len() {
                return Err(VaultError::Cancelled { operation: DOING });
            }
            let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
            found.sort_by_key(|(turn, _)| *turn);
            Ok(found.into_iter().map(|(_, mismatch)| mismatch).collect())
        })
    }

    fn compare(
        &self,
        reader: &Reader,
        path: &str,
        node: Option<&Node>,
        hash: &str,
        size: u64,
    ) -> Option<MismatchReason> {
        let Some(node) = node else {
            return Some(MismatchReason::Missing);
        };
        let mut sink = HashingSink::default();
        let dumped = guarded(DOING, path, || {
            reader
                .dump(node, &mut sink)
                .map_err(|error| self.failure(DOING, path, &error))
        });
        if let Err(error) = dumped {
            return Some(MismatchReason::Unreadable(error.to_string()));
        }
        if sink.bytes != size {
            return Some(MismatchReason::Size {
                expected: size,
                found: sink.bytes,
            });
        }
        let found = hex::encode(sink.hasher.finalize());
        (!found.eq_ignore_ascii_case(hash)).then_some(MismatchReason::Hash { found })
    }
}

/// Hashes what is written to it and keeps nothing.
#[derive(Default)]
struct HashingSink {
    hasher: Sha256,
    bytes: u64,
}

impl Write for HashingSink {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.hasher.update(part);
        self.bytes += part.len() as u64;
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
