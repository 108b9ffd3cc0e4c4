//! Copies that were opened as places. They lie in folders of their own in the data folder, encrypted, for as
//! long as somebody may still ask for them; what a program that was killed left is cleared by the next one.

use std::any::Any;
use std::collections::VecDeque;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use waybill_engine::SnapshotPlace;
use waybill_engine::copies::{self, Carrier, taken_by};
use waybill_vault::{Vault, VaultError};

use super::StoredTarget;
use super::carriers::files_target;
use crate::Waybill;
use crate::places::blocking;
use crate::storage::{file_failed, make_private};
use crate::view::{CommandError, ErrorCode};

/// So many copies stay open.
const OPEN: usize = 3;
/// The name of the file that shows that a program is at a folder.
const SIGN: &str = "in-use";

/// The copies that are open.
#[derive(Default)]
pub(crate) struct OpenedCopies {
    open: tokio::sync::Mutex<VecDeque<Opened>>,
    looked: Mutex<Option<Timestamp>>,
}

impl std::fmt::Debug for OpenedCopies {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("OpenedCopies")
            .finish_non_exhaustive()
    }
}

impl OpenedCopies {
    /// Whether it is time for another look at what targets lack; it counts as made then.
    pub(super) fn may_look(&self, now: Timestamp, between: SignedDuration) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let early = looked.is_some_and(|at| {
            let since = now.duration_since(at);
            !since.is_negative() && since < between
        });
        if !early {
            *looked = Some(now);
        }
        !early
    }
}

#[derive(Clone)]
struct Opened {
    target: String,
    copy: String,
    vault: Arc<Vault>,
    /// The id in that vault.
    id: String,
    /// The id that the snapshot is known by.
    known_as: String,
    scratch: Option<Arc<Scratch>>,
}

/// A folder of its own.
struct Scratch {
    // Let go of before the folder is removed.
    _sign: File,
    folder: TempDir,
}

impl Waybill {
    /// Opens a copy as a place. What it holds is fetched, unless it lies in a vault, and stays encrypted.
    ///
    /// # Errors
    /// `UnknownSubject`, `NotFound` where there is no such copy, `ArchiveDamaged`, those of the target.
    pub(crate) async fn open_copy(
        &self,
        target: &str,
        copy: &str,
    ) -> Result<SnapshotPlace, CommandError> {
        let target = self.stored_target(target)?;
        let mut open = self.shared.opened.open.lock().await;
        let known = open
            .iter()
            .position(|one| one.target == target.id && one.copy == copy)
            .and_then(|at| open.remove(at));
        let opened = match known {
            Some(opened) => opened,
            None => self.fetched(&target, copy).await?,
        };
        open.push_front(opened.clone());
        open.truncate(OPEN);
        drop(open);
        blocking(move || {
            let held = opened
                .scratch
                .map(|scratch| -> Arc<dyn Any + Send + Sync> { scratch });
            let place = SnapshotPlace::open(opened.vault, &opened.id)?;
            Ok(place.known_as(&opened.known_as, held))
        })
        .await
    }

    async fn fetched(&self, target: &StoredTarget, copy: &str) -> Result<Opened, CommandError> {
        let opened = |vault, id: String, known_as, scratch| Opened {
            target: target.id.clone(),
            copy: copy.to_owned(),
            vault,
            id,
            known_as,
            scratch,
        };
        let carrier = self.carrier(target).await?;
        if let Carrier::Vault { files, password } = carrier {
            let vault = copies::open_vault(files, password, false).await?;
            let origin = self.origin_of(target, copy)?;
            let (held, named) = (Arc::clone(&vault), copy.to_owned());
            let id = blocking(move || match (held.snapshot(&named), origin) {
                (Ok(record), _) => Ok(Some(record.id)),
                // Other tags gave it another id.
                (Err(VaultError::NoSuchSnapshot { .. }), Some(run)) => taken_by(&held, &run),
                (Err(VaultError::NoSuchSnapshot { .. }), None) => Ok(None),
                (Err(source), _) => Err(waybill_engine::EngineError::Vault {
                    operation: "Opening the copy".to_owned(),
                    source: Box::new(source),
                }),
            })
            .await?;
            let id = id.ok_or_else(|| {
                CommandError::new(
                    ErrorCode::NotFound,
                    format!("There is no copy `{copy}` at `{}`.", target.name),
                )
                .guide("`waybill target copies` shows those there are.")
            })?;
            return Ok(opened(vault, id.clone(), id, None));
        }
        let Some(place) = files_target(carrier) else {
            return Err(CommandError::internal("the target keeps no files"));
        };
        let reader = place.open(copy).await?;
        let scratch = Arc::new(scratch(&self.shared.home.scratch())?);
        let fetched = copies::fetch(&*reader, scratch.folder.path(), &|_, _| {}).await;
        let (vault, id) = fetched?;
        let known_as = reader.note().head.snapshot.clone();
        self.audit("copy opened", &format!("{}: {copy}", target.name))?;
        Ok(opened(vault, id, known_as, Some(scratch)))
    }

    /// The run that took the snapshot of a copy, where this computer made the copy.
    fn origin_of(&self, target: &StoredTarget, copy: &str) -> Result<Option<String>, CommandError> {
        let rows = self.shared.journal.copies_at(&target.id)?;
        Ok(rows
            .into_iter()
            .find(|row| row.folder == copy)
            .map(|row| row.of.origin))
    }
}

/// A new folder, with the sign that a program is at it. Folders of programs that are gone are removed.
fn scratch(all: &Path) -> Result<Scratch, CommandError> {
    make_private(all)?;
    clear(all);
    let folder = tempfile::Builder::new()
        .prefix("copy-")
        .tempdir_in(all)
        .map_err(|source| file_failed("made", all, &source))?;
    let path = folder.path().join(SIGN);
    let sign = sign(&path).map_err(|source| file_failed("made", &path, &source))?;
    Ok(Scratch {
        _sign: sign,
        folder,
    })
}

/// Locks a file before it has its name: one that is seen and not locked is of a program that is gone.
fn sign(path: &Path) -> std::io::Result<File> {
    let new = path.with_extension("new");
    let file = File::create(&new)?;
    file.lock()?;
    std::fs::rename(&new, path)?;
    Ok(file)
}

/// Removes the folders that no program is at.
pub(crate) fn clear(all: &Path) {
    let Ok(folders) = std::fs::read_dir(all) else {
        return;
    };
    for folder in folders.flatten() {
        let sign = folder.path().join(SIGN);
        let is_left = match File::options().write(true).open(&sign) {
            Ok(file) => file.try_lock().is_ok(),
            // One that is just being made has no sign yet.
            Err(_) => folder
                .metadata()
                .and_then(|facts| facts.modified())
                .is_ok_and(|at| at.elapsed().is_ok_and(|age| age.as_secs() > 60)),
        };
        if is_left && let Err(error) = std::fs::remove_dir_all(folder.path()) {
            tracing::debug!(%error, "what was left of an opened copy could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_left_is_cleared_and_what_is_in_use_stays() {
        let home = tempfile::tempdir().unwrap();
        let all = home.path().join("scratch");
        let used = scratch(&all).unwrap();
        let left = all.join("copy-left");
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join(SIGN), "").unwrap();
        std::fs::write(left.join("data"), "x").unwrap();
        clear(&all);
        assert!(!left.exists());
        let path = used.folder.path().to_owned();
        assert!(path.exists());
        drop(used);
        assert!(!path.exists());
    }
}
