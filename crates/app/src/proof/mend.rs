//! Putting damage right from another copy: another vault, a folder with restored or copied files, or whatever
//! else gives the bytes of a file. The vault takes nothing that is not what was lost.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use secrecy::SecretString;
use serde_json::json;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use waybill_engine::snapshot::{name_files, short, tags};
use waybill_engine::{
    LogWeight, NewRun, ProofKind, Recorder, Reporter, RunEnd, RunId, RunKind, RunPhase, RunStatus,
    sha256,
};
use waybill_vault::{HitFile, MendReport, Progress, Vault};

use super::check::{fail, read, small};
use super::damage::{lines, remember};
use super::elsewhere::TargetBytes;
use super::evidence::{Detail, NewProof};
use crate::Waybill;
use crate::view::{CommandError, ErrorCode, RunSummary};

/// Something that has bytes of files of snapshots.
pub(super) trait GoodBytes: Send + Sync {
    /// The bytes of the file with this path of this snapshot; `sha256` says what they are, where that is
    /// still known. What does not fit is not taken, so a guess does no harm.
    fn bytes(&self, snapshot: &str, path: &str, sha256: Option<&str>) -> Option<Vec<u8>>;
}

/// Where good copies come from.
struct MendSource {
    /// What it is, for people.
    words: String,
    /// Another vault.
    vault: Option<Arc<Vault>>,
    /// Something else.
    bytes: Option<Arc<dyn GoodBytes>>,
}

impl Waybill {
    /// Puts right what is damaged in the vault, as a run: reads all of it, takes what is lost from `from` (the
    /// folder of another vault with the same snapshots, or any folder with files that were restored or copied),
    /// and reads all of it again. `password` is that of the other vault, where it is not a copy of this one.
    ///
    /// # Errors
    /// `BadInput` for a folder that is not there, `SecretMissing` and `WrongVaultPassword` for the other
    /// vault, the failures of the vault and its password. Later failures end the run.
    pub async fn vault_mend(
        &self,
        from: &Path,
        password: Option<SecretString>,
    ) -> Result<RunSummary, CommandError> {
        let from = std::path::absolute(from)
            .map_err(|source| crate::storage::file_failed("found", from, &source))?;
        if !from.is_dir() {
            return Err(CommandError::field(
                "from",
                format!("There is no folder `{}`.", from.display()),
            )
            .guide(
                "Name the folder of another copy of the vault, or a folder with restored files.",
            ));
        }
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let words = from.display().to_string();
        let source = if Vault::exists(&from) {
            let key = vault.export_key();
            let other = crate::vault::on_own_thread(move || match password {
                Some(password) => Vault::open(&from, &password),
                None => Vault::open_with_key(&from, &key),
            })
            .await
            .map_err(|error| {
                if error.code == ErrorCode::WrongVaultPassword {
                    error.guide("It is no copy of this vault. Give its own password: `--from-password-stdin` on the command line.")
                } else {
                    error
                }
            })?;
            MendSource {
                words,
                vault: Some(Arc::new(other)),
                bytes: None,
            }
        } else {
            MendSource {
                words,
                vault: None,
                bytes: Some(Arc::new(FolderBytes::new(from))),
            }
        };
        self.mend_from(source).await
    }

    /// The same from copies of the damaged snapshots at a target, or at any.
    ///
    /// # Errors
    /// `UnknownSubject` for the target; the failures of the vault and its password. Later failures end the
    /// run; a copy that cannot be fetched is passed over and logged.
    pub async fn vault_mend_from_target(
        &self,
        target: Option<&str>,
    ) -> Result<RunSummary, CommandError> {
        let target = target.map(|name| self.stored_target(name)).transpose()?;
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let runs = crate::vault::on_own_thread(move || {
            Ok(vault
                .snapshots()?
                .into_iter()
                .filter_map(|record| {
                    let run = tags::run_of(&record.tags)?.to_string();
                    Some((record.id, run))
                })
                .collect())
        })
        .await?;
        let words = target.as_ref().map_or_else(
            || "the copies at targets".to_owned(),
            |target| format!("target {}", target.name),
        );
        let bytes = TargetBytes::new(
            self.clone(),
            runs,
            target.map(|target| target.id),
            Handle::current(),
        );
        self.mend_from(MendSource {
            words,
            vault: None,
            bytes: Some(Arc::new(bytes)),
        })
        .await
    }

    /// The same from anything that has good copies.
    async fn mend_from(&self, source: MendSource) -> Result<RunSummary, CommandError> {
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let new = NewRun {
            id: RunId::fresh(),
            kind: RunKind::VaultCheck,
            instance_id: None,
            instance_name: None,
            environment: None,
            asked_by: self.shared.asked_by.clone(),
            request: json!({ "title": format!("Put the vault right from {}", source.words) }),
            snapshot: None,
        };
        let run = self.shared.journal.begin(&new)?;
        self.audit("vault mended", &source.words)?;
        let app = self.clone();
        Ok(self.launch(&run, |reporter, cancel| async move {
            let mending = Mending {
                app,
                vault,
                source,
                cancel,
            };
            if let Err(error) = mending.perform(new, reporter).await {
                tracing::warn!(%error, "the vault could not be put right");
            }
        }))
    }
}

struct Mending {
    app: Waybill,
    vault: Arc<Vault>,
    source: MendSource,
    cancel: CancellationToken,
}

impl Mending {
    async fn perform(self, new: NewRun, reporter: Arc<dyn Reporter>) -> Result<(), CommandError> {
        let journal = Arc::clone(&self.app.shared.journal);
        let recorder = Recorder::take(journal, reporter, &new)?;
        tokio::task::spawn_blocking(move || {
            recorder.phase(RunPhase::Verifying)?;
            match self.mended(&recorder) {
                Ok(end) => {
                    recorder.end(&end)?;
                    self.app.shared.vault.forget_facts();
                    Ok(())
                }
                Err(error) => {
                    fail(&recorder, &error)?;
                    Err(error)
                }
            }
        })
        .await
        .map_err(CommandError::internal)?
    }

    fn mended(&self, recorder: &Recorder) -> Result<RunEnd, CommandError> {
        let cancelled = || self.cancel.is_cancelled();
        let fresh = Vault::open_with_key(self.vault.path(), &self.vault.export_key())?;
        let (report, found) = read(&self.app, &fresh, recorder, (1, 1), &cancelled)?;
        if found.is_empty() {
            remember(recorder.journal(), &report, &[])?;
            return Ok(end(
                RunStatus::Done,
                "Nothing is damaged in the vault.".to_owned(),
                None,
            ));
        }
        for line in lines(&found) {
            recorder.line(LogWeight::Warning, line, None)?;
        }
        recorder.phase(RunPhase::Writing)?;
        let hits = report
            .damages
            .iter()
            .flat_map(|damage| damage.files.iter().cloned())
            .collect();
        let hashes: HashMap<HitFile, Option<String>> =
            name_files(&fresh, recorder.journal(), &hits)?
                .into_iter()
                .map(|file| {
                    let hit = HitFile {
                        snapshot: file.snapshot,
                        path: file.path,
                    };
                    (hit, file.sha256)
                })
                .collect();
        let content = |hit: &HitFile| {
            let known = hashes.get(hit).and_then(Option::as_deref);
            self.source
                .bytes
                .as_ref()?
                .bytes(&hit.snapshot, &hit.path, known)
        };
        let others: Vec<&Vault> = self.source.vault.iter().map(Arc::as_ref).collect();
        let told = |progress: Progress| {
            recorder.tell_bytes(progress.files_done, progress.files);
        };
        let mended = fresh.mend(&report.damages, &others, &content, &told, &cancelled)?;
        for (old, new) in &mended.snapshots {
            recorder.journal().snapshot_renamed(old, new)?;
        }
        for file in &mended.mended {
            recorder.line(
                LogWeight::Note,
                format!(
                    "Put right: {} of snapshot {}.",
                    file.path,
                    short(&file.snapshot)
                ),
                None,
            )?;
        }
        recorder.phase(RunPhase::Verifying)?;
        let (after, left) = read(&self.app, &fresh, recorder, (1, 1), &cancelled)?;
        remember(recorder.journal(), &after, &left)?;
        let problems = lines(&left);
        for line in &problems {
            recorder.line(LogWeight::Failure, line.clone(), None)?;
        }
        let passed = left.is_empty();
        let summary =
            json!({ "problems": problems, "files": after.packs_read, "bytes": after.bytes_read });
        recorder
            .journal()
            .add_check("vault", "vault", passed, &summary)?;
        let (headline, guidance) = words(&mended, passed, &self.source.words);
        self.app.keep_proof(NewProof {
            kind: ProofKind::Mend,
            snapshot: None,
            instance_id: None,
            passed,
            detail: Detail {
                headline: headline.clone(),
                files: small(mended.mended.len() as u64),
                problems,
                damages: left,
                ..Detail::default()
            },
            run: recorder.run().clone(),
        })?;
        let status = if passed {
            RunStatus::Done
        } else {
            RunStatus::Partial
        };
        Ok(end(status, headline, guidance))
    }
}

fn end(status: RunStatus, headline: String, guidance: Option<String>) -> RunEnd {
    RunEnd {
        status,
        snapshot: None,
        headline,
        guidance,
        resumable: false,
    }
}

fn words(mended: &MendReport, passed: bool, from: &str) -> (String, Option<String>) {
    let files = match mended.mended.len() {
        1 => "1 file was put right".to_owned(),
        many => format!("{many} files were put right"),
    };
    if passed {
        return (
            format!("{files} from `{from}`; the vault is whole again."),
            None,
        );
    }
    let lost = mended.lost.len() + mended.lost_snapshots.len();
    (
        format!("{files} from `{from}`; {lost} are still damaged."),
        Some("The log names them. Try another copy of the vault, or restored files of these snapshots; every other artifact can be restored.".to_owned()),
    )
}

/// A folder with files that were restored or copied, found by what is in them.
struct FolderBytes {
    root: PathBuf,
    index: OnceLock<HashMap<String, PathBuf>>,
}

impl FolderBytes {
    fn new(root: PathBuf) -> Self {
        Self {
            root,
            index: OnceLock::new(),
        }
    }

    fn index(&self) -> &HashMap<String, PathBuf> {
        self.index.get_or_init(|| {
            let mut index = HashMap::new();
            let mut open = vec![self.root.clone()];
            while let Some(folder) = open.pop() {
                let Ok(items) = std::fs::read_dir(&folder) else {
                    continue;
                };
                for item in items.flatten() {
                    let Ok(kind) = item.file_type() else { continue };
                    if kind.is_dir() {
                        open.push(item.path());
                    } else if kind.is_file()
                        && let Ok(bytes) = std::fs::read(item.path())
                    {
                        index.entry(sha256(&bytes)).or_insert_with(|| item.path());
                    }
                }
            }
            index
        })
    }
}

impl GoodBytes for FolderBytes {
    fn bytes(&self, _: &str, path: &str, sha256: Option<&str>) -> Option<Vec<u8>> {
        if let Some(found) = sha256.and_then(|hash| self.index().get(hash)) {
            return std::fs::read(found).ok();
        }
        // Where the manifest is lost too: the folder may hold the snapshot as it was restored.
        let below = Path::new(path);
        let plain = below
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        plain
            .then(|| std::fs::read(self.root.join(below)).ok())
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_a_file_by_what_is_in_it_and_nothing_outside_itself() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("inside");
        std::fs::create_dir_all(inside.join("lookups")).unwrap();
        std::fs::write(inside.join("lookups/renamed.csv"), b"a,b").unwrap();
        std::fs::write(inside.join("manifest.json"), b"{}").unwrap();
        std::fs::write(folder.path().join("outside"), b"x").unwrap();
        let bytes = FolderBytes::new(inside);
        assert_eq!(
            bytes.bytes("s", "lookups/TAX.csv", Some(&sha256(b"a,b"))),
            Some(b"a,b".to_vec())
        );
        assert_eq!(
            bytes.bytes("s", "manifest.json", None),
            Some(b"{}".to_vec())
        );
        assert_eq!(bytes.bytes("s", "../outside", None), None);
        assert_eq!(bytes.bytes("s", "lookups/TAX.csv", None), None);
    }
}
