//! What a vault takes up, and how much room is left.

use std::fs;
use std::path::Path;

use crate::error::{Result, VaultError};
use crate::vault::Vault;

/// Room taken and left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultSize {
    /// Bytes of the vault's files.
    pub bytes: u64,
    /// Bytes still free for this account on the disk of the vault; `u64::MAX` for a remote vault,
    /// where nobody knows.
    pub free: u64,
}

impl Vault {
    /// Measures the vault's folder and the room left beside it.
    ///
    /// # Errors
    /// `Io`.
    pub fn size(&self) -> Result<VaultSize> {
        let io = |error| VaultError::io("Measuring the vault", self.path(), error);
        if self.is_remote() {
            let files = self.raw_files().list("").map_err(io)?;
            return Ok(VaultSize {
                bytes: files.iter().map(|file| file.size).sum(),
                free: u64::MAX,
            });
        }
        Ok(VaultSize {
            bytes: folder_bytes(self.path()).map_err(io)?,
            free: fs4::available_space(self.path()).map_err(io)?,
        })
    }
}

fn folder_bytes(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for item in fs::read_dir(folder)? {
        let item = item?;
        let kind = item.file_type()?;
        bytes += if kind.is_dir() {
            folder_bytes(&item.path())?
        } else {
            match item.metadata() {
                Ok(metadata) => metadata.len(),
                // Lock files come and go.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
                Err(error) => return Err(error),
            }
        };
    }
    Ok(bytes)
}
