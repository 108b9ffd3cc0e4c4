//! Lock files in restic's format, so that restic's own commands keep away while Waybill writes,
//! and Waybill keeps away while they need the vault for themselves.
//!
//! A lock is an encrypted JSON file under `locks/`, named by its SHA-256. Any number of shared locks
//! may stand together; an exclusive one (restic's `prune`, `check`, `forget`, `tag`) stands alone.
//! A lock is refreshed every five minutes and counts as left behind after thirty, or at once when
//! its process on this computer is gone (restic's `internal/restic/lock.go`; documented).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Result, VaultError};
use crate::key::MasterSecret;

const REFRESH_EVERY: Duration = Duration::from_mins(5);
const STALE_AFTER: SignedDuration = SignedDuration::from_mins(30);
const DOING: &str = "Locking the vault";

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
    fn ours() -> Self {
        Self {
            time: Timestamp::now(),
            exclusive: false,
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

/// A shared lock, held until it is dropped.
pub(crate) struct RepositoryLock {
    held: Arc<Held>,
    refresher: Option<JoinHandle<()>>,
}

struct Held {
    folder: PathBuf,
    secret: Arc<MasterSecret>,
    file: Mutex<Option<PathBuf>>,
    over: Mutex<bool>,
    wake: Condvar,
}

impl RepositoryLock {
    /// Takes a shared lock on the vault in `vault`. The caller holds the operating system's lock.
    pub(crate) fn acquire(vault: &Path, secret: Arc<MasterSecret>) -> Result<Self> {
        Self::acquire_refreshed(vault, secret, REFRESH_EVERY)
    }

    fn acquire_refreshed(vault: &Path, secret: Arc<MasterSecret>, every: Duration) -> Result<Self> {
        let folder = vault.join("locks");
        fs::create_dir_all(&folder).map_err(|error| VaultError::io(DOING, &folder, error))?;
        refuse_exclusive(&folder, &secret, None)?;
        let file = write(&folder, &secret)?;
        let held = Arc::new(Held {
            folder,
            secret,
            file: Mutex::new(Some(file.clone())),
            over: Mutex::new(false),
            wake: Condvar::new(),
        });
        let mut lock = Self {
            held: held.clone(),
            refresher: None,
        };
        // Somebody may have taken an exclusive lock between the look and the writing; the drop of
        // `lock` takes ours away again.
        refuse_exclusive(&held.folder, &held.secret, Some(&file))?;
        let refresher = std::thread::Builder::new()
            .name("vault-lock".to_owned())
            .spawn(move || held.refresh_until_over(every))
            .map_err(|error| VaultError::io(DOING, vault, error))?;
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
            && let Err(error) = fs::remove_file(&file)
        {
            tracing::warn!(file = %file.display(), %error, "a lock file could not be removed");
        }
    }
}

impl Held {
    fn refresh_until_over(&self, every: Duration) {
        let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        while !*over {
            let (next, waited) = self
                .wake
                .wait_timeout(over, every)
                .unwrap_or_else(PoisonError::into_inner);
            over = next;
            if *over || !waited.timed_out() {
                continue;
            }
            match write(&self.folder, &self.secret) {
                Ok(new) => {
                    let old = self
                        .file
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .replace(new);
                    if let Some(old) = old {
                        // A lock left here would only count as stale in half an hour.
                        let _ = fs::remove_file(old);
                    }
                }
                Err(error) => tracing::warn!(%error, "the vault's lock could not be refreshed"),
            }
        }
    }
}

/// Who holds a lock on the vault, in words; for telling why the operating system's lock is taken.
pub(crate) fn holder(vault: &Path, secret: &MasterSecret) -> Option<String> {
    locks(&vault.join("locks"), secret)
        .into_iter()
        .filter_map(|(_, lock)| lock)
        .find(|lock| lock.waybill_writer)
        .map(|lock| lock.holder())
}

/// Errors if an exclusive lock stands; takes away locks whose holders are gone.
fn refuse_exclusive(folder: &Path, secret: &MasterSecret, own: Option<&Path>) -> Result<()> {
    let now = Timestamp::now();
    for (path, lock) in locks(folder, secret) {
        if own == Some(path.as_path()) {
            continue;
        }
        match lock {
            Some(lock) if lock.is_left_behind(now, true) => {
                tracing::info!(holder = lock.holder(), "a lock left behind was removed");
                // If it stays, it is looked at again next time.
                let _ = fs::remove_file(&path);
            }
            Some(lock) if lock.exclusive => {
                return Err(VaultError::Locked { by: lock.holder() });
            }
            // Cut short when the power failed: nobody can refresh it.
            None if is_old(&path) => {
                tracing::info!(path = %path.display(), "an unreadable lock was removed");
                let _ = fs::remove_file(&path);
            }
            None if path.exists() => {
                return Err(VaultError::Locked {
                    by: format!(
                        "an unknown program (the lock {} cannot be read)",
                        path.display()
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
fn is_old(path: &Path) -> bool {
    fs::metadata(path)
        .and_then(|facts| facts.modified())
        .ok()
        .and_then(|written| written.elapsed().ok())
        .is_some_and(|age| age > STALE_AFTER.unsigned_abs())
}

/// All lock files with what they say; `None` where one cannot be read.
fn locks(folder: &Path, secret: &MasterSecret) -> Vec<(PathBuf, Option<LockFile>)> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|item| item.path())
        .filter(|path| is_id(path))
        .map(|path| {
            let lock = fs::read(&path)
                .ok()
                .and_then(|file| secret.decrypt(&file))
                .and_then(|plain| serde_json::from_slice(&plain).ok());
            (path, lock)
        })
        .collect()
}

fn is_id(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn write(folder: &Path, secret: &MasterSecret) -> Result<PathBuf> {
    let failed = |detail: &str| VaultError::damaged(DOING, "the lock", detail);
    let plain =
        serde_json::to_vec(&LockFile::ours()).map_err(|error| failed(&error.to_string()))?;
    let file = secret
        .encrypt(&plain)
        .ok_or_else(|| failed("it could not be encrypted"))?;
    let path = folder.join(hex::encode(Sha256::digest(&file)));
    let io = |error| VaultError::io(DOING, &path, error);
    let part = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    fs::write(part.path(), &file).map_err(io)?;
    part.persist(&path).map_err(|error| io(error.error))?;
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
mod tests {
    use super::*;
    use rustic_core::repofile::MasterKey;

    fn secret() -> Arc<MasterSecret> {
        Arc::new(MasterSecret::from_master_key(MasterKey::new()).expect("a new key is whole"))
    }

    fn place(vault: &Path, secret: &MasterSecret, lock: &LockFile) -> PathBuf {
        let folder = vault.join("locks");
        fs::create_dir_all(&folder).expect("folder");
        let file = secret
            .encrypt(&serde_json::to_vec(lock).expect("json"))
            .expect("encrypts");
        let path = folder.join(hex::encode(Sha256::digest(&file)));
        fs::write(&path, file).expect("written");
        path
    }

    fn count(vault: &Path) -> usize {
        fs::read_dir(vault.join("locks")).expect("listed").count()
    }

    #[test]
    fn an_exclusive_lock_of_a_living_process_is_respected_and_named() {
        let dir = tempfile::tempdir().expect("folder");
        let secret = secret();
        let lock = LockFile {
            exclusive: true,
            waybill_writer: false,
            username: "ann".to_owned(),
            ..LockFile::ours()
        };
        let path = place(dir.path(), &secret, &lock);
        let error = RepositoryLock::acquire(dir.path(), secret.clone())
            .err()
            .expect("refused");
        assert!(error.to_string().contains("restic of ann on "), "{error}");
        assert!(path.exists());
        assert_eq!(count(dir.path()), 1);
    }

    #[test]
    fn locks_left_behind_are_removed() {
        let dir = tempfile::tempdir().expect("folder");
        let secret = secret();
        let base = LockFile {
            exclusive: true,
            waybill_writer: false,
            ..LockFile::ours()
        };
        place(
            dir.path(),
            &secret,
            &LockFile {
                pid: 0x3fff_fff0,
                ..base.clone()
            },
        );
        place(
            dir.path(),
            &secret,
            &LockFile {
                time: Timestamp::now() - SignedDuration::from_mins(31),
                hostname: "elsewhere".to_owned(),
                ..base.clone()
            },
        );
        place(
            dir.path(),
            &secret,
            &LockFile {
                waybill_writer: true,
                ..base
            },
        );
        let lock = RepositoryLock::acquire(dir.path(), secret).expect("taken");
        assert_eq!(count(dir.path()), 1);
        drop(lock);
        assert_eq!(count(dir.path()), 0);
    }

    #[test]
    fn a_lock_that_cannot_be_read_stands_until_it_is_old() {
        let dir = tempfile::tempdir().expect("folder");
        fs::create_dir(dir.path().join("locks")).expect("folder");
        let path = dir.path().join("locks").join("0".repeat(64));
        let file = fs::File::create(&path).expect("written");
        let secret = secret();
        assert!(RepositoryLock::acquire(dir.path(), secret.clone()).is_err());
        let old = std::time::SystemTime::now() - Duration::from_mins(31);
        file.set_modified(old).expect("dated");
        drop(RepositoryLock::acquire(dir.path(), secret).expect("taken"));
        assert_eq!(count(dir.path()), 0);
    }

    #[test]
    fn a_lock_of_another_computer_stands_until_it_is_old() {
        let dir = tempfile::tempdir().expect("folder");
        let secret = secret();
        let lock = LockFile {
            exclusive: true,
            hostname: "elsewhere".to_owned(),
            pid: 0x3fff_fff0,
            ..LockFile::ours()
        };
        place(dir.path(), &secret, &lock);
        assert!(RepositoryLock::acquire(dir.path(), secret).is_err());
    }

    #[test]
    fn a_held_lock_is_refreshed_under_a_new_name() {
        let dir = tempfile::tempdir().expect("folder");
        let secret = secret();
        let lock = RepositoryLock::acquire_refreshed(
            dir.path(),
            secret.clone(),
            Duration::from_millis(20),
        )
        .expect("taken");
        let name = || lock.held.file.lock().expect("not poisoned").clone();
        let first = name();
        let begun = std::time::Instant::now();
        while name() == first && begun.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_ne!(name(), first);
        assert!(holder(dir.path(), &secret).is_some_and(|by| by.starts_with("Waybill")));
        drop(lock);
        assert_eq!(count(dir.path()), 0);
    }
}
