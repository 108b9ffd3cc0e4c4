//! How much an archive may ask of its reader.

use crate::{ArchiveError, Excess};

/// Bounds on what is read from one archive, all archives nested in it included.
///
/// The largest real export seen has 3,128 files and 10 MB inflated; the defaults leave room for
/// thirty times that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files in all.
    pub entries: usize,
    /// Bytes of one file after unpacking.
    pub entry_bytes: u64,
    /// Bytes unpacked in all.
    pub total_bytes: u64,
    /// Times its packed size that a file of more than 1 MiB may unpack to.
    pub ratio: u64,
    /// Archives inside each other; an ordinary archive is 1 deep.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 100_000,
            entry_bytes: 128 << 20,
            total_bytes: 512 << 20,
            ratio: 400,
            depth: 5,
        }
    }
}

/// What is left of the limits while an archive is read.
#[derive(Debug)]
pub(crate) struct Budget {
    pub limits: Limits,
    entries: usize,
    bytes: u64,
}

/// Files below this size may have any ratio: empty ones compress without end.
const RATIO_FLOOR: u64 = 1 << 20;

impl Budget {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            entries: 0,
            bytes: 0,
        }
    }

    pub fn take_entries(&mut self, count: usize) -> Result<(), ArchiveError> {
        self.entries = self.entries.saturating_add(count);
        if self.entries > self.limits.entries {
            return Err(ArchiveError::TooLarge(Excess::Entries));
        }
        Ok(())
    }

    /// How many bytes the next file, packed to `packed` bytes, may unpack to, and what it would
    /// exceed beyond that.
    pub fn allowance(&self, packed: u64) -> (u64, Excess) {
        let by_ratio = packed.saturating_mul(self.limits.ratio).max(RATIO_FLOOR);
        let left = self.limits.total_bytes.saturating_sub(self.bytes);
        [
            (self.limits.entry_bytes, Excess::EntryBytes),
            (left, Excess::TotalBytes),
            (by_ratio, Excess::Ratio),
        ]
        .into_iter()
        .min_by_key(|(bytes, _)| *bytes)
        .unwrap_or((0, Excess::TotalBytes))
    }

    pub fn take_bytes(&mut self, count: u64) {
        self.bytes = self.bytes.saturating_add(count);
    }
}
