//! A way to the storage on which the store library's own snapshot files are dropped.
//!
//! The library ends a copy and an archiving by writing a snapshot. Where only the content is wanted,
//! or the snapshot is to be written in another form, the library is let believe that it did.

use std::sync::Arc;

use bytes::Bytes;
use rustic_core::{BytesList, FileType, Id, ReadBackend, RusticResult, WriteBackend};

/// Drops writes of snapshots and passes everything else.
pub(crate) struct WithoutSnapshots(pub(crate) Arc<dyn WriteBackend>);

impl ReadBackend for WithoutSnapshots {
    fn location(&self) -> String {
        self.0.location()
    }

    fn list_with_size(&self, kind: FileType) -> RusticResult<Vec<(Id, u32)>> {
        self.0.list_with_size(kind)
    }

    fn list(&self, kind: FileType) -> RusticResult<Vec<Id>> {
        self.0.list(kind)
    }

    fn read_full(&self, kind: FileType, id: &Id) -> RusticResult<Bytes> {
        self.0.read_full(kind, id)
    }

    fn read_partial(
        &self,
        kind: FileType,
        id: &Id,
        cacheable: bool,
        offset: u32,
        length: u32,
    ) -> RusticResult<Bytes> {
        self.0.read_partial(kind, id, cacheable, offset, length)
    }

    fn warmup_path(&self, kind: FileType, id: &Id) -> String {
        self.0.warmup_path(kind, id)
    }
}

impl WriteBackend for WithoutSnapshots {
    fn write_bytes(
        &self,
        kind: FileType,
        id: &Id,
        cacheable: bool,
        content: BytesList,
    ) -> RusticResult<()> {
        if kind == FileType::Snapshot {
            return Ok(());
        }
        self.0.write_bytes(kind, id, cacheable, content)
    }

    fn remove(&self, kind: FileType, id: &Id, cacheable: bool) -> RusticResult<()> {
        self.0.remove(kind, id, cacheable)
    }
}
