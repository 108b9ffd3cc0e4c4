//! One writer at a time: `.waybill-lock` in the root of the target.
//!
//! It holds who writes, a random id, and when it was last refreshed, which is every five minutes. After fifteen
//! without, it counts for nothing. So that a program that was killed does not bar itself for as long, a writer
//! also holds an operating system's lock on a file of its own computer, named by the id: who finds that file and can lock
//! it knows that the other is dead. Clocks that differ by more than ten minutes are not provided for.

use std::{
    collections::hash_map::RandomState,
    fs::{File, OpenOptions},
    hash::{BuildHasher, Hasher},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::task::AbortHandle;

use crate::{Files, Result, TargetError};

/// Where the lock lies.
pub const LOCK: &str = ".waybill-lock";

const REFRESHED: Duration = Duration::from_mins(5);
const STALE: SignedDuration = SignedDuration::from_mins(15);

/// How long it takes at most to remove a lock.
const GIVEN_BACK: Duration = Duration::from_millis(200);

/// How long a taken lock is looked at once more, in case that two took it at once.
const LOOKED_AGAIN: Duration = Duration::from_millis(750);

#[derive(Serialize, Deserialize)]
struct Written {
    owner: String,
    id: String,
    refreshed: Timestamp,
}

impl Written {
    fn bytes(owner: &str, id: &str) -> Bytes {
        let written = Self {
            owner: owner.to_owned(),
            id: id.to_owned(),
            refreshed: Timestamp::now(),
        };
        Bytes::from(serde_json::to_vec(&written).unwrap_or_default())
    }

    fn is_stale(&self) -> bool {
        Timestamp::now().duration_since(self.refreshed).abs() > STALE
    }
}

/// The right to write, until it is released or dropped.
pub struct Lock<F: Files + ?Sized> {
    files: Arc<F>,
    owner: String,
    id: String,
    refresher: AbortHandle,
    sign: Option<Sign>,
    held: bool,
}

impl<F: Files + ?Sized> Lock<F> {
    /// Takes the lock, or says who has it.
    pub async fn take(files: &Arc<F>, owner: &str, signs: &Path) -> Result<Self> {
        let id = random();
        let sign = Sign::raise(signs, &id);
        for _ in 0..4 {
            if files.create(LOCK, Written::bytes(owner, &id)).await? {
                return Self::held(files, owner, id, sign).await;
            }
            let Some(other) = look(&**files).await? else {
                continue;
            };
            let dead = Sign::is_down(signs, &other.id);
            if !dead && !other.is_stale() {
                // One that is just being given back is waited for.
                tokio::time::sleep(GIVEN_BACK).await;
                match look(&**files).await? {
                    Some(still) if still.id == other.id => return Err(busy(&**files, &other)),
                    _ => continue,
                }
            }
            files.write(LOCK, Written::bytes(owner, &id)).await?;
            if !dead {
                tokio::time::sleep(LOOKED_AGAIN).await;
            }
            return Self::held(files, owner, id, sign).await;
        }
        Err(TargetError::Busy {
            target: files.title(),
            detail: format!("its lock `{LOCK}` comes and goes"),
        })
    }

    async fn held(files: &Arc<F>, owner: &str, id: String, sign: Option<Sign>) -> Result<Self> {
        if !files.creates_once() {
            tokio::time::sleep(LOOKED_AGAIN).await;
        }
        let refresher =
            tokio::spawn(refresh(Arc::clone(files), owner.to_owned(), id.clone())).abort_handle();
        let mut lock = Self {
            files: Arc::clone(files),
            owner: owner.to_owned(),
            id,
            refresher,
            sign,
            held: true,
        };
        if let Err(reason) = lock.confirm().await {
            lock.held = false;
            return Err(reason);
        }
        Ok(lock)
    }

    /// Makes sure that nobody else has it by now.
    pub async fn confirm(&self) -> Result<()> {
        match look(&*self.files).await? {
            Some(written) if written.id == self.id => Ok(()),
            Some(other) => Err(busy(&*self.files, &other)),
            // A writer that ended late may have taken it away with its own.
            None if self
                .files
                .create(LOCK, Written::bytes(&self.owner, &self.id))
                .await? =>
            {
                Ok(())
            }
            None => Err(TargetError::Busy {
                target: self.files.title(),
                detail: "somebody else begins to write there".to_owned(),
            }),
        }
    }

    /// Gives it back.
    pub async fn release(mut self) {
        self.held = false;
        self.refresher.abort();
        let back = give_back(&*self.files, &self.id).await;
        if let Some(sign) = &mut self.sign {
            sign.stays = !back;
        }
    }
}

impl<F: Files + ?Sized> Drop for Lock<F> {
    fn drop(&mut self) {
        self.refresher.abort();
        if !self.held {
            return;
        }
        if let Some(sign) = &mut self.sign {
            sign.stays = true;
        }
        // Where there is no runtime any more the program is ending; its sign goes with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (files, id, sign) = (Arc::clone(&self.files), self.id.clone(), self.sign.take());
            let path = sign.map(Sign::left);
            runtime.spawn(async move {
                if give_back(&*files, &id).await
                    && let Some(path) = path
                {
                    let _ = std::fs::remove_file(path);
                }
            });
        }
    }
}

/// Removes the lock where it is still that of this id. Says whether it is known to be gone.
async fn give_back<F: Files + ?Sized>(files: &F, id: &str) -> bool {
    match look(files).await {
        Ok(Some(written)) if written.id == id => match files.remove(LOCK).await {
            Ok(()) => true,
            Err(reason) => {
                tracing::debug!(%reason, "the lock of a target could not be removed");
                false
            }
        },
        Ok(_) => true,
        Err(_) => false,
    }
}

async fn refresh<F: Files + ?Sized>(files: Arc<F>, owner: String, id: String) {
    loop {
        tokio::time::sleep(REFRESHED).await;
        match look(&*files).await {
            Ok(Some(written)) if written.id == id => {
                if let Err(reason) = files.write(LOCK, Written::bytes(&owner, &id)).await {
                    tracing::debug!(%reason, "the lock of a target could not be refreshed");
                }
            }
            Ok(_) => return,
            Err(reason) => tracing::debug!(%reason, "the lock of a target could not be read"),
        }
    }
}

/// The lock that lies there. One that says nothing was cut while it was written, and is taken for an old one
/// when it still says nothing a moment later.
async fn look<F: Files + ?Sized>(files: &F) -> Result<Option<Written>> {
    for last in [false, true] {
        let text = match files.read(LOCK).await {
            Ok(text) => text,
            Err(TargetError::Missing { .. }) => return Ok(None),
            Err(reason) => return Err(reason),
        };
        match serde_json::from_slice::<Written>(&text) {
            Ok(written) => return Ok(Some(written)),
            Err(_) if last => {}
            Err(_) => tokio::time::sleep(LOOKED_AGAIN).await,
        }
    }
    Ok(Some(Written {
        owner: "somebody".to_owned(),
        id: String::new(),
        refreshed: Timestamp::UNIX_EPOCH,
    }))
}

fn busy<F: Files + ?Sized>(files: &F, other: &Written) -> TargetError {
    TargetError::Busy {
        target: files.title(),
        detail: format!(
            "{} writes there, last seen {}",
            other.owner,
            other.refreshed.strftime("%F %H:%M UTC")
        ),
    }
}

/// Sixteen random hexadecimal digits.
pub fn random() -> String {
    // Each `RandomState` has keys of its own, which come from the system's randomness.
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

/// A file of this computer that is locked for as long as the writer lives. It stays where the writer could not
/// give its lock back, so that the next one knows that it is dead.
struct Sign {
    path: PathBuf,
    _file: File,
    stays: bool,
}

impl Sign {
    fn path(folder: &Path, id: &str) -> PathBuf {
        folder.join(format!("waybill-writer-{id}.lock"))
    }

    fn raise(folder: &Path, id: &str) -> Option<Self> {
        let path = Self::path(folder, id);
        let file = File::create_new(&path).ok()?;
        file.try_lock().ok()?;
        Some(Self {
            path,
            _file: file,
            stays: false,
        })
    }

    /// Lets go of it and leaves the file.
    fn left(mut self) -> PathBuf {
        self.stays = true;
        self.path.clone()
    }

    /// Whether the writer of this id ran on this computer and is dead.
    fn is_down(folder: &Path, id: &str) -> bool {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return false;
        }
        let path = Self::path(folder, id);
        let down = OpenOptions::new()
            .write(true)
            .open(&path)
            .is_ok_and(|file| file.try_lock().is_ok());
        if down {
            let _ = std::fs::remove_file(&path);
        }
        down
    }
}

impl Drop for Sign {
    fn drop(&mut self) {
        if !self.stays {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_is_up_while_its_writer_lives_and_down_after() {
        let folder = tempfile::tempdir().unwrap();
        let (id, other) = (random(), random());
        assert_ne!(id, other);
        let sign = Sign::raise(folder.path(), &id).unwrap();
        assert!(!Sign::is_down(folder.path(), &id));
        assert!(!Sign::is_down(folder.path(), &other));
        assert!(!Sign::is_down(folder.path(), "../../etc"));
        drop(sign);
        assert!(!Sign::is_down(folder.path(), &id));
        let path = Sign::raise(folder.path(), &other).unwrap().left();
        assert!(path.exists());
        assert!(Sign::is_down(folder.path(), &other));
        assert!(!path.exists());
    }
}
