//! Tests of a storage that fails at each single write: full, refused, or with a panic.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use rustic_core::{
    BytesList, ErrorKind, FileType, Id, ReadBackend, RusticError, RusticResult, WriteBackend,
};
use secrecy::SecretString;

use crate::{Content, Entry, NewSnapshot, Silent, Vault, VaultError, Written};

#[derive(Clone, Copy, Debug)]
enum Fault {
    Full,
    Refused,
    Panic,
}

/// Lets a number of writes pass and then fails each one.
struct FailingStore {
    inner: Arc<dyn WriteBackend>,
    left: AtomicUsize,
    fault: Fault,
}

impl ReadBackend for FailingStore {
    fn location(&self) -> String {
        self.inner.location()
    }
    fn list_with_size(&self, tpe: FileType) -> RusticResult<Vec<(Id, u32)>> {
        self.inner.list_with_size(tpe)
    }
    fn read_full(&self, tpe: FileType, id: &Id) -> RusticResult<Bytes> {
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
        self.inner.read_partial(tpe, id, cacheable, offset, length)
    }
    fn warmup_path(&self, tpe: FileType, id: &Id) -> String {
        self.inner.warmup_path(tpe, id)
    }
}

impl WriteBackend for FailingStore {
    fn write_bytes(
        &self,
        tpe: FileType,
        id: &Id,
        cacheable: bool,
        content: BytesList,
    ) -> RusticResult<()> {
        let left = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        if left.is_ok() {
            return self.inner.write_bytes(tpe, id, cacheable, content);
        }
        let kind = match self.fault {
            Fault::Full => io::ErrorKind::StorageFull,
            Fault::Refused => io::ErrorKind::PermissionDenied,
            Fault::Panic => panic!("the storage went mad"),
        };
        Err(RusticError::with_source(
            ErrorKind::InputOutput,
            "Failed to write",
            io::Error::from(kind),
        ))
    }
    fn remove(&self, tpe: FileType, id: &Id, cacheable: bool) -> RusticResult<()> {
        self.inner.remove(tpe, id, cacheable)
    }
}

fn entries() -> Vec<Entry> {
    (0_u8..60)
        .map(|number| {
            let mut content = vec![number; 300_000];
            for (place, byte) in content.iter_mut().enumerate() {
                let mixed = place.wrapping_mul(2_654_435_761) ^ (place >> 3) ^ usize::from(number);
                *byte = (mixed >> 7).to_le_bytes()[0];
            }
            content[..2].copy_from_slice(&[number, 1]);
            Entry {
                path: format!("integrations/{number:02}.iar"),
                modified: Timestamp::UNIX_EPOCH,
                size: content.len() as u64,
                content: Content::Bytes(content.into()),
            }
        })
        .collect()
}

/// Writes, but does not wait for ever.
fn write_in_time(vault: &Arc<Vault>) -> Result<Written, VaultError> {
    let (ended, end) = channel();
    let vault = vault.clone();
    std::thread::spawn(move || {
        let head = NewSnapshot {
            label: "dev".into(),
            tags: Vec::new(),
            time: Timestamp::UNIX_EPOCH,
            description: None,
        };
        let _ = ended.send(vault.write(&head, entries(), &Silent, &|| false));
    });
    end.recv_timeout(Duration::from_mins(1))
        .expect("the write ends")
}

#[test]
fn a_storage_that_fails_at_any_write_gives_one_error_no_snapshot_and_a_valid_vault() {
    let folder = tempfile::tempdir().unwrap();
    let password = SecretString::from("pass");
    let vault = Arc::new(Vault::create(&folder.path().join("vault"), &password).unwrap());
    let mut failed = 0;
    for (passing, fault) in (0..12).flat_map(|passing| {
        [Fault::Full, Fault::Refused, Fault::Panic].map(|fault| (passing, fault))
    }) {
        let failing = Arc::new(vault.over(Arc::new(FailingStore {
            inner: vault.store().clone(),
            left: AtomicUsize::new(passing),
            fault,
        })));
        let Err(error) = write_in_time(&failing) else {
            // By now, enough of the content is in the vault that the few writes left pass.
            break;
        };
        failed += 1;
        match fault {
            Fault::Full => assert!(matches!(error, VaultError::DiskFull { .. }), "{error}"),
            Fault::Refused => assert!(matches!(error, VaultError::Io { .. }), "{error}"),
            Fault::Panic => assert!(matches!(error, VaultError::Damaged { .. }), "{error}"),
        }
        assert!(vault.snapshots().unwrap().is_empty());
        let report = vault.check(true, &Silent, &|| false).unwrap();
        assert!(report.is_whole(), "{:?}", report.problems);
    }
    assert!(failed >= 3, "only {failed} writes failed");
    let written = write_in_time(&vault).unwrap();
    assert_eq!(written.files, 60);
    assert!(vault.check(true, &Silent, &|| false).unwrap().is_whole());
}
