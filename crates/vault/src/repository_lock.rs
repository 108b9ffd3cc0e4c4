//! Lock files in restic's format, so that restic's own commands keep away while Waybill writes,
//! and Waybill keeps away while they need the vault for themselves.
//!
//! A lock is an encrypted JSON file under `locks/`, named by its SHA-256. Any number of shared locks
//! may stand together; an exclusive one (restic's `prune`, `check`, `forget`, `tag`) stands alone.
//! A lock is refreshed every five minutes and counts as left behind after thirty, or at once when
//! its process on this computer is gone (restic's `internal/restic/lock.go`; documented).

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Result, VaultError};
use crate::key::MasterSecret;
use crate::remote::{RemoteFile, RemoteFiles};

const REFRESH_EVERY: Duration = Duration::from_mins(5);
const STALE_AFTER: SignedDuration = SignedDuration::from_mins(30);
const DOING: &str = "Locking the vault";
const FOLDER: &str = "locks";

/// How a lock is to be held, and what is known beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terms {
    /// Whether nobody else may hold any lock at the same time.
    pub(crate) exclusive: bool,
    /// Whether this process holds the operating system's lock, which no other living writer of
    /// Waybill on this computer can hold. Otherwise their lock files are all that keeps two
    /// writers of Waybill apart.
    pub(crate) only_writer: bool,
}

/// What a lock file says. Times as restic writes them, RFC 3339.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LockFile {
    time: Timestamp,
    #[serde(default)]
    exclusive: bool,
    #[serde(default)]
    hostname: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    pid: u32,
    /// Set by Waybill's writers alone: of those, one runs at a time on a computer, which the
    /// operating system's lock ensures.
    #[serde(
        default,
        skip_serializing_if = "std::ops::Not::not",
        rename = "waybillWriter"
    )]
    waybill_writer: bool,
}

impl LockFile {
    fn ours(exclusive: bool) -> Self {
        Self {
            time: Timestamp::now(),
            exclusive,
            hostname: hostname(),
            username: std::env::var("USER")
                .or_else(|_| std::env::var("USERNAME"))
                .unwrap_or_default(),
            pid: std::process::id(),
            waybill_writer: true,
        }
    }

    /// Whether its holder is known to be gone. `only_writer` says that this process holds the
    /// operating system's lock, which no other living writer of Waybill here can hold.
    fn is_left_behind(&self, now: Timestamp, only_writer: bool) -> bool {
        if now.duration_since(self.time) > STALE_AFTER {
            return true;
        }
        if self.hostname != hostname() {
            return false;
        }
        (self.waybill_writer && only_writer) || process_is_gone(self.pid)
    }

    fn holder(&self) -> String {
        let program = if self.waybill_writer {
            "Waybill"
        } else {
            "restic"
        };
        let who = if self.username.is_empty() {
            String::new()
        } else {
            format!(" of {}", self.username)
        };
        format!(
            "{program}{who} on {} (process {}, since {})",
            self.hostname,
            self.pid,
            self.time.strftime("%Y-%m-%d %H:%M UTC")
        )
    }
}

/// A lock, held until it is dropped.
pub(crate) struct RepositoryLock {
    held: Arc<Held>,
    refresher: Option<JoinHandle<()>>,
}

struct Held {
    files: Arc<dyn RemoteFiles>,
    secret: Arc<MasterSecret>,
    exclusive: bool,
    file: Mutex<Option<String>>,
    over: Mutex<bool>,
    wake: Condvar,
}

impl RepositoryLock {
    /// Takes a lock on the vault whose files these are.
    pub(crate) fn acquire(
        files: Arc<dyn RemoteFiles>,
        secret: Arc<MasterSecret>,
        terms: Terms,
    ) -> Result<Self> {
        Self::acquire_refreshed(files, secret, terms, REFRESH_EVERY)
    }

    fn acquire_refreshed(
        files: Arc<dyn RemoteFiles>,
        secret: Arc<MasterSecret>,
        terms: Terms,
        every: Duration,
    ) -> Result<Self> {
        refuse_others(&*files, &secret, terms, None)?;
        let file = write(&*files, &secret, terms.exclusive)?;
        let held = Arc::new(Held {
            files,
            secret,
            exclusive: terms.exclusive,
            file: Mutex::new(Some(file.clone())),
            over: Mutex::new(false),
            wake: Condvar::new(),
        });
        let mut lock = Self {
            held: held.clone(),
            refresher: None,
        };
        // Somebody may have taken a lock between the look and the writing; the drop of `lock` takes
        // ours away again. Of two that come at once both may give way, but never both stay.
        refuse_others(&*held.files, &held.secret, terms, Some(&file))?;
        let location = held.files.location();
        let refresher = std::thread::Builder::new()
            .name("vault-lock".to_owned())
            .spawn(move || held.refresh_until_over(every))
            .map_err(|error| VaultError::io(DOING, location.as_ref(), error))?;
        lock.refresher = Some(refresher);
        Ok(lock)
    }
}

impl Drop for RepositoryLock {
    fn drop(&mut self) {
        *self
            .held
            .over
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.held.wake.notify_all();
        if let Some(refresher) = self.refresher.take() {
            // The refresher neither panics nor returns anything.
            let _ = refresher.join();
        }
        let file = self
            .held
            .file
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(file) = file
            && let Err(error) = self.held.files.remove(&file)
        {
            tracing::warn!(file, %error, "a lock file could not be removed");
        }
    }
}

impl Held {
    fn refresh_until_over(&self, every: Duration) {
        let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wait = every;
        while !*over {
            let (next, waited) = self
                .wake
                .wait_timeout(over, wait)
                .unwrap_or_else(PoisonError::into_inner);
            over = next;
            if *over || !waited.timed_out() {
                continue;
            }
            match write(&*self.files, &self.secret, self.exclusive) {
                Ok(new) => {
                    wait = every;
                    let old = self
                        .file
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .replace(new);
                    if let Some(old) = old {
                        // A lock left here would only count as stale in half an hour.
                        let _ = self.files.remove(&old);
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "the vault's lock could not be refreshed");
                    wait = every / 10;
                }
            }
        }
    }
}

/// Who holds a lock on the vault, in words; for telling why the operating system's lock is taken.
pub(crate) fn holder(files: &dyn RemoteFiles, secret: &MasterSecret) -> Option<String> {
    locks(files, secret)
        .ok()?
        .into_iter()
        .filter_map(|(_, lock)| lock)
        .find(|lock| lock.waybill_writer)
        .map(|lock| lock.holder())
}

/// Errors if a lock stands that ours cannot stand beside; takes away locks whose holders are gone.
fn refuse_others(
    files: &dyn RemoteFiles,
    secret: &MasterSecret,
    terms: Terms,
    own: Option<&str>,
) -> Result<()> {
    let now = Timestamp::now();
    for (file, lock) in locks(files, secret)? {
        if own == Some(file.path.as_str()) {
            continue;
        }
        match lock {
            Some(lock) if lock.is_left_behind(now, terms.only_writer) => {
                tracing::info!(holder = lock.holder(), "a lock left behind was removed");
                // If it stays, it is looked at again next time.
                let _ = files.remove(&file.path);
            }
            Some(lock)
                if lock.exclusive
                    || terms.exclusive
                    || (lock.waybill_writer && !terms.only_writer) =>
            {
                return Err(VaultError::Locked { by: lock.holder() });
            }
            // Cut short when the power failed: nobody can refresh it.
            None if is_old(&file, now) => {
                tracing::info!(path = file.path, "an unreadable lock was removed");
                let _ = files.remove(&file.path);
            }
            None if files.get(&file.path).is_ok() => {
                return Err(VaultError::Locked {
                    by: format!(
                        "an unknown program (the lock {} cannot be read)",
                        place(files, &file.path).display()
                    ),
                });
            }
            // A shared lock, or one that its holder removed between the listing and the reading.
            _ => {}
        }
    }
    Ok(())
}

/// Whether the file was written so long ago that a lock in it counts as left behind.
fn is_old(file: &RemoteFile, now: Timestamp) -> bool {
    file.modified
        .is_some_and(|written| now.duration_since(written) > STALE_AFTER)
}

/// All lock files with what they say; `None` where one cannot be read.
fn locks(
    files: &dyn RemoteFiles,
    secret: &MasterSecret,
) -> Result<Vec<(RemoteFile, Option<LockFile>)>> {
    let listed = files
        .list(FOLDER)
        .map_err(|error| VaultError::io(DOING, &place(files, FOLDER), error))?;
    Ok(listed
        .into_iter()
        .filter(|file| file.id().is_some())
        .map(|file| {
            let lock = files
                .get(&file.path)
                .ok()
                .and_then(|content| secret.decrypt(&content))
                .and_then(|plain| serde_json::from_slice(&plain).ok());
            (file, lock)
        })
        .collect())
}

fn place(files: &dyn RemoteFiles, path: &str) -> PathBuf {
    Path::new(&files.location()).join(path)
}

fn write(files: &dyn RemoteFiles, secret: &MasterSecret, exclusive: bool) -> Result<String> {
    let failed = |detail: &str| VaultError::damaged(DOING, "the lock", detail);
    let plain = serde_json::to_vec(&LockFile::ours(exclusive))
        .map_err(|error| failed(&error.to_string()))?;
    let file = secret
        .encrypt(&plain)
        .ok_or_else(|| failed("it could not be encrypted"))?;
    let path = format!("{FOLDER}/{}", hex::encode(Sha256::digest(&file)));
    files
        .put(&path, &file)
        .map_err(|error| VaultError::io(DOING, &place(files, &path), error))?;
    Ok(path)
}

fn hostname() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

#[cfg(unix)]
fn process_is_gone(pid: u32) -> bool {
    i32::try_from(pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        .is_some_and(|pid| rustix::process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
}

/// There is no way to ask without unsafe code; the age of the lock decides.
#[cfg(not(unix))]
fn process_is_gone(_: u32) -> bool {
    false
}

#[cfg(test)]
mod tests;
