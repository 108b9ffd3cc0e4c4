//! The run that removes what was shown, and gives back its room.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio_util::sync::CancellationToken;
use waybill_engine::{
    LogWeight, NewRun, Recorder, Reporter, Run, RunEnd, RunId, RunKind, RunPhase, RunStatus,
    snapshot,
};
use waybill_vault::{Progress, PruneReport, Vault, VaultError};

use super::judge::{Bench, Judged, going, judge, name_of};
use super::verbs::changed_meanwhile;
use crate::Waybill;
use crate::places::blocking;
use crate::view::{CommandError, ErrorCode, RunSummary};

/// The fact that says when room was last given back.
const PRUNED: &str = "keep/prunedAt";
/// Room is given back at most once in this time by itself: it reads the whole index.
const PRUNE_AGAIN: jiff::SignedDuration = jiff::SignedDuration::from_hours(20);
/// How long the run waits for somebody who writes into the vault.
const PATIENCE: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(500);
/// Who asked, where nobody did.
const RULES: &str = "Keep rules";

/// What came of it.
struct Removed {
    snapshots: Vec<Judged>,
    pruned: Option<PruneReport>,
    /// Why no room was given back.
    room: Option<CommandError>,
}

impl Waybill {
    /// Follows the saved keep rules after a backup of a schedule: removes what they let go of its instance,
    /// as a run, and waits for its end. Does nothing where no rule is set, where the backup is not whole, or
    /// where nothing goes and no room waits to be given back.
    ///
    /// # Errors
    /// The failures of the vault and its password. What fails in the run itself ends the run.
    pub(crate) async fn keep_after_backup(
        &self,
        run: &Run,
    ) -> Result<Option<RunSummary>, CommandError> {
        let Some(instance) = &run.instance_id else {
            return Ok(None);
        };
        let mut bench = self.keep_bench(None, None)?;
        bench.only = Some(instance.clone());
        if run.kind != RunKind::Backup
            || run.status != RunStatus::Done
            || bench.rules.of(instance).is_empty()
        {
            return Ok(None);
        }
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        self.settle_marks(&vault).await?;
        let (held, journal) = (Arc::clone(&vault), Arc::clone(&self.shared.journal));
        let asked = bench.clone();
        let going = blocking(move || Ok(going(&judge(&held, &journal, &asked)?))).await?;
        if going.is_empty() && !self.prune_is_due()? {
            return Ok(None);
        }
        let begun =
            self.start_removing(Arc::clone(&vault), bench, name_of(&vault, &going), RULES)?;
        let mut watch = self.run_watch(&begun.id).await?;
        while watch.next().await.is_some() {}
        Ok(Some(self.run_detail(&begun.id).await?.summary))
    }

    /// Whether room that was marked waits to be given back for long enough.
    fn prune_is_due(&self) -> Result<bool, CommandError> {
        let last = self.shared.journal.fact(PRUNED)?;
        let last = last.and_then(|text| text.parse::<jiff::Timestamp>().ok());
        Ok(last.is_some_and(|last| self.shared.clock.now().duration_since(last) >= PRUNE_AGAIN))
    }

    pub(super) fn start_removing(
        &self,
        vault: Arc<Vault>,
        bench: Bench,
        previewed: String,
        asked_by: &str,
    ) -> Result<RunSummary, CommandError> {
        let new = NewRun {
            id: RunId::fresh(),
            kind: RunKind::Prune,
            instance_id: None,
            instance_name: None,
            environment: None,
            asked_by: asked_by.to_owned(),
            request: json!({ "title": "Keep rules", "previewed": previewed, "rules": bench.rules.form() }),
            snapshot: None,
        };
        let run = self.shared.journal.begin(&new)?;
        let app = self.clone();
        // A person wants the room now; by themselves the rules give it back once a day.
        let prunes = asked_by != RULES
            || self.shared.journal.fact(PRUNED)?.is_none()
            || self.prune_is_due()?;
        Ok(self.launch(&run, |reporter, cancel| async move {
            let removing = Removing {
                app,
                vault,
                bench,
                previewed,
                prunes,
                cancel,
            };
            if let Err(error) = removing.perform(new, reporter).await {
                tracing::warn!(%error, "keep rules could not be followed");
            }
        }))
    }
}

struct Removing {
    app: Waybill,
    vault: Arc<Vault>,
    bench: Bench,
    previewed: String,
    prunes: bool,
    cancel: CancellationToken,
}

impl Removing {
    async fn perform(self, new: NewRun, reporter: Arc<dyn Reporter>) -> Result<(), CommandError> {
        let recorder = Recorder::take(Arc::clone(&self.app.shared.journal), reporter, &new)?;
        tokio::task::spawn_blocking(move || {
            recorder.phase(RunPhase::Writing)?;
            let end = match self.remove(&recorder) {
                Ok(removed) => self.ended(&removed)?,
                Err(error) => RunEnd {
                    status: if error.code == ErrorCode::Cancelled {
                        RunStatus::Cancelled
                    } else {
                        RunStatus::Failed
                    },
                    snapshot: None,
                    headline: error.message,
                    guidance: error.guidance,
                    resumable: false,
                },
            };
            recorder.end(&end)?;
            Ok(())
        })
        .await
        .map_err(CommandError::internal)?
    }

    fn remove(&self, recorder: &Recorder) -> Result<Removed, CommandError> {
        let journal = recorder.journal();
        let judged = judge(&self.vault, journal, &self.bench)?;
        let ids = going(&judged);
        // Nothing is removed that was not shown: not one more, and not one less.
        if name_of(&self.vault, &ids) != self.previewed {
            return Err(changed_meanwhile());
        }
        let ids: Vec<String> = ids.into_iter().collect();
        let mut gone = Vec::new();
        if !ids.is_empty() {
            let names: Vec<&str> = ids.iter().map(|id| snapshot::short(id)).collect();
            self.app
                .audit("snapshots removed by keep rules", &names.join(" "))?;
            // An id stands for one content with its tags: a snapshot that is marked meanwhile has another one.
            gone = self.patiently(|| self.vault.forget_many(&ids))?;
        }
        let snapshots: Vec<Judged> = judged
            .into_iter()
            .filter(|one| gone.contains(&one.record.id))
            .collect();
        for one in &snapshots {
            recorder.line(LogWeight::Note, line(one), None)?;
        }
        recorder.count(|counts| {
            counts.planned = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            counts.fetched = u32::try_from(snapshots.len()).unwrap_or(u32::MAX);
        });
        self.app.shared.vault.forget_facts();
        let mut removed = Removed {
            snapshots,
            pruned: None,
            room: None,
        };
        if self.prunes {
            let told = |progress: Progress| {
                recorder.tell_bytes(progress.files_done, progress.files);
            };
            let cancelled = || self.cancel.is_cancelled();
            match self.patiently(|| self.vault.prune(Vault::GRACE, &told, &cancelled)) {
                Ok(report) => removed.pruned = Some(report),
                Err(error) => removed.room = Some(error),
            }
        }
        Ok(removed)
    }

    /// Tries again while somebody else writes into the vault.
    fn patiently<T>(&self, work: impl Fn() -> Result<T, VaultError>) -> Result<T, CommandError> {
        let begun = Instant::now();
        loop {
            match work() {
                Err(VaultError::Locked { .. })
                    if begun.elapsed() < PATIENCE && !self.cancel.is_cancelled() =>
                {
                    std::thread::sleep(PAUSE);
                }
                result => return Ok(result?),
            }
        }
    }

    fn ended(&self, removed: &Removed) -> Result<RunEnd, CommandError> {
        let count = removed.snapshots.len();
        let mut headline = match count {
            0 => "No snapshot was removed".to_owned(),
            1 => "1 snapshot was removed by the keep rules".to_owned(),
            many => format!("{many} snapshots were removed by the keep rules"),
        };
        if let Some(pruned) = &removed.pruned {
            let now = self.app.shared.clock.now();
            self.app.shared.journal.set_fact(PRUNED, &now.to_string())?;
            if pruned.freed > 0 {
                headline.push_str("; ");
                headline.push_str(&size(pruned.freed));
                headline.push_str(" given back");
            }
            if pruned.marked + pruned.waiting > 0 {
                headline.push_str("; ");
                headline.push_str(&size(pruned.marked + pruned.waiting));
                headline.push_str(" will be given back in a day");
            }
        }
        headline.push('.');
        let room = removed.room.as_ref();
        Ok(RunEnd {
            status: match room.map(|error| error.code) {
                None | Some(ErrorCode::VaultLocked) => RunStatus::Done,
                Some(ErrorCode::Cancelled) => RunStatus::Cancelled,
                Some(_) => RunStatus::Partial,
            },
            snapshot: None,
            headline,
            guidance: room.map(|error| {
                let remedy = error.guidance.as_deref().unwrap_or_default();
                format!("Room was not given back: {} It is the next time the keep rules are followed. {remedy}", error.message)
            }),
            resumable: false,
        })
    }
}

fn line(one: &Judged) -> String {
    let instance = one
        .brief
        .as_ref()
        .map_or(one.record.label.as_str(), |brief| &brief.instance.name);
    format!(
        "Removed snapshot {} of `{instance}` of {}: {}.",
        snapshot::short(&one.record.id),
        one.record.time.strftime("%Y-%m-%d %H:%M UTC"),
        one.reasons.join(", ")
    )
}

/// A size for a person: `41.2 MB`.
fn size(bytes: u64) -> String {
    let value = bytes as f64;
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", value / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", value / 1e6),
        _ => format!("{:.1} GB", value / 1e9),
    }
}
