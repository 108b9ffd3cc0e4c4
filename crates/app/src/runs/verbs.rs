//! What a person can do with runs: start a backup, look, cancel, resume, give up.

use std::sync::Arc;

use waybill_client::Client;
use waybill_engine::haul::haul_steps;
use waybill_engine::{
    CallWatch, CaptureRequest, InstanceStamp, Reading, Run, RunId, RunKind, RunStatus, Selection,
    capture_ahead, discard,
};
use waybill_vault::Vault;

use super::view::{item, line, step, summary};
use crate::settings::StoredInstance;
use crate::view::{CommandError, ErrorCode, RunDetail, RunSummary, SelectionView};
use crate::{AppEvent, Waybill};

/// So many runs are listed at most.
pub(super) const LISTED: u32 = 500;

impl Waybill {
    /// Backs up an instance, or a choice of its artifacts. The first backup makes the vault.
    ///
    /// # Errors
    /// Before anything runs: `UnknownSubject`, `AlreadyRunning`, `SecretMissing`, the failures of
    /// the place for secrets and of the vault. Later failures end the run.
    pub async fn backup_start(
        &self,
        instance: &str,
        selection: SelectionView,
        note: Option<String>,
    ) -> Result<RunSummary, CommandError> {
        let by = self.shared.asked_by.clone();
        self.backup_asked_by(instance, selection, note, &by).await
    }

    /// The same in another's name.
    pub(crate) async fn backup_asked_by(
        &self,
        instance: &str,
        selection: SelectionView,
        note: Option<String>,
        asked_by: &str,
    ) -> Result<RunSummary, CommandError> {
        let instance = self.stored_instance(instance)?;
        self.refuse_while_running(&instance)?;
        chosen(&selection)?;
        let selection = match selection {
            SelectionView::Everything => Selection::Everything,
            SelectionView::Kinds { kinds } => Selection::Kinds(kinds),
            SelectionView::Only { ids } => Selection::Only(ids),
        };
        let client = self.client_of(&instance).await?;
        let located = self.located(&instance)?;
        // The service answers while the vault's key is derived.
        let reading = Reading::start(client.clone());
        let vault = self.shared.vault.open_or_make(&self.shared.secrets).await?;
        let request = CaptureRequest {
            run: RunId::fresh(),
            instance: stamp(&located),
            selection,
            asked_by: asked_by.to_owned(),
            note: note
                .map(|note| note.trim().to_owned())
                .filter(|note| !note.is_empty()),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let run = self.shared.journal.begin(&request.new_run())?;
        self.audit("backup started", &instance.name)?;
        Ok(self.launch_capture(&run, request, client, vault, Some(reading)))
    }

    /// Takes a snapshot of these artifacts as a run of this name, which somebody has written down before.
    ///
    /// # Errors
    /// As [`Self::backup_start`].
    pub(crate) async fn capture_as(
        &self,
        run: RunId,
        instance: &StoredInstance,
        ids: Vec<waybill_model::ArtifactId>,
        note: String,
    ) -> Result<RunSummary, CommandError> {
        self.refuse_while_running(instance)?;
        let client = self.client_of(instance).await?;
        let vault = self.shared.vault.open_or_make(&self.shared.secrets).await?;
        let request = CaptureRequest {
            run,
            instance: stamp(&self.located(instance)?),
            selection: Selection::Only(ids),
            asked_by: self.shared.asked_by.clone(),
            note: Some(note),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let run = self.shared.journal.begin(&request.new_run())?;
        Ok(self.launch_capture(&run, request, client, vault, None))
    }

    /// Takes up a backup, a change, a move, a clone or a copy that was interrupted, cancelled, or failed in a way that may pass.
    ///
    /// # Errors
    /// As [`Self::backup_start`]; `BadInput` for a run that cannot be taken up again.
    pub async fn run_resume(&self, run: &str) -> Result<RunSummary, CommandError> {
        let id = RunId::named(run);
        let before = self.shared.journal.run(&id)?;
        if before.kind == RunKind::Change {
            return self.change_resume(&before).await;
        }
        if before.kind == RunKind::Move {
            return self.haul_resume(&before).await;
        }
        if before.kind == RunKind::Clone {
            return self.clone_resume(&before).await;
        }
        if before.kind == RunKind::Copy {
            return self.copy_resume(&before).await;
        }
        let request = CaptureRequest::of_run(&before).filter(|_| before.kind == RunKind::Backup);
        let Some(request) = request else {
            return Err(CommandError::new(
                ErrorCode::BadInput,
                "Only a backup, a change, a move, a clone or a copy can be resumed.",
            )
            .guide("Start it again."));
        };
        let instance = self.stored_instance(&request.instance.id).map_err(|_| {
            CommandError::unknown("instance", &request.instance.name)
                .guide("The instance was removed. Discard the run, or add the instance and back it up anew.")
        })?;
        if !is_same_place(&request.instance, &instance) {
            return Err(CommandError::new(
                ErrorCode::BadInput,
                format!("`{}` has another address than when this backup began.", instance.name),
            )
            .guide("Discard the run, and back the instance up anew: what was fetched came from another place."));
        }
        self.refuse_while_running(&instance)?;
        let client = self.client_of(&instance).await?;
        let vault = self.shared.vault.open_or_make(&self.shared.secrets).await?;
        let resumed = self.shared.journal.resume(&id)?;
        self.audit("backup resumed", &instance.name)?;
        Ok(self.launch_capture(&resumed, request, client, vault, None))
    }

    fn launch_capture(
        &self,
        run: &Run,
        request: CaptureRequest,
        client: Client,
        vault: Arc<Vault>,
        reading: Option<Reading>,
    ) -> RunSummary {
        let journal = Arc::clone(&self.shared.journal);
        let clients = Arc::clone(&self.shared.clients);
        let instance = request.instance.id.clone();
        self.launch(run, |reporter, cancel| async move {
            let watch = CallWatch::new(
                Arc::clone(&reporter),
                Arc::clone(&journal),
                request.run.clone(),
            );
            let _heard = clients.listen(&instance, Arc::new(watch));
            let kept = Arc::clone(&journal);
            let captured =
                capture_ahead(request, client, vault, journal, reporter, cancel, reading);
            match captured.await {
                // Whatever kept its catalogue from being read before is over.
                Ok(_) => {
                    if let Err(error) = kept.set_fact(&format!("problem/{instance}"), "") {
                        tracing::warn!(%error, "a problem that is over could not be taken back");
                    }
                }
                Err(error) => tracing::warn!(%error, "a backup ended without a snapshot"),
            }
        })
    }

    /// Asks a run to stop at the next safe point.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` if it has ended, or another program runs it.
    pub async fn run_cancel(&self, run: &str) -> Result<RunSummary, CommandError> {
        let id = RunId::named(run);
        let known = self.shared.journal.run(&id)?;
        if !known.status.is_under_way() {
            return Ok(summary(&known));
        }
        let Some(live) = self.shared.runs.find(run) else {
            return Err(CommandError::new(
                ErrorCode::BadInput,
                "This run belongs to another Waybill on this computer.",
            )
            .guide("Cancel it where it was started: in its window, or with Ctrl+C in its terminal.")
            .with("run", run));
        };
        live.cancel.cancel();
        let journal = Arc::clone(&self.shared.journal);
        let cancelling = tokio::task::spawn_blocking(move || {
            journal.set_cancelling(&id)?;
            journal.run(&id)
        })
        .await
        .map_err(CommandError::internal)??;
        let cancelling = summary(&cancelling);
        self.tell(AppEvent::RunsChanged(cancelling.clone()));
        Ok(cancelling)
    }

    /// Gives up a run that could be resumed, and deletes what it had fetched.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` if it cannot be resumed anyway.
    pub async fn run_discard(&self, run: &str) -> Result<RunSummary, CommandError> {
        let id = RunId::named(run);
        let opened = if self.shared.vault.exists() {
            self.shared.vault.open(&self.shared.secrets).await
        } else {
            Err(CommandError::internal("there is no vault"))
        };
        let discarded = match opened {
            Ok(vault) => {
                let journal = Arc::clone(&self.shared.journal);
                tokio::task::spawn_blocking(move || discard(&id, &vault, &journal))
                    .await
                    .map_err(CommandError::internal)??
            }
            // What is staged is encrypted; it only takes room until the vault opens again.
            Err(error) => {
                tracing::info!("what a run had fetched stays for now: {error}");
                self.shared.journal.discard(&id)?
            }
        };
        self.discard_before(&discarded).await;
        self.audit("run discarded", run)?;
        let discarded = summary(&discarded);
        self.tell(AppEvent::RunsChanged(discarded.clone()));
        Ok(discarded)
    }

    /// The snapshot that a change had begun to take is of no more use than the change.
    async fn discard_before(&self, change: &Run) {
        if !matches!(change.kind, RunKind::Change | RunKind::Move) {
            return;
        }
        let before = RunId::named(&format!("{}-before", change.id));
        let Ok(vault) = self.shared.vault.open(&self.shared.secrets).await else {
            return;
        };
        let journal = Arc::clone(&self.shared.journal);
        let given_up = tokio::task::spawn_blocking(move || {
            let is_left = journal.run(&before).is_ok_and(|run| run.resumable);
            is_left.then(|| discard(&before, &vault, &journal))
        });
        if let Ok(Some(Err(error))) = given_up.await {
            tracing::warn!(%error, "what a change had begun to keep could not be removed");
        }
    }

    /// The runs, newest first, at most 500.
    pub async fn runs(&self) -> Result<Vec<RunSummary>, CommandError> {
        let journal = Arc::clone(&self.shared.journal);
        let runs = tokio::task::spawn_blocking(move || journal.runs(LISTED))
            .await
            .map_err(CommandError::internal)??;
        // What a change kept before it is told with the change; alone only where it did not end well.
        let shown = runs
            .iter()
            .filter(|run| !(run.id.keeps_before_a_change() && run.status == RunStatus::Done));
        Ok(shown.map(summary).collect())
    }

    /// One run with its artifacts and its log.
    ///
    /// # Errors
    /// `UnknownSubject`.
    pub async fn run_detail(&self, run: &str) -> Result<RunDetail, CommandError> {
        let journal = Arc::clone(&self.shared.journal);
        let id = RunId::named(run);
        // Reading thousands of rows takes its time.
        tokio::task::spawn_blocking(move || {
            Ok(RunDetail {
                summary: summary(&journal.run(&id)?),
                items: journal.items(&id)?.into_iter().map(item).collect(),
                steps: haul_steps(&journal, &id)?.into_iter().map(step).collect(),
                log: journal.lines(&id)?.into_iter().map(line).collect(),
            })
        })
        .await
        .map_err(CommandError::internal)?
    }

    /// # Errors
    /// `AlreadyRunning` while a run of the instance is under way in this process.
    pub(crate) fn refuse_while_running(
        &self,
        instance: &StoredInstance,
    ) -> Result<(), CommandError> {
        // One that has ended in the journal is about to leave: nobody need wait for that.
        let runs = self.shared.runs.of(&instance.id);
        let goes_on = |run: &String| {
            let known = self.shared.journal.run(&RunId::named(run));
            known.is_ok_and(|run| run.ended_at.is_none())
        };
        if !runs.iter().any(goes_on) {
            return Ok(());
        }
        Err(CommandError::new(
            ErrorCode::AlreadyRunning,
            format!("A run of `{}` is under way.", instance.name),
        )
        .guide("Watch it under Activity, or cancel it there.")
        .with("instance", &instance.name))
    }
}

/// Refuses a choice of nothing.
pub(crate) fn chosen(selection: &SelectionView) -> Result<(), CommandError> {
    let nothing = match selection {
        SelectionView::Everything => false,
        SelectionView::Kinds { kinds } => kinds.is_empty(),
        SelectionView::Only { ids } => ids.is_empty(),
    };
    if nothing {
        return Err(CommandError::field(
            "selection",
            "Nothing was chosen to back up.",
        ));
    }
    Ok(())
}

/// Whether the saved instance still is the one that was stamped. A practice instance always is: its
/// address changes with each start.
pub(crate) fn is_same_place(stamped: &InstanceStamp, instance: &StoredInstance) -> bool {
    instance.practice || stamped.is_same_place(&stamp(instance))
}

pub(crate) fn stamp(instance: &StoredInstance) -> InstanceStamp {
    InstanceStamp {
        id: instance.id.clone(),
        name: instance.name.clone(),
        environment: instance.environment,
        generation: instance.generation,
        address: instance.address.clone(),
        instance_name: instance.instance_name.clone(),
    }
}
