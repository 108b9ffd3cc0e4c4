//! What a waybill will send: opened for a run, and carried to where it is run.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use waybill_engine::cargo::Hold;
use waybill_engine::waybill::Waybill as Document;
use waybill_vault::Vault;

use crate::Waybill;
use crate::places::blocking;
use crate::storage::file_failed;
use crate::view::{CommandError, ErrorCode};

impl Waybill {
    /// The vault, and what lies there for waybills. A first vault is made; one that was here and is gone is
    /// not made anew, as the snapshots that a run can be taken back with are in the old one.
    ///
    /// # Errors
    /// `NoVault` where it is gone; the failures of the vault and its password.
    pub(crate) async fn hold(&self) -> Result<(Arc<Vault>, Arc<Hold>), CommandError> {
        let door = &self.shared.vault;
        if door.is_gone(&self.shared.secrets).await? {
            let folder = door.folder().display();
            return Err(CommandError::new(
                ErrorCode::NoVault,
                format!("The vault in `{folder}` is not there any more."),
            )
            .guide("Connect its drive, or put the folder back where it was. If it is lost, back up an instance: that makes a new vault.")
            .with("path", folder));
        }
        let vault = self.shared.vault.open_or_make(&self.shared.secrets).await?;
        let (folder, key) = (self.shared.home.cargo(), Arc::clone(&vault));
        let hold = blocking(move || Hold::open(&folder, &key)).await?;
        Ok((vault, Arc::new(hold)))
    }

    /// Why the vault cannot take a snapshot though it can be read; none where it can.
    pub(crate) async fn vault_closed(&self) -> Option<String> {
        let folder = self.shared.vault.folder().to_owned();
        let tried = tokio::task::spawn_blocking(move || {
            // Gone with the value. Beside the files of the vault it is passed over by whoever reads it.
            let made = tempfile::Builder::new().prefix("try-").tempfile_in(&folder);
            let source = made.err()?;
            Some(match source.kind() {
                ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => format!(
                    "The vault in `{}` can only be read. Let your account write there, then check again.",
                    folder.display()
                ),
                _ => file_failed("written", &folder, &source).message,
            })
        });
        tried.await.ok().flatten()
    }

    /// How many archives and records of a waybill are not at hand.
    pub(super) async fn cargo_missing(
        &self,
        document: &Document,
        hold: &Arc<Hold>,
    ) -> Result<usize, CommandError> {
        let (needed, hold) = (document.cargo(), Arc::clone(hold));
        let missing = move || Ok(needed.iter().filter(|hash| !hold.has(hash)).count());
        blocking(missing).await
    }

    /// Writes the archives and records that a waybill will send into a folder, as plain files named by
    /// their hashes, so that it can be run on another computer. The folder is for this user alone.
    ///
    /// # Errors
    /// As [`Waybill::move_planned`]; `FileFailed`, `DiskFull`; the failures of the vault.
    pub async fn cargo_write(&self, id: &str, folder: &Path) -> Result<(), CommandError> {
        let document = self.move_document(id).await?;
        let (_, hold) = self.hold().await?;
        let (hashes, folder) = (document.cargo(), folder.to_owned());
        blocking(move || hold.write_out(&hashes, &folder)).await
    }

    /// Takes archives and records from such a folder. What its name does not say the hash of is passed
    /// over.
    ///
    /// # Errors
    /// `FileFailed`, `DiskFull`; the failures of the vault.
    pub async fn cargo_read(&self, folder: &Path) -> Result<usize, CommandError> {
        let (_, hold) = self.hold().await?;
        let folder = folder.to_owned();
        blocking(move || hold.take_in(&folder)).await
    }
}
