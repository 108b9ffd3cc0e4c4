//! Bringing a copy back: its files become a snapshot in a vault of their own, which is encrypted with a key
//! that nobody keeps, so that a copy is opened, compared and moved from as every snapshot is.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{TryStreamExt as _, stream};
use jiff::Timestamp;
use secrecy::SecretString;
use waybill_targets::{CopyFile, CopyReader};
use waybill_vault::{Content, Entry, NewSnapshot, Silent, Staging, Vault};

use crate::blocking;
use crate::error::{EngineError, Result};
use crate::layout;
use crate::manifest::Manifest;
use crate::snapshot::tags;

/// So many files are on their way at once.
const AT_ONCE: usize = 8;

/// Fetches a copy into a new vault in `folder`, which has to be empty. Gives the vault, the id of the
/// snapshot there, and the id under which the copy knows it. `told` hears of files done, and of how many.
///
/// # Errors
/// `Target` where the copy cannot be read or is damaged, `Unreadable` where it holds no snapshot, `Vault`.
pub async fn fetch(
    reader: &dyn CopyReader,
    folder: &Path,
    told: &(dyn Fn(usize, usize) + Send + Sync),
) -> Result<(Arc<Vault>, String)> {
    let making = || EngineError::vault("Making room for the copy");
    let place = folder.join("vault");
    let (vault, staging) = blocking::run(move || {
        let password = SecretString::from(format!(
            "{}{}",
            uuid::Uuid::new_v4().simple(),
            uuid::Uuid::new_v4().simple()
        ));
        let vault = Vault::create(&place, &password).map_err(making())?;
        let staging = vault.staging("copy").map_err(making())?;
        Ok((Arc::new(vault), Arc::new(staging)))
    })
    .await?;
    // What was unpacked for readers stands in the archives too.
    let files: Vec<CopyFile> = reader
        .note()
        .files
        .iter()
        .filter(|file| !file.origin.is_empty())
        .cloned()
        .collect();
    let manifest = files
        .iter()
        .find(|file| file.origin == layout::MANIFEST)
        .ok_or_else(|| unreadable(reader, "the copy holds none"))?;
    let bytes = reader
        .read(&manifest.path)
        .await
        .map_err(EngineError::target)?;
    let manifest: Manifest =
        serde_json::from_slice(&bytes).map_err(|error| unreadable(reader, &error.to_string()))?;
    let (all, done) = (files.len(), AtomicUsize::new(0));
    let (done, own) = (&done, &staging);
    stream::iter(files.clone().into_iter().map(Ok))
        .try_for_each_concurrent(AT_ONCE, |file: CopyFile| async move {
            let content = reader.read(&file.path).await.map_err(EngineError::target)?;
            keep(own, &file.origin, content.to_vec()).await?;
            told(done.fetch_add(1, Ordering::Relaxed) + 1, all);
            Ok::<_, EngineError>(())
        })
        .await?;
    let taken = reader.note().head.taken;
    let label = reader.note().head.instance.clone();
    blocking::run(move || {
        let entries = files
            .into_iter()
            .map(|file| entry(file, taken, &staging))
            .collect();
        let head = NewSnapshot {
            label,
            tags: tags::all(&manifest.instance.id, manifest.status, &manifest.asked.run),
            time: taken,
            description: None,
        };
        let written = vault
            .write(&head, entries, &Silent, &|| false)
            .map_err(EngineError::vault("Opening the copy"))?;
        // Only room is lost with what stays.
        if let Err(error) = staging.clear() {
            tracing::debug!(%error, "what was fetched of a copy could not be cleared");
        }
        Ok((vault, written.id))
    })
    .await
}

async fn keep(staging: &Arc<Staging>, key: &str, content: Vec<u8>) -> Result<()> {
    let (staging, key) = (Arc::clone(staging), key.to_owned());
    blocking::run(move || {
        staging
            .put(&key, &content)
            .map_err(EngineError::vault("Fetching the copy"))
    })
    .await
}

fn entry(file: CopyFile, taken: Timestamp, staging: &Arc<Staging>) -> Entry {
    Entry {
        path: file.origin.clone(),
        modified: taken,
        size: file.size,
        content: Content::Staged(file.origin, Arc::clone(staging)),
    }
}

fn unreadable(reader: &dyn CopyReader, cause: &str) -> EngineError {
    EngineError::Unreadable {
        what: layout::MANIFEST.to_owned(),
        snapshot: crate::snapshot::short(&reader.note().head.snapshot).to_owned(),
        cause: cause.to_owned(),
    }
}
