//! Content that was fetched but is not yet in a snapshot, encrypted, beside the vault.
//!
//! A run keeps here what it has downloaded, so that after a crash nothing is fetched twice. Each
//! run has its own folder, each blob its own file: written under another name and then renamed, so
//! it is whole or absent. The key is derived (HKDF-SHA-256) from the vault's master key and a salt
//! that lies in the folder; blobs are sealed with XChaCha20-Poly1305. A blob that does not open,
//! for whatever reason, counts as absent: it is fetched again.

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::Rng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Result, VaultError};
use crate::key::MasterSecret;

const SALT: &str = "salt";
const BLOB: &str = "blob";
const NONCE: usize = 24;

/// What a folder of blobs is for; each purpose has keys of its own.
pub(crate) struct Purpose {
    names: &'static [u8],
    blobs: &'static [u8],
}

/// The downloads of a run.
pub(crate) const RUN: Purpose = Purpose {
    names: b"waybill staging names 1",
    blobs: b"waybill staging blobs 1",
};

/// What planned waybills will send.
pub(crate) const CARGO: Purpose = Purpose {
    names: b"waybill cargo names 1",
    blobs: b"waybill cargo blobs 1",
};

/// The staged blobs of one run. One process at a time uses the staging of a run.
pub struct Staging {
    folder: PathBuf,
    names: Zeroizing<[u8; 32]>,
    cipher: XChaCha20Poly1305,
}

impl Staging {
    /// Opens the staging in `folder`, making it where it is not there.
    pub(crate) fn open(folder: &Path, secret: &MasterSecret, purpose: &Purpose) -> Result<Self> {
        let doing = "Opening the staging";
        fs::create_dir_all(folder).map_err(|error| VaultError::io(doing, folder, error))?;
        remove_unfinished(folder);
        let salt_path = folder.join(SALT);
        let salt = match fs::read(&salt_path) {
            Ok(salt) if salt.len() == 32 => salt,
            _ => {
                let mut salt = vec![0_u8; 32];
                rand::rng().fill_bytes(&mut salt);
                place(folder, &salt_path, &salt)
                    .map_err(|error| VaultError::io(doing, &salt_path, error))?;
                salt
            }
        };
        let key = secret.derive(&salt, purpose.blobs);
        Ok(Self {
            folder: folder.to_path_buf(),
            names: secret.derive(&salt, purpose.names),
            cipher: XChaCha20Poly1305::new((&*key).into()),
        })
    }

    /// Keeps `content` under `key`, in place of what was there.
    pub fn put(&self, key: &str, content: &[u8]) -> Result<()> {
        let doing = "Staging a download";
        let path = self.path(key);
        let sealed = self
            .seal(key.as_bytes(), b"name")
            .zip(self.seal(content, key.as_bytes()))
            .ok_or_else(|| VaultError::damaged(doing, key, "it is too large to be encrypted"))?;
        let (name, content) = sealed;
        let length = u32::try_from(name.len())
            .map_err(|_| VaultError::damaged(doing, "a staged blob", "its key is too long"))?;
        let mut file = Vec::with_capacity(4 + name.len() + content.len());
        file.extend_from_slice(&length.to_le_bytes());
        file.extend_from_slice(&name);
        file.extend_from_slice(&content);
        place(&self.folder, &path, &file).map_err(|error| VaultError::io(doing, &path, error))
    }

    /// What is kept under `key`; `None` where nothing is, or where it does not open.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let path = self.path(key);
        let file = match fs::read(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(VaultError::io("Reading a staged download", &path, error)),
        };
        Ok(split(&file).and_then(|(_, content)| self.unseal(content, key.as_bytes())))
    }

    /// Whether a blob lies under `key`, whole or not.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.path(key).is_file()
    }

    /// Forgets all blobs but those under these keys, also such as do not open.
    pub fn retain<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> Result<()> {
        let doing = "Clearing the staging";
        let kept: HashSet<PathBuf> = keys.into_iter().map(|key| self.path(key)).collect();
        let io = |error| VaultError::io(doing, &self.folder, error);
        for item in fs::read_dir(&self.folder).map_err(io)? {
            let path = item.map_err(io)?.path();
            let blob = path.extension().is_some_and(|extension| extension == BLOB);
            if blob && !kept.contains(&path) {
                fs::remove_file(&path).map_err(|error| VaultError::io(doing, &path, error))?;
            }
        }
        Ok(())
    }

    /// The keys of all blobs whose name opens, sorted.
    pub fn keys(&self) -> Result<Vec<String>> {
        let doing = "Listing the staging";
        let io = |error| VaultError::io(doing, &self.folder, error);
        let mut keys = Vec::new();
        for item in fs::read_dir(&self.folder).map_err(io)? {
            let path = item.map_err(io)?.path();
            if path.extension().is_none_or(|extension| extension != BLOB) {
                continue;
            }
            let name = read_name(&path).and_then(|name| self.unseal(&name, b"name"));
            if let Some(key) = name.and_then(|name| String::from_utf8(name).ok())
                && self.path(&key) == path
            {
                keys.push(key);
            }
        }
        keys.sort_unstable();
        Ok(keys)
    }

    /// Forgets the blob under `key`, if there is one.
    pub fn remove(&self, key: &str) -> Result<()> {
        let path = self.path(key);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(VaultError::io("Clearing the staging", &path, error))
            }
            _ => Ok(()),
        }
    }

    /// Removes the staging with all its blobs. It cannot be written to afterwards.
    pub fn clear(&self) -> Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(VaultError::io("Clearing the staging", &self.folder, error))
            }
            _ => Ok(()),
        }
    }

    fn path(&self, key: &str) -> PathBuf {
        let mut hasher = Sha256::new();
        hasher.update(self.names.as_slice());
        hasher.update(key.as_bytes());
        let name = hex::encode(&hasher.finalize()[..20]);
        self.folder.join(name).with_extension(BLOB)
    }

    fn seal(&self, plain: &[u8], context: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0_u8; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload {
            msg: plain,
            aad: context,
        };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
        let mut whole = nonce.to_vec();
        whole.extend_from_slice(&sealed);
        Some(whole)
    }

    fn unseal(&self, whole: &[u8], context: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = whole.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: sealed,
            aad: context,
        };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

impl std::fmt::Debug for Staging {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Staging")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// Whether a run may have a folder of this name.
pub(crate) fn is_run_name(run: &str) -> bool {
    !run.is_empty()
        && run.len() <= 100
        && !run.starts_with('.')
        && run
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn split(file: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = file.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

/// Reads the sealed name at the head of a blob, and nothing of the content.
fn read_name(path: &Path) -> Option<Vec<u8>> {
    use std::io::Read;
    let mut file = fs::File::open(path).ok()?;
    let mut length = [0_u8; 4];
    file.read_exact(&mut length).ok()?;
    let length = u32::from_le_bytes(length);
    if length > 64 * 1024 {
        return None;
    }
    let mut name = vec![0_u8; usize::try_from(length).ok()?];
    file.read_exact(&mut name).ok()?;
    Some(name)
}

/// Writes a file so that it is whole or absent, whatever happens to this process.
fn place(folder: &Path, path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut part = tempfile::Builder::new()
        .prefix(".")
        .suffix(".part")
        .tempfile_in(folder)?;
    part.write_all(content)?;
    part.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Removes what a killed process was writing.
fn remove_unfinished(folder: &Path) {
    for item in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = item.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "part")
        {
            // What cannot be removed now is removed at the next opening.
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustic_core::repofile::MasterKey;

    fn secret() -> MasterSecret {
        MasterSecret::from_master_key(MasterKey::new()).expect("a new key is whole")
    }

    fn blobs(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder)
            .expect("listed")
            .map(|item| item.expect("read").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == BLOB))
            .collect()
    }

    #[test]
    fn a_blob_comes_back_after_reopening_and_nothing_readable_lies_on_disk() {
        let dir = tempfile::tempdir().expect("folder");
        let secret = secret();
        let staging = Staging::open(dir.path(), &secret, &RUN).expect("opens");
        staging
            .put("integrations/A|1.0", b"canary-content")
            .expect("put");
        staging
            .put("integrations/A|1.0", b"canary-content")
            .expect("put again");
        staging.put("other", b"").expect("put");
        fs::write(dir.path().join(".left.part"), b"half").expect("write");
        let staging = Staging::open(dir.path(), &secret, &RUN).expect("opens");
        assert_eq!(
            staging.keys().expect("keys"),
            ["integrations/A|1.0", "other"]
        );
        assert_eq!(
            staging.get("integrations/A|1.0").expect("get").as_deref(),
            Some(&b"canary-content"[..])
        );
        assert_eq!(staging.get("absent").expect("get"), None);
        assert!(!dir.path().join(".left.part").exists());
        for blob in blobs(dir.path()) {
            let raw = fs::read(&blob).expect("read");
            for secret in [&b"canary"[..], b"integrations"] {
                assert!(!raw.windows(secret.len()).any(|window| window == secret));
            }
        }
        staging.clear().expect("clears");
        assert!(!dir.path().exists());
    }

    #[test]
    fn a_damaged_shortened_or_swapped_blob_counts_as_absent() {
        let dir = tempfile::tempdir().expect("folder");
        let secret = secret();
        let staging = Staging::open(dir.path(), &secret, &RUN).expect("opens");
        staging.put("a", &[7; 1000]).expect("put");
        let path = staging.path("a");
        let whole = fs::read(&path).expect("read");
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).expect("write");
            assert_eq!(staging.get("a").expect("get"), None, "at {length} bytes");
        }
        let mut flipped = whole.clone();
        flipped[200] ^= 1;
        fs::write(&path, &flipped).expect("write");
        assert_eq!(staging.get("a").expect("get"), None);
        fs::write(staging.path("b"), &whole).expect("write");
        assert_eq!(staging.get("b").expect("get"), None);
        fs::remove_file(&path).expect("removed");
        assert!(staging.keys().expect("keys").is_empty());
    }

    #[test]
    fn what_is_not_retained_is_gone_also_if_it_does_not_open() {
        let dir = tempfile::tempdir().expect("folder");
        let staging = Staging::open(dir.path(), &secret(), &CARGO).expect("opens");
        for key in ["a", "b"] {
            staging.put(key, b"x").expect("put");
        }
        fs::write(dir.path().join("0000").with_extension(BLOB), b"?").expect("write");
        staging.retain(["a"]).expect("cleared");
        assert!(staging.has("a") && !staging.has("b"));
        assert_eq!(blobs(dir.path()).len(), 1);
        assert!(staging.get("a").expect("get").is_some());
    }

    #[test]
    fn each_purpose_has_keys_of_its_own() {
        let dir = tempfile::tempdir().expect("folder");
        let secret = secret();
        let staging = Staging::open(dir.path(), &secret, &RUN).expect("opens");
        staging.put("a", b"x").expect("put");
        let other = Staging::open(dir.path(), &secret, &CARGO).expect("opens");
        assert!(!other.has("a") && other.keys().expect("keys").is_empty());
    }

    #[test]
    fn another_key_reads_nothing() {
        let dir = tempfile::tempdir().expect("folder");
        Staging::open(dir.path(), &secret(), &RUN)
            .expect("opens")
            .put("a", b"x")
            .expect("put");
        let other = Staging::open(dir.path(), &secret(), &RUN).expect("opens");
        assert_eq!(other.get("a").expect("get"), None);
        assert!(other.keys().expect("keys").is_empty());
    }
}
