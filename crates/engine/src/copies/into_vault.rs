//! Snapshots in a vault at a remote place: the same repository, encrypted before it goes there.

use std::sync::Arc;

use secrecy::SecretString;
use waybill_targets::{CopyHead, Files, Finished};
use waybill_vault::{Progress, RemoteFiles, SnapshotRecord, Vault};

use super::bridge::RemotePlace;
use super::{files, origin};
use crate::error::{EngineError, Result};
use crate::manifest::Manifest;
use crate::snapshot;

/// Opens the vault at a remote place. Where there is none it is made, if it may be. Has to be called within
/// a runtime.
///
/// # Errors
/// `Vault`: `NotAVault`, `WrongPassword`, and those of the place.
pub async fn open_vault(
    files: Arc<dyn Files>,
    password: SecretString,
    make: bool,
) -> Result<Arc<Vault>> {
    let place: Arc<dyn RemoteFiles> = Arc::new(RemotePlace::new(files));
    crate::blocking::run(move || {
        let doing = || EngineError::vault("Opening the remote vault");
        let is_there = Vault::exists_remote(&*place).map_err(doing())?;
        let vault = if is_there || !make {
            Vault::open_remote(place, &password)
        } else {
            Vault::create_remote(place, &password)
        };
        Ok(Arc::new(vault.map_err(doing())?))
    })
    .await
}

/// A snapshot that goes into another vault.
pub struct IntoVault {
    pub from: Arc<Vault>,
    pub snapshot: String,
    pub manifest: Manifest,
    /// The manifest of the copy before: what it shares with it was compared then.
    pub before: Option<Manifest>,
}

/// Carries the snapshot there, and reads what is new of it back. Blocks.
pub fn carry(
    what: &IntoVault,
    place: Arc<dyn RemoteFiles>,
    to: &Vault,
    told: &dyn Fn(Carried),
    stopped: &dyn Fn() -> bool,
) -> Result<(Finished, String)> {
    let failed = || EngineError::vault("Copying the snapshot into the remote vault");
    told(Carried::Writing);
    let copied = Vault::copy_snapshots(
        &what.from,
        to,
        std::slice::from_ref(&what.snapshot),
        &|_: Progress| {},
        stopped,
    )
    .map_err(failed())?;
    let copy = copied
        .into_iter()
        .next()
        .ok_or_else(|| EngineError::Internal("no snapshot was copied".to_owned()))?;
    told(Carried::Verifying);
    let expected: Vec<(String, String, u64)> =
        files::new_since(what.before.as_ref(), &what.manifest)
            .map(|file| (file.path.clone(), file.sha256.clone(), file.size))
            .collect();
    let bytes: u64 = expected.iter().map(|(_, _, size)| size).sum();
    // One that has been open for a while answers from memory what it wrote; what counts lies there.
    let fresh = Vault::open_remote_with_key(place, &to.export_key())
        .map_err(EngineError::vault("Opening the remote vault"))?;
    let progress = |at: Progress| told(Carried::Bytes(at.bytes_done, at.bytes));
    let wrong = fresh
        .verify(&copy.to, &expected, &progress, stopped)
        .map_err(EngineError::vault("Reading the copy back"))?;
    if let Some(first) = wrong.first() {
        // What does not read back is no copy.
        to.forget(&copy.to).map_err(failed())?;
        return Err(EngineError::NotAsWritten {
            count: wrong.len(),
            first: first.to_string(),
        });
    }
    let all = what.manifest.files().count();
    let new = if copy.was_there { 0 } else { expected.len() };
    let finished = Finished {
        reference: format!("snapshot {}", snapshot::short(&copy.to)),
        carried: if copy.was_there { 0 } else { bytes },
        kept: all.saturating_sub(new) as u64,
    };
    Ok((finished, copy.to))
}

/// How far it is.
pub enum Carried {
    Writing,
    Verifying,
    /// Bytes read back, of how many.
    Bytes(u64, u64),
}

/// The snapshots in a remote vault as copies, newest first. Blocks.
///
/// # Errors
/// Those of the vault.
pub fn copies_in_vault(vault: &Vault) -> Result<Vec<CopyHead>> {
    let mut heads: Vec<CopyHead> = snapshot::list(vault)?.iter().map(head).collect();
    heads.reverse();
    Ok(heads)
}

fn head(record: &SnapshotRecord) -> CopyHead {
    let brief = snapshot::brief(record);
    CopyHead {
        folder: record.id.clone(),
        title: brief
            .as_ref()
            .map(|brief| format!("{} artifacts", brief.artifacts))
            .unwrap_or_default(),
        body: String::new(),
        instance: brief.map_or_else(|| record.label.clone(), |brief| brief.instance.name),
        snapshot: record.id.clone(),
        taken: record.time,
        build: 0,
    }
}

/// The snapshot that a run took, in this vault.
pub fn taken_by(vault: &Vault, run: &str) -> Result<Option<String>> {
    let found = snapshot::list(vault)?
        .into_iter()
        .rev()
        .find(|record| origin(record) == Some(run));
    Ok(found.map(|record| record.id))
}
