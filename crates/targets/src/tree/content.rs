//! Files by their plain names and contents, encrypted where the target is.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};

use super::paths::{below, growing, sha256};
use crate::{
    Cipher, CopyFile, CopyNote, Encryption, Files, Result, TargetError,
    crypt::{IDENTITY, SUFFIX},
};

/// Bytes of contents that are on their way at once.
const AT_ONCE: u32 = 48 << 20;

/// The files of a target, with what encrypts them.
pub struct Content<F: Files + ?Sized> {
    pub files: Arc<F>,
    encryption: Option<Encryption>,
    cipher: OnceCell<Arc<Cipher>>,
    room: Semaphore,
}

impl<F: Files + ?Sized> Content<F> {
    pub fn new(files: Arc<F>, encryption: Option<Encryption>) -> Self {
        Self {
            files,
            encryption,
            cipher: OnceCell::new(),
            room: Semaphore::new(AT_ONCE as usize),
        }
    }

    /// Waits until there is room in memory for so many bytes.
    pub async fn room(&self, bytes: u64) -> Result<SemaphorePermit<'_>> {
        let bytes = u32::try_from(bytes).unwrap_or(AT_ONCE).clamp(1, AT_ONCE);
        self.room
            .acquire_many(bytes)
            .await
            .map_err(|_| self.refused("Copying", "it was ended"))
    }

    /// Whether so many bytes would have to wait for room.
    pub fn is_crowded(&self, bytes: u64) -> bool {
        (self.room.available_permits() as u64) < bytes.min(u64::from(AT_ONCE))
    }

    /// Whether files lie there encrypted.
    pub const fn is_sealed(&self) -> bool {
        self.encryption.is_some()
    }

    /// Whether files can be read by the program after they were written.
    pub async fn can_open(&self) -> Result<bool> {
        Ok(match self.cipher(true).await? {
            Some(cipher) => cipher.can_open(),
            None => true,
        })
    }

    /// What encrypts here. A passphrase needs the identity that lies in the root; where there is none it is
    /// made, if it may be.
    pub async fn cipher(&self, make: bool) -> Result<Option<Arc<Cipher>>> {
        let Some(encryption) = &self.encryption else {
            return Ok(None);
        };
        let cipher = self
            .cipher
            .get_or_try_init(|| async {
                let cipher = match encryption {
                    Encryption::Recipients {
                        recipients,
                        identity,
                    } => Cipher::to_recipients(recipients, identity.as_ref())?,
                    Encryption::Passphrase(passphrase) => {
                        let passphrase = passphrase.clone();
                        match self.files.read(IDENTITY).await {
                            Ok(sealed) => {
                                self.apart(move || Cipher::unlock(&sealed, &passphrase))
                                    .await??
                            }
                            Err(TargetError::Missing { .. }) if make => {
                                let words = passphrase.clone();
                                let (cipher, sealed) =
                                    self.apart(move || Cipher::generate(&words)).await??;
                                if self.files.create(IDENTITY, sealed).await? {
                                    cipher
                                } else {
                                    let sealed = self.files.read(IDENTITY).await?;
                                    self.apart(move || Cipher::unlock(&sealed, &passphrase))
                                        .await??
                                }
                            }
                            Err(reason) => return Err(reason),
                        }
                    }
                };
                Ok(Arc::new(cipher))
            })
            .await?;
        Ok(Some(Arc::clone(cipher)))
    }

    /// The name under which a plain path lies there.
    pub fn name(&self, folder: &str, path: &str) -> String {
        let suffix = if self.is_sealed() { SUFFIX } else { "" };
        format!("{}{suffix}", below(folder, path))
    }

    /// Reads a file by its plain path.
    pub async fn read(&self, folder: &str, path: &str) -> Result<Bytes> {
        let cipher = self.cipher(false).await?;
        let raw = self.files.read(&self.name(folder, path)).await?;
        let Some(cipher) = cipher else {
            return Ok(raw);
        };
        self.apart(move || cipher.open(&raw))
            .await?
            .map_err(|detail| self.damaged(path, &detail))
    }

    /// Reads a file and compares it with what it should be.
    pub async fn read_sound(&self, folder: &str, file: &CopyFile) -> Result<Bytes> {
        let content = self.read(folder, &file.path).await?;
        let (found, content) = self.apart(move || (sha256(&content), content)).await?;
        if found == file.sha256 {
            Ok(content)
        } else {
            Err(self.damaged(&file.path, "it does not hash to what its note says"))
        }
    }

    /// What lies there for a plain content.
    pub async fn seal(&self, plain: Bytes) -> Result<Bytes> {
        match self.cipher(true).await? {
            Some(cipher) => self.apart(move || cipher.seal(&plain)).await?,
            None => Ok(plain),
        }
    }

    /// Writes what lies there for a file: under a temporary name and then its own, where that is possible.
    /// `there` bytes of it are there already. Says how many went over.
    pub async fn write(
        &self,
        folder: &str,
        file: &CopyFile,
        raw: Bytes,
        there: u64,
    ) -> Result<u64> {
        let name = self.name(folder, &file.path);
        let all = raw.len() as u64;
        if !self.files.can_rename() {
            self.files.write(&name, raw).await?;
            return Ok(all);
        }
        let temporary = below(folder, &growing(file));
        let carried = match usize::try_from(there) {
            Ok(offset) if offset > 0 && offset <= raw.len() => {
                if offset < raw.len() {
                    self.files
                        .append(&temporary, there, raw.slice(offset..))
                        .await?;
                }
                all - there
            }
            _ => {
                self.files.write(&temporary, raw).await?;
                all
            }
        };
        self.files.rename(&temporary, &name).await?;
        Ok(carried)
    }

    /// Reads note or plan. Nothing where there is none, or none of ours.
    pub async fn note(&self, folder: &str, name: &str) -> Result<Option<CopyNote>> {
        match self.read(folder, name).await {
            Ok(text) => Ok(serde_json::from_slice::<CopyNote>(&text)
                .ok()
                .filter(|note| note.format == 1)),
            Err(TargetError::Missing { .. }) => Ok(None),
            Err(reason) => Err(reason),
        }
    }

    /// Writes note or plan, never half of it where renaming is possible.
    pub async fn write_note(&self, folder: &str, name: &str, note: &CopyNote) -> Result<u64> {
        let text = serde_json::to_vec_pretty(note)
            .map_err(|reason| self.refused("Writing the note", &reason.to_string()))?;
        let raw = self.seal(Bytes::from(text)).await?;
        let file = CopyFile {
            path: name.to_owned(),
            origin: String::new(),
            sha256: String::new(),
            size: raw.len() as u64,
        };
        self.write(folder, &file, raw, 0).await
    }

    /// Makes the note a plan again, so that the folder no longer counts as a copy.
    pub async fn demote(&self, folder: &str, note: &CopyNote, plan: &str) -> Result<()> {
        if self.files.can_rename() {
            return self
                .files
                .rename(&self.name(folder, crate::NOTE), &self.name(folder, plan))
                .await;
        }
        self.write_note(folder, plan, note).await?;
        self.files.remove(&self.name(folder, crate::NOTE)).await
    }

    /// Work of the processor, on a thread of its own.
    pub async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| self.refused("Copying", "the work was ended"))
    }

    pub fn damaged(&self, what: &str, detail: &str) -> TargetError {
        TargetError::Damaged {
            target: self.files.title(),
            what: format!("`{what}`"),
            detail: detail.to_owned(),
        }
    }

    pub fn missing(&self, what: String) -> TargetError {
        TargetError::Missing {
            target: self.files.title(),
            what,
        }
    }

    pub fn refused(&self, operation: &'static str, detail: &str) -> TargetError {
        TargetError::Refused {
            target: self.files.title(),
            operation,
            detail: detail.to_owned(),
        }
    }
}
