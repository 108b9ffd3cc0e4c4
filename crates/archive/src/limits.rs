//! How much an archive may ask of its reader.

use crate::{ArchiveError, Excess};

/// Bounds on what is read from one archive, all archives nested in it included.
///
/// The largest real export seen has 3,128 files and 10 MB inflated; whole real exports inflate to
/// at most 17 times their size, single files in them to 28 times. The defaults leave room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files in all.
    pub entries: usize,
    /// Bytes of one file after unpacking.
    pub entry_bytes: u64,
    /// Bytes unpacked in all, for archives too small for `overall_ratio` to allow more.
    pub total_bytes: u64,
    /// Times its own size that a whole archive may unpack to, where that is more than
    /// `total_bytes`.
    pub overall_ratio: u64,
    /// Times its packed size that a file of more than 1 MiB may unpack to.
    pub ratio: u64,
    /// Archives inside each other; an ordinary archive is 1 deep.
    pub depth: usize,
    /// Bytes kept in memory as they are (archives inside the archive, files of libraries), besides
    /// twice the size of the archive.
    pub kept_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 100_000,
            entry_bytes: 64 << 20,
            total_bytes: 96 << 20,
            overall_ratio: 64,
            ratio: 400,
            depth: 5,
            kept_bytes: 48 << 20,
        }
    }
}

/// What is left of the limits while an archive is read.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    pub limits: Limits,
    /// Flow, maps and expressions are wanted too.
    pub design: bool,
    entries: usize,
    bytes: u64,
    kept: u64,
}

/// Files below this size may have any ratio: empty ones compress without end.
const RATIO_FLOOR: u64 = 1 << 20;

impl Budget {
    /// The limits for an archive of `size` bytes.
    pub fn new(mut limits: Limits, size: u64, design: bool) -> Self {
        if limits.total_bytes >= RATIO_FLOOR {
            limits.total_bytes = limits
                .total_bytes
                .max(size.saturating_mul(limits.overall_ratio));
        }
        limits.kept_bytes = limits.kept_bytes.saturating_add(size.saturating_mul(2));
        Self {
            limits,
            design,
            entries: 0,
            bytes: 0,
            kept: 0,
        }
    }

    pub fn take_entries(&mut self, count: usize) -> Result<(), ArchiveError> {
        self.entries = self.entries.saturating_add(count);
        if self.entries > self.limits.entries {
            return Err(ArchiveError::TooLarge(Excess::Entries));
        }
        Ok(())
    }

    /// How many files may still come.
    pub fn entries_left(&self) -> usize {
        self.limits.entries.saturating_sub(self.entries)
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

    /// Accounts for bytes that stay in memory.
    pub fn keep(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.kept = self.kept.saturating_add(bytes.len() as u64);
        if self.kept > self.limits.kept_bytes {
            return Err(ArchiveError::TooLarge(Excess::KeptBytes));
        }
        Ok(())
    }
}
