//! The account of what a snapshot was given and what the store library truly read of it.
//!
//! The library counts what it archived, but only logs what it could not read. The ledger is kept
//! by the readers themselves: an entry is read when exactly its declared bytes were taken and the
//! end was seen.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

/// One line per entry, and the running totals that progress shows.
pub(crate) struct Ledger {
    lines: Mutex<Vec<Line>>,
    files_read: AtomicU64,
    bytes_read: AtomicU64,
    files: u64,
    bytes: u64,
}

struct Line {
    path: String,
    read: bool,
}

impl Ledger {
    /// Opens the account for entries of these paths and sizes.
    pub(crate) fn new<'a>(entries: impl Iterator<Item = (&'a str, u64)>) -> Self {
        let mut bytes = 0_u64;
        let lines: Vec<_> = entries
            .map(|(path, size)| {
                bytes = bytes.saturating_add(size);
                Line {
                    path: path.to_owned(),
                    read: false,
                }
            })
            .collect();
        Self {
            files: lines.len() as u64,
            lines: Mutex::new(lines),
            files_read: AtomicU64::new(0),
            bytes_read: AtomicU64::new(0),
            bytes,
        }
    }

    /// Notes that some bytes of an entry were taken.
    pub(crate) fn took(&self, bytes: u64) {
        self.bytes_read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Notes that an entry was read to its end.
    pub(crate) fn finished(&self, line: usize) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.get_mut(line)
            && !line.read
        {
            line.read = true;
            self.files_read.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What is still missing, in words; `None` when the account is settled.
    pub(crate) fn gap(&self) -> Option<String> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let unread = lines.iter().filter(|line| !line.read).count();
        let first = lines.iter().find(|line| !line.read)?;
        Some(format!(
            "{unread} of {} files were not read, the first is {}",
            self.files, first.path
        ))
    }

    pub(crate) fn files(&self) -> u64 {
        self.files
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn files_read(&self) -> u64 {
        self.files_read.load(Ordering::Relaxed)
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_settled_only_when_every_line_was_read() {
        let ledger = Ledger::new([("a", 1), ("b", 2)].into_iter());
        ledger.finished(0);
        ledger.finished(0);
        assert_eq!(ledger.files_read(), 1);
        assert_eq!(
            ledger.gap().as_deref(),
            Some("1 of 2 files were not read, the first is b")
        );
        ledger.finished(1);
        assert_eq!(ledger.gap(), None);
        assert_eq!(ledger.bytes(), 3);
    }
}
