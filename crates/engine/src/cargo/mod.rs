//! The hold: what planned waybills will send, kept from planning to running.
//!
//! A live instance writes another archive each time it is asked, and what is sent is what was planned:
//! the bytes are kept here, each under its SHA-256, encrypted with a key of the vault, because archives
//! may carry private keys and passwords. The hash is checked on the way in and on the way out. All calls
//! block.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use bytes::Bytes;
use waybill_vault::{Staging, Vault};

use crate::digest::sha256;
use crate::error::{EngineError, Result};

/// The bytes of planned waybills, in a folder.
#[derive(Debug)]
pub struct Hold {
    blobs: Staging,
}

impl Hold {
    /// Opens the hold in a folder, making it where it is not there.
    ///
    /// # Errors
    /// `Vault` where the folder cannot be made or read.
    pub fn open(folder: &Path, vault: &Vault) -> Result<Self> {
        let blobs = vault.cargo(folder).map_err(EngineError::vault(
            "Opening the folder of what waybills will send",
        ))?;
        Ok(Self { blobs })
    }

    /// Keeps bytes under their SHA-256, in hex.
    ///
    /// # Errors
    /// `CargoDamaged` where the hash is another one; `Vault` where they cannot be written.
    pub fn put(&self, sha256: &str, bytes: &[u8]) -> Result<()> {
        checked(sha256, bytes, "on the way in")?;
        if self.get(sha256).is_ok_and(|kept| kept.is_some()) {
            return Ok(());
        }
        let keeping = format!("Keeping `{sha256}`, which a waybill will send");
        self.blobs
            .put(sha256, bytes)
            .map_err(EngineError::vault(keeping))
    }

    /// The bytes with this SHA-256; none where they are not kept.
    ///
    /// # Errors
    /// `CargoDamaged` where they are there and not what they were; `Vault` where they cannot be read.
    pub fn get(&self, sha256: &str) -> Result<Option<Bytes>> {
        let reading = format!("Reading `{sha256}`, which a waybill will send");
        let kept = self
            .blobs
            .get(sha256)
            .map_err(EngineError::vault(reading))?;
        match kept {
            Some(bytes) => {
                checked(sha256, &bytes, HERE)?;
                Ok(Some(bytes.into()))
            }
            None if self.blobs.has(sha256) => Err(damaged(sha256, HERE)),
            None => Ok(None),
        }
    }

    /// Whether bytes lie under this SHA-256; whether they are whole, reading them tells.
    #[must_use]
    pub fn has(&self, sha256: &str) -> bool {
        self.blobs.has(sha256)
    }

    /// Forgets all but these.
    ///
    /// # Errors
    /// `Vault` where something cannot be removed.
    pub fn prune(&self, keep: &BTreeSet<String>) -> Result<()> {
        self.blobs
            .retain(keep.iter().map(String::as_str))
            .map_err(EngineError::vault("Clearing what no waybill will send"))
    }

    /// Writes bytes into a folder, readable for this user alone, as files named by their SHA-256: to run
    /// a waybill on another computer. They are not encrypted there.
    ///
    /// # Errors
    /// `CargoDamaged` for one that is not kept or not whole; `File` where the folder
    /// cannot be written.
    pub fn write_out(&self, shas: &BTreeSet<String>, folder: &Path) -> Result<()> {
        let made = |source| EngineError::File {
            path: folder.to_owned(),
            action: "made",
            source,
        };
        private_folder(folder).map_err(made)?;
        for sha256 in shas {
            let bytes = self
                .get(sha256)?
                .filter(|_| is_hash(sha256))
                .ok_or_else(|| EngineError::CargoDamaged {
                    sha256: sha256.clone(),
                    place: "or missing on this computer".to_owned(),
                })?;
            let path = folder.join(sha256);
            write_whole(folder, &path, &bytes).map_err(|source| EngineError::File {
                path: path.clone(),
                action: "written",
                source,
            })?;
        }
        Ok(())
    }

    /// Takes in what [`Self::write_out`] wrote, and says how many there were. Files with other names are
    /// passed over.
    ///
    /// # Errors
    /// `CargoDamaged` naming a file that is not what its name says; `File` where the folder cannot be
    /// read; `Vault` where it cannot be kept.
    pub fn take_in(&self, folder: &Path) -> Result<usize> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| EngineError::File {
                path,
                action: "read",
                source,
            }
        };
        let mut taken = 0;
        for item in fs::read_dir(folder).map_err(failed(folder))? {
            let path = item.map_err(failed(folder))?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let Some(sha256) = name.filter(|name| is_hash(name)) else {
                continue;
            };
            let bytes = crate::files::read_file(&path).map_err(failed(&path))?;
            self.put(sha256, &bytes)?;
            taken += 1;
        }
        Ok(taken)
    }
}

const HERE: &str = "on this computer";

fn damaged(sha256: &str, place: &str) -> EngineError {
    EngineError::CargoDamaged {
        sha256: sha256.to_owned(),
        place: place.to_owned(),
    }
}

fn checked(named: &str, bytes: &[u8], place: &str) -> Result<()> {
    if sha256(bytes) == named {
        Ok(())
    } else {
        Err(damaged(named, place))
    }
}

/// A SHA-256 in hex, and so the name of no other file.
fn is_hash(name: &str) -> bool {
    name.len() == 64
        && name
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // One that was there already may be open to others.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Whole or absent, whatever happens to this process.
fn write_whole(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let part = folder.join(format!(".{}.part", std::process::id()));
    let mut options = fs::OpenOptions::new();
    // One that a process left behind which is no more; a link that somebody laid there is not followed.
    match fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&part)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    let placed = written.and_then(|()| fs::rename(&part, path));
    if placed.is_err() {
        // The failure itself is what is told.
        let _ = fs::remove_file(&part);
    }
    placed
}

#[cfg(test)]
mod tests;
