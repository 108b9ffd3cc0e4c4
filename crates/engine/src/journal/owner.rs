//! Which process has a run in its hands: an operating system lock on `runs/<run>.lock`.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::error::{EngineError, Result};

/// A look by another process holds the lock for an instant; the owner tries again this often.
const TRIES: u32 = 40;
const BETWEEN: Duration = Duration::from_millis(25);

/// The locks that this process holds.
#[derive(Debug)]
pub(super) struct Held {
    folder: PathBuf,
    files: Mutex<HashMap<String, File>>,
}

impl Held {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            files: Mutex::new(HashMap::new()),
        }
    }

    /// Takes the run into this process's hands. `false`: another process has it.
    pub(super) fn take(&self, run: &str) -> Result<bool> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if files.contains_key(run) {
            return Ok(false);
        }
        std::fs::create_dir_all(&self.folder).map_err(|source| self.failed(run, "made", source))?;
        let file = self
            .open(run, true)
            .map_err(|source| self.failed(run, "written", source))?;
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => {
                    files.insert(run.to_owned(), file);
                    return Ok(true);
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN),
                Err(TryLockError::Error(source)) => return Err(self.failed(run, "locked", source)),
            }
        }
        Ok(false)
    }

    /// This process has the run in its hands.
    pub(super) fn holds(&self, run: &str) -> bool {
        self.files
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(run)
    }

    /// Some living process has the run in its hands.
    pub(super) fn alive(&self, run: &str) -> bool {
        if self.holds(run) {
            return true;
        }
        match self.open(run, false) {
            Ok(file) => matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)),
            Err(_) => false,
        }
    }

    /// Lets go of the run. `gone`: the run has ended, its lock file is of no more use.
    pub(super) fn release(&self, run: &str, gone: bool) {
        let file = self
            .files
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(run);
        drop(file);
        if gone {
            // A leftover file holds nothing and locks nothing.
            let _ = std::fs::remove_file(self.path(run));
        }
    }

    fn open(&self, run: &str, create: bool) -> std::io::Result<File> {
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(create)
            .truncate(false)
            .open(self.path(run))
    }

    fn path(&self, run: &str) -> PathBuf {
        self.folder.join(format!("{run}.lock"))
    }

    fn failed(&self, run: &str, action: &'static str, source: std::io::Error) -> EngineError {
        EngineError::File {
            path: self.path(run),
            action,
            source,
        }
    }
}
