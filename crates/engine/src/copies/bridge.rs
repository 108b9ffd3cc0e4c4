//! A vault in any place of files: the calls of the vault, which block, over the calls of a target, which
//! do not.

use std::collections::HashSet;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::Handle;
use waybill_targets::{Files, TargetError};
use waybill_vault::{RemoteFile, RemoteFiles};

/// The end of the name of a file on its way.
const GROWING: &str = ".part";
/// After so many milliseconds a call that failed in a way that may pass is made again.
const AGAIN: [u64; 3] = [300, 1000, 3000];

/// A place of files, for a vault. Its calls may be made from every thread that does not drive the runtime.
pub struct RemotePlace {
    files: Arc<dyn Files>,
    runtime: Handle,
    made: Mutex<HashSet<String>>,
}

impl RemotePlace {
    /// The place of these files. Has to be called within the runtime that drives their calls.
    #[must_use]
    pub fn new(files: Arc<dyn Files>) -> Self {
        Self {
            files,
            runtime: Handle::current(),
            made: Mutex::default(),
        }
    }

    /// Makes a call, and once more where it may have been a matter of the moment.
    fn call<T, F>(&self, call: impl Fn() -> F) -> io::Result<T>
    where
        F: Future<Output = Result<T, TargetError>>,
    {
        self.runtime.block_on(async {
            for pause in AGAIN {
                match call().await {
                    Err(reason) if reason.is_passing() => {
                        tracing::debug!(%reason, "a call of a remote vault is made again");
                        tokio::time::sleep(Duration::from_millis(pause)).await;
                    }
                    ended => return ended.map_err(io_error),
                }
            }
            call().await.map_err(io_error)
        })
    }

    fn make_folder_of(&self, path: &str) -> io::Result<()> {
        let Some((folder, _)) = path.rsplit_once('/') else {
            return Ok(());
        };
        let known = |made: &mut HashSet<String>| made.contains(folder);
        if known(&mut self.made.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(());
        }
        self.call(|| self.files.make_folder(folder))?;
        self.made
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(folder.to_owned());
        Ok(())
    }
}

impl RemoteFiles for RemotePlace {
    fn location(&self) -> String {
        self.files.title()
    }

    fn list(&self, folder: &str) -> io::Result<Vec<RemoteFile>> {
        let found = self.call(|| self.files.list(folder))?;
        Ok(found
            .into_iter()
            .filter(|entry| !entry.path.ends_with(GROWING))
            .map(|entry| RemoteFile {
                path: entry.path,
                size: entry.size,
                modified: None,
            })
            .collect())
    }

    fn get(&self, path: &str) -> io::Result<Vec<u8>> {
        self.call(|| self.files.read(path))
            .map(|content| content.to_vec())
    }

    fn get_part(&self, path: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        self.call(|| self.files.read_part(path, offset, length))
            .map(|content| content.to_vec())
    }

    fn put(&self, path: &str, content: &[u8]) -> io::Result<()> {
        let content = Bytes::copy_from_slice(content);
        self.make_folder_of(path)?;
        if !self.files.can_rename() {
            return self.call(|| self.files.write(path, content.clone()));
        }
        // Two programs may write the same file at once.
        let growing = format!("{path}.{}{GROWING}", uuid::Uuid::new_v4().simple());
        let written = self
            .call(|| self.files.write(&growing, content.clone()))
            .and_then(|()| {
                self.call(|| async {
                    match self.files.rename(&growing, path).await {
                        // The answer of the try before was lost.
                        Err(TargetError::Missing { .. }) if self.is_there(path, &content).await => {
                            Ok(())
                        }
                        ended => ended,
                    }
                })
            });
        if written.is_err() {
            // What is left of it is in nobody's way.
            let _ = self.runtime.block_on(self.files.remove(&growing));
        }
        written
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.call(|| self.files.remove(path))
    }
}

impl RemotePlace {
    async fn is_there(&self, path: &str, content: &Bytes) -> bool {
        matches!(self.files.size(path).await, Ok(Some(size)) if size == content.len() as u64)
    }
}

/// The error with the kind that a vault looks at.
fn io_error(reason: TargetError) -> io::Error {
    let kind = match &reason {
        TargetError::Missing { .. } => io::ErrorKind::NotFound,
        TargetError::Full { .. } => io::ErrorKind::StorageFull,
        TargetError::ReadOnly { .. } => io::ErrorKind::PermissionDenied,
        TargetError::Damaged { .. } => io::ErrorKind::UnexpectedEof,
        TargetError::Unreachable { .. } => io::ErrorKind::NotConnected,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, reason)
}

/// The target's error in an error of the vault, if there is one: it knows better what to do.
pub fn target_error(reason: &io::Error) -> Option<&TargetError> {
    reason.get_ref()?.downcast_ref()
}
