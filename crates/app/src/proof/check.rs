//! Reading the data of the vault, all of it or a part, and naming what is damaged.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio_util::sync::CancellationToken;
use waybill_engine::{
    LogWeight, NewRun, ProofKind, Recorder, Reporter, RunEnd, RunId, RunKind, RunPhase, RunStatus,
    Silent,
};
use waybill_vault::{PartReport, Progress, Vault};

use super::damage::{artifacts_hit, describe, lines, remember};
use super::evidence::{Detail, NewProof};
use crate::Waybill;
use crate::view::{CommandError, DamageView, ErrorCode, ProofView, RunSummary, VaultCheckView};

/// Into so many parts the daily check divides the vault: each month all of it is read.
pub(super) const PARTS: u32 = 30;
/// So many lines of damage are written into the log of a run.
const LINES: usize = 500;

impl Waybill {
    /// Reads all data of the vault, as a run.
    ///
    /// # Errors
    /// `NoVault`, and the failures of the vault and its password.
    pub async fn vault_check(&self) -> Result<RunSummary, CommandError> {
        self.vault_check_part(1, 1).await
    }

    /// Reads one of several parts of the vault's data, from 1, as a run.
    ///
    /// # Errors
    /// `BadInput` for a part that there is not; else as [`Self::vault_check`].
    pub async fn vault_check_part(&self, part: u32, of: u32) -> Result<RunSummary, CommandError> {
        let by = self.shared.asked_by.clone();
        self.start_check(part, of, &by).await
    }

    pub(super) async fn start_check(
        &self,
        part: u32,
        of: u32,
        asked_by: &str,
    ) -> Result<RunSummary, CommandError> {
        check_part(part, of)?;
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let new = new_run(part, of, asked_by);
        let run = self.shared.journal.begin(&new)?;
        let app = self.clone();
        Ok(self.launch(&run, |reporter, cancel| async move {
            let check = Check { app, part, of };
            if let Err(error) = check.perform(vault, new, reporter, cancel).await {
                tracing::warn!(%error, "a check of the vault failed");
            }
        }))
    }

    /// Reads all data of the vault, and waits for it.
    ///
    /// # Errors
    /// As [`Self::vault_check`]; damage is no error but a problem in the answer.
    pub async fn vault_check_now(&self) -> Result<VaultCheckView, CommandError> {
        let begun = Instant::now();
        let proof = self.vault_check_part_now(1, 1).await?;
        Ok(VaultCheckView {
            passed: proof.passed,
            problems: proof.problems,
            took_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }

    /// Reads a part of the vault's data, and waits for it.
    ///
    /// # Errors
    /// As [`Self::vault_check_part`]; damage is no error but stands in the answer.
    pub async fn vault_check_part_now(
        &self,
        part: u32,
        of: u32,
    ) -> Result<ProofView, CommandError> {
        check_part(part, of)?;
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let new = new_run(part, of, &self.shared.asked_by);
        self.shared.journal.begin(&new)?;
        let cancel = CancellationToken::new();
        // When the caller goes away, the work on its thread stops at the next file.
        let _stop = cancel.clone().drop_guard();
        let check = Check {
            app: self.clone(),
            part,
            of,
        };
        check.perform(vault, new, Arc::new(Silent), cancel).await
    }
}

fn check_part(part: u32, of: u32) -> Result<(), CommandError> {
    if (1..=256).contains(&of) && (1..=of).contains(&part) {
        return Ok(());
    }
    Err(CommandError::field(
        "part",
        "The vault can be read in 1 to 256 parts; the part is one of them.",
    ))
}

fn new_run(part: u32, of: u32, asked_by: &str) -> NewRun {
    let request = if of == 1 {
        json!({})
    } else {
        json!({ "part": part, "of": of, "title": format!("Check of the vault, part {part} of {of}") })
    };
    NewRun {
        id: RunId::fresh(),
        kind: RunKind::VaultCheck,
        instance_id: None,
        instance_name: None,
        environment: None,
        asked_by: asked_by.to_owned(),
        request,
        snapshot: None,
    }
}

struct Check {
    app: Waybill,
    part: u32,
    of: u32,
}

impl Check {
    async fn perform(
        self,
        vault: Arc<Vault>,
        new: NewRun,
        reporter: Arc<dyn Reporter>,
        cancel: CancellationToken,
    ) -> Result<ProofView, CommandError> {
        let journal = Arc::clone(&self.app.shared.journal);
        let recorder = Recorder::take(journal, reporter, &new)?;
        tokio::task::spawn_blocking(move || {
            recorder.phase(RunPhase::Verifying)?;
            let begun = Instant::now();
            let read = read(&self.app, &vault, &recorder, (self.part, self.of), &|| {
                cancel.is_cancelled()
            });
            match read {
                Ok((report, damages)) => self.ended(&recorder, &report, damages, begun.elapsed()),
                Err(error) => {
                    fail(&recorder, &error)?;
                    Err(error)
                }
            }
        })
        .await
        .map_err(CommandError::internal)?
    }

    fn ended(
        &self,
        recorder: &Recorder,
        report: &PartReport,
        damages: Vec<DamageView>,
        took: Duration,
    ) -> Result<ProofView, CommandError> {
        let problems = lines(&damages);
        for line in problems.iter().take(LINES) {
            recorder.line(LogWeight::Failure, line.clone(), None)?;
        }
        let journal = recorder.journal();
        let known = remember(journal, report, &damages)?;
        let summary = json!({
            "files": report.packs_read, "bytes": report.bytes_read, "problems": problems,
            "part": report.part, "of": report.of,
            "tookMs": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        });
        journal.add_check("vault", "vault", known.is_empty(), &summary)?;
        let (headline, guidance) = words(report, &damages);
        let passed = damages.is_empty();
        let proof = self.app.keep_proof(NewProof {
            kind: ProofKind::Check,
            snapshot: None,
            instance_id: None,
            passed,
            detail: Detail {
                headline: headline.clone(),
                part: Some(report.part),
                of: Some(report.of),
                files: small(report.packs_read),
                bytes: report.bytes_read,
                problems,
                damages,
                ..Detail::default()
            },
            run: recorder.run().clone(),
        })?;
        recorder.end(&RunEnd {
            status: if passed {
                RunStatus::Done
            } else {
                RunStatus::Failed
            },
            snapshot: None,
            headline,
            guidance,
            resumable: false,
        })?;
        self.app.shared.vault.forget_facts();
        Ok(proof)
    }
}

/// Reads a part, and names what is damaged.
pub(super) fn read(
    app: &Waybill,
    vault: &Vault,
    recorder: &Recorder,
    (part, of): (u32, u32),
    cancelled: &dyn Fn() -> bool,
) -> Result<(PartReport, Vec<DamageView>), CommandError> {
    // A vault that has been open for a while answers from memory what it read before; what counts here
    // is the disk.
    let fresh = Vault::open_with_key(vault.path(), &vault.export_key())?;
    let told = |progress: Progress| {
        recorder.tell_bytes(progress.bytes_done, progress.bytes);
        recorder.count(|counts| {
            counts.planned = small(progress.files);
            counts.fetched = small(progress.files_done);
            counts.bytes = progress.bytes_done;
        });
    };
    let report = fresh.check_part(part, of, &told, cancelled)?;
    let damages = describe(&fresh, app, &report.damages)?;
    Ok((report, damages))
}

/// Ends a run that failed or was cancelled.
pub(super) fn fail(recorder: &Recorder, error: &CommandError) -> Result<(), CommandError> {
    recorder.end(&RunEnd {
        status: if error.code == ErrorCode::Cancelled {
            RunStatus::Cancelled
        } else {
            RunStatus::Failed
        },
        snapshot: None,
        headline: error.message.clone(),
        guidance: error.guidance.clone(),
        resumable: false,
    })?;
    Ok(())
}

fn words(report: &PartReport, damages: &[DamageView]) -> (String, Option<String>) {
    if damages.is_empty() {
        let words = if report.of == 1 {
            "The vault is whole: every file was read and compared.".to_owned()
        } else {
            format!(
                "Part {} of {} of the vault is whole: its data was read and compared.",
                report.part, report.of
            )
        };
        return (words, None);
    }
    let files = match damages.len() {
        1 => "1 of its files is not as it was written".to_owned(),
        many => format!("{many} of its files are not as they were written"),
    };
    let hit = match artifacts_hit(damages) {
        0 => String::new(),
        1 => "; 1 artifact cannot be restored".to_owned(),
        many => format!("; {many} artifacts cannot be restored"),
    };
    (
        format!("The vault is damaged: {files}{hit}."),
        Some("The log names each artifact and where a good copy is. Put it right from another copy of the vault (`waybill verify --mend FOLDER`), take a new backup of each instance, and look after the disk.".to_owned()),
    )
}

pub(super) fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
