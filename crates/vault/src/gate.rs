//! The way between the store library and the disk, which can be closed.
//!
//! The library has no cancellation and only logs the failure of a single file, going on without
//! it. So every write of a snapshot goes through a [`Gate`]: from the first failure, or once the
//! caller cancels, each further write is refused. A snapshot file is the last thing written, so it
//! cannot come into being after anything went wrong.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use rustic_core::{
    BytesList, ErrorKind, FileType, Id, ReadBackend, RusticError, RusticResult, WriteBackend,
};

use crate::error::VaultError;
use crate::ledger::Ledger;

/// Open until something fails or the caller cancels; never opens again.
#[derive(Default)]
pub(crate) struct Gate {
    closed: AtomicBool,
    cancelled: AtomicBool,
    failure: Mutex<Option<VaultError>>,
    passed: AtomicU64,
}

impl Gate {
    /// Closes the gate because the caller wants to stop.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
        self.closed.store(true, Ordering::SeqCst);
    }

    /// Closes the gate because of a failure. The first one is kept.
    pub(crate) fn fail(&self, failure: VaultError) {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(failure);
        self.closed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    /// The failure that closed the gate, if it was one.
    pub(crate) fn take_failure(&self) -> Option<VaultError> {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// How many files were written and removed through it.
    pub(crate) fn passed(&self) -> u64 {
        self.passed.load(Ordering::Relaxed)
    }

    pub(crate) fn refusal() -> Box<RusticError> {
        RusticError::new(ErrorKind::Backend, "The work was stopped.")
    }
}

/// A storage behind a gate.
pub(crate) struct GatedBackend {
    /// The storage itself.
    pub(crate) inner: Arc<dyn WriteBackend>,
    /// Closed by a failure or by the caller.
    pub(crate) gate: Arc<Gate>,
    /// Where it is given, no snapshot file passes before each of its entries was read whole.
    pub(crate) ledger: Option<Arc<Ledger>>,
    /// The vault's folder, for errors.
    pub(crate) path: std::path::PathBuf,
    /// What is being done, for errors.
    pub(crate) operation: &'static str,
}

impl GatedBackend {
    fn fail(&self, kind: FileType, id: &Id, error: &RusticError) {
        let subject = format!("{}/{}", kind.dirname(), id.to_hex().as_str());
        self.gate.fail(VaultError::store(
            self.operation,
            &self.path,
            &subject,
            error,
        ));
    }

    fn pass(&self) -> RusticResult<()> {
        if self.gate.is_closed() {
            return Err(Gate::refusal());
        }
        Ok(())
    }
}

impl ReadBackend for GatedBackend {
    fn location(&self) -> String {
        self.inner.location()
    }

    fn list_with_size(&self, tpe: FileType) -> RusticResult<Vec<(Id, u32)>> {
        self.inner.list_with_size(tpe)
    }

    fn list(&self, tpe: FileType) -> RusticResult<Vec<Id>> {
        self.inner.list(tpe)
    }

    fn read_full(&self, tpe: FileType, id: &Id) -> RusticResult<Bytes> {
        self.pass()?;
        self.inner.read_full(tpe, id)
    }

    fn read_partial(
        &self,
        tpe: FileType,
        id: &Id,
        cacheable: bool,
        offset: u32,
        length: u32,
    ) -> RusticResult<Bytes> {
        self.pass()?;
        self.inner.read_partial(tpe, id, cacheable, offset, length)
    }

    fn warmup_path(&self, tpe: FileType, id: &Id) -> String {
        self.inner.warmup_path(tpe, id)
    }
}

impl WriteBackend for GatedBackend {
    fn create(&self) -> RusticResult<()> {
        self.pass()?;
        self.inner.create()
    }

    fn write_bytes(
        &self,
        tpe: FileType,
        id: &Id,
        cacheable: bool,
        content: BytesList,
    ) -> RusticResult<()> {
        self.pass()?;
        if tpe == FileType::Snapshot
            && let Some(gap) = self.ledger.as_deref().and_then(Ledger::gap)
        {
            self.gate.fail(VaultError::Incomplete { detail: gap });
            return Err(Gate::refusal());
        }
        self.inner
            .write_bytes(tpe, id, cacheable, content)
            .inspect_err(|error| self.fail(tpe, id, error))?;
        self.gate.passed.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn remove(&self, tpe: FileType, id: &Id, cacheable: bool) -> RusticResult<()> {
        self.pass()?;
        self.inner
            .remove(tpe, id, cacheable)
            .inspect_err(|error| self.fail(tpe, id, error))?;
        self.gate.passed.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
