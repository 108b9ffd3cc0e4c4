//! `secrets.age`: a JSON map of account to secret, encrypted with a passphrase in the format of
//! age v1 (scrypt recipient), so that the `age` program opens it too.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::{Account, SecretError};
use crate::storage::{file_failed, write_atomically};

/// scrypt with N = 2^16 takes 64 MB and about a tenth of a second.
const WORK_FACTOR: u8 = 16;
/// Files that another program made may have been made with more.
const LARGEST_WORK_FACTOR: u8 = 20;
/// Shorter passphrases are refused for a new file.
pub(super) const SHORTEST_PASSPHRASE: usize = 8;

/// The file, and what it holds once it was opened. Its calls block for the key derivation.
pub(super) struct EncryptedFile {
    path: PathBuf,
    opened: Mutex<Option<Opened>>,
}

struct Opened {
    passphrase: SecretString,
    secrets: BTreeMap<String, SecretString>,
    seen: Option<(SystemTime, u64)>,
}

impl EncryptedFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            opened: Mutex::new(None),
        }
    }

    pub(super) fn exists(&self) -> bool {
        self.path.exists()
    }

    pub(super) fn is_open(&self) -> bool {
        self.opened().is_some()
    }

    /// Opens the file, or makes it if it is not there.
    pub(super) fn open(&self, passphrase: &SecretString) -> Result<(), SecretError> {
        let mut opened = self.opened();
        let _lock = self.lock()?;
        if self.exists() {
            *opened = Some(self.load(passphrase)?);
            return Ok(());
        }
        if passphrase.expose_secret().chars().count() < SHORTEST_PASSPHRASE {
            return Err(SecretError::WeakPassphrase);
        }
        let mut made = Opened {
            passphrase: passphrase.clone(),
            secrets: BTreeMap::new(),
            seen: None,
        };
        self.store(&mut made)?;
        *opened = Some(made);
        Ok(())
    }

    pub(super) fn get(&self, account: &Account) -> Result<Option<SecretString>, SecretError> {
        let mut opened = self.opened();
        let current = self.current(&mut opened)?;
        Ok(current.secrets.get(account.as_str()).cloned())
    }

    pub(super) fn set(&self, account: &Account, secret: &SecretString) -> Result<(), SecretError> {
        let mut opened = self.opened();
        let _lock = self.lock()?;
        let current = self.current(&mut opened)?;
        current
            .secrets
            .insert(account.as_str().to_owned(), secret.clone());
        self.store(current)
    }

    pub(super) fn remove(&self, account: &Account) -> Result<(), SecretError> {
        let mut opened = self.opened();
        let _lock = self.lock()?;
        let current = self.current(&mut opened)?;
        if current.secrets.remove(account.as_str()).is_some() {
            self.store(current)?;
        }
        Ok(())
    }

    /// Keeps other programs of this user from writing until the returned file is closed: what they
    /// wrote is read before it is written again.
    fn lock(&self) -> Result<File, SecretError> {
        let path = self.path.with_extension("lock");
        let failed = |source: io::Error| file_failed("locked", &path, &source);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok(file)
    }

    /// What the file holds, read again if another program wrote it.
    fn current<'a>(&self, opened: &'a mut Option<Opened>) -> Result<&'a mut Opened, SecretError> {
        let held = opened.as_mut().ok_or(SecretError::FileClosed)?;
        if self.exists() && held.seen != self.fingerprint() {
            *held = self.load(&held.passphrase.clone())?;
        }
        Ok(held)
    }

    fn load(&self, passphrase: &SecretString) -> Result<Opened, SecretError> {
        let seen = self.fingerprint();
        let sealed =
            fs::read(&self.path).map_err(|source| file_failed("read", &self.path, &source))?;
        let mut identity = age::scrypt::Identity::new(passphrase.clone());
        identity.set_max_work_factor(LARGEST_WORK_FACTOR);
        let plain = age::decrypt(&identity, &sealed).map_err(|failure| match failure {
            age::DecryptError::DecryptionFailed
            | age::DecryptError::KeyDecryptionFailed
            | age::DecryptError::NoMatchingKeys => SecretError::WrongPassphrase,
            other => SecretError::FileDamaged {
                reason: other.to_string(),
            },
        })?;
        let plain = Zeroizing::new(plain);
        // The reason is left out: it may quote what the file holds.
        let texts: BTreeMap<String, Zeroizing<String>> =
            serde_json::from_slice::<BTreeMap<String, ZeroizingText>>(&plain)
                .map_err(|_| SecretError::FileDamaged {
                    reason: "what it holds is not a list of secrets".to_owned(),
                })?
                .into_iter()
                .map(|(account, text)| (account, text.0))
                .collect();
        Ok(Opened {
            passphrase: passphrase.clone(),
            secrets: texts
                .into_iter()
                .map(|(account, text)| (account, SecretString::from(text.as_str())))
                .collect(),
            seen,
        })
    }

    fn store(&self, opened: &mut Opened) -> Result<(), SecretError> {
        let texts: BTreeMap<&str, &str> = opened
            .secrets
            .iter()
            .map(|(account, secret)| (account.as_str(), secret.expose_secret()))
            .collect();
        // Room for everything at once, so that no copy is left behind when the buffer grows.
        let room = texts
            .iter()
            .map(|(name, text)| name.len() + 6 * text.len() + 8)
            .sum::<usize>()
            + 2;
        let mut plain = Zeroizing::new(Vec::with_capacity(room));
        let failed = |reason: String| SecretError::FileDamaged { reason };
        serde_json::to_writer(&mut *plain, &texts).map_err(|reason| failed(reason.to_string()))?;
        let mut recipient = age::scrypt::Recipient::new(opened.passphrase.clone());
        recipient.set_work_factor(WORK_FACTOR);
        let sealed =
            age::encrypt(&recipient, &plain).map_err(|reason| failed(reason.to_string()))?;
        write_atomically(&self.path, &sealed)?;
        opened.seen = self.fingerprint();
        Ok(())
    }

    fn fingerprint(&self) -> Option<(SystemTime, u64)> {
        let facts = fs::metadata(&self.path).ok()?;
        Some((facts.modified().ok()?, facts.len()))
    }

    fn opened(&self) -> MutexGuard<'_, Option<Opened>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A text that is wiped when dropped.
#[derive(serde::Deserialize)]
struct ZeroizingText(#[serde(deserialize_with = "zeroizing")] Zeroizing<String>);

fn zeroizing<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Zeroizing<String>, D::Error> {
    serde::Deserialize::deserialize(from).map(Zeroizing::new)
}

impl fmt::Debug for EncryptedFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EncryptedFile")
            .field("path", &self.path)
            .field("open", &self.is_open())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Slot;

    fn account() -> Account {
        Account::of_instance("7", Slot::Password)
    }

    fn file(folder: &std::path::Path) -> EncryptedFile {
        EncryptedFile::new(folder.join("secrets.age"))
    }

    #[test]
    fn secrets_come_back_with_the_passphrase_alone() {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = SecretString::from("correct horse");
        let first = file(folder.path());
        assert_eq!(first.get(&account()).unwrap_err(), SecretError::FileClosed);
        first.open(&passphrase).unwrap();
        first
            .set(&account(), &SecretString::from("canary-7c1e"))
            .unwrap();

        let later = file(folder.path());
        assert_eq!(
            later.open(&SecretString::from("wrong horse")).unwrap_err(),
            SecretError::WrongPassphrase
        );
        assert!(!later.is_open());
        later.open(&passphrase).unwrap();
        let back = later.get(&account()).unwrap().unwrap();
        assert_eq!(back.expose_secret(), "canary-7c1e");

        let on_disk = fs::read(folder.path().join("secrets.age")).unwrap();
        assert!(on_disk.starts_with(b"age-encryption.org/v1"));
        assert!(!String::from_utf8_lossy(&on_disk).contains("canary"));
        assert!(!format!("{later:?}").contains("canary"));

        // A second program sees what the first one changed.
        later.remove(&account()).unwrap();
        assert!(first.get(&account()).unwrap().is_none());
    }

    #[test]
    fn a_damaged_file_is_told_from_a_wrong_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secrets.age"), b"not an age file").unwrap();
        let error = file(folder.path())
            .open(&SecretString::from("correct horse"))
            .unwrap_err();
        assert!(
            matches!(error, SecretError::FileDamaged { .. }),
            "{error:?}"
        );
    }

    #[test]
    fn a_short_passphrase_makes_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = file(folder.path())
            .open(&SecretString::from("short"))
            .unwrap_err();
        assert_eq!(error, SecretError::WeakPassphrase);
        assert!(!folder.path().join("secrets.age").exists());
    }
}
