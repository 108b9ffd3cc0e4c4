//! Beginning copies: asked for, after a backup, and at each look what a target still lacks.

use std::sync::Arc;

use jiff::SignedDuration;
use waybill_engine::copies::{self, CopyRequest};
use waybill_engine::{CopyState, NewCopy, Run, RunId, RunKind, RunStatus};
use waybill_vault::Vault;

use super::StoredTarget;
use super::due::{Copyable, is_time};
use crate::Waybill;
use crate::view::{CommandError, ErrorCode, RunSummary};

/// Between two looks at what targets lack lies at least so much time: each reads the list of snapshots.
const BETWEEN: SignedDuration = SignedDuration::from_secs(55);

impl Waybill {
    /// The snapshots that would be copied to a target: the one that is named, else what it lacks, else the newest
    /// of each instance, which is then compared there.
    ///
    /// # Errors
    /// `UnknownSubject`, the failures of the vault and its password.
    pub async fn copies_wanted(
        &self,
        target: &str,
        snapshot: Option<&str>,
    ) -> Result<Vec<String>, CommandError> {
        let target = self.stored_target(target)?;
        let all = self.copyable().await?;
        if let Some(named) = snapshot {
            return Ok(vec![one(&all, named)?.id.clone()]);
        }
        let lacking = self.lacking(&target, &all)?;
        if !lacking.is_empty() {
            return Ok(lacking.into_iter().map(|one| one.id.clone()).collect());
        }
        let mut seen = std::collections::HashSet::new();
        Ok(all
            .iter()
            .filter(|one| one.by_itself && target.takes(&one.instance.id))
            .filter(|one| seen.insert(one.instance.id.clone()))
            .map(|one| one.id.clone())
            .collect())
    }

    /// Copies a snapshot to a target, as a run. One that is there is compared with what lies there.
    ///
    /// # Errors
    /// `UnknownSubject`; `AlreadyRunning` where a copy to this target goes on; the failures of the vault and its
    /// password. What fails at the target ends the run.
    pub async fn copy_start(
        &self,
        target: &str,
        snapshot: &str,
    ) -> Result<RunSummary, CommandError> {
        let target = self.stored_target(target)?;
        let all = self.copyable().await?;
        let begun = self.begin_copy(&target, one(&all, snapshot)?).await?;
        begun.ok_or_else(|| busy(&target))
    }

    /// Copies what [`Self::copies_wanted`] says, one after the other. Gives the first run; the others follow by
    /// themselves.
    ///
    /// # Errors
    /// As [`Self::copy_start`]; `UnknownSubject` where there is nothing to copy.
    pub async fn copy_now(
        &self,
        target: &str,
        snapshot: Option<&str>,
    ) -> Result<RunSummary, CommandError> {
        let mut wanted = self.copies_wanted(target, snapshot).await?.into_iter();
        let Some(first) = wanted.next() else {
            return Err(CommandError::new(
                ErrorCode::UnknownSubject,
                "There is no complete snapshot to copy there.",
            )
            .guide("Back up an instance first."));
        };
        let begun = self.copy_start(target, &first).await?;
        let rest: Vec<String> = wanted.collect();
        if !rest.is_empty() {
            let (app, target, run) = (self.clone(), target.to_owned(), begun.id.clone());
            self.shared.following.spawn(async move {
                if let Err(error) = app.copy_others(&target, &run, rest).await {
                    tracing::warn!(%error, "not all that was to be copied was");
                }
            });
        }
        Ok(begun)
    }

    async fn copy_others(
        &self,
        target: &str,
        before: &str,
        rest: Vec<String>,
    ) -> Result<(), CommandError> {
        let mut ended = self.end_of(before).await?;
        for snapshot in rest {
            if ended != RunStatus::Done {
                break;
            }
            let begun = self.copy_start(target, &snapshot).await?;
            ended = self.end_of(&begun.id).await?;
        }
        Ok(())
    }

    /// Takes up a copy that was interrupted, cancelled or failed.
    pub(crate) async fn copy_resume(&self, before: &Run) -> Result<RunSummary, CommandError> {
        let request = CopyRequest::of_run(before)
            .ok_or_else(|| CommandError::unknown("run", before.id.as_str()))?;
        let target = self
            .stored_target(&request.target)
            .map_err(|error| error.guide("The target was removed. Discard the run."))?;
        let all = self.copyable().await?;
        let wanted = all
            .iter()
            .find(|one| one.origin == request.origin)
            .ok_or_else(|| {
                CommandError::unknown("snapshot", &request.snapshot)
                    .guide("It is not in the vault any more. Discard the run.")
            })?;
        let begun = self.begin_copy(&target, wanted).await?;
        begun.ok_or_else(|| busy(&target))
    }

    /// Copies what a backup brought, and what was left before it, to all targets that take it; returns when all
    /// of that has ended. What fails is written down with its copy, and tried again by [`Self::copies_look`].
    pub(crate) async fn copies_after_backup(&self, run: &Run) {
        let Some(instance) = run.instance_id.as_deref() else {
            return;
        };
        if run.kind != RunKind::Backup || run.status != RunStatus::Done {
            return;
        }
        let mut targets = self.shared.settings.read().targets;
        targets.retain(|target| target.on && target.takes(instance));
        let mut under_way: Vec<futures::future::BoxFuture<'_, ()>> = Vec::new();
        for target in targets {
            under_way.push(Box::pin(async move {
                if let Err(error) = self.bring_up(&target, instance).await {
                    tracing::warn!(to = %target.name, %error, "a backup was not copied");
                }
            }));
        }
        futures::future::join_all(under_way).await;
    }

    /// Brings a target up to date for one instance; ends at the first failure.
    async fn bring_up(&self, target: &StoredTarget, instance: &str) -> Result<(), CommandError> {
        let all = self.copyable().await?;
        let lacking: Vec<Copyable> = self
            .lacking(target, &all)?
            .into_iter()
            .filter(|one| one.instance.id == instance)
            .cloned()
            .collect();
        for one in lacking {
            let row = self.row(target, &one)?;
            if row.is_some_and(|row| !is_time(&row, self.shared.clock.now())) {
                continue;
            }
            let begun = loop {
                if let Some(begun) = self.begin_copy(target, &one).await? {
                    break Some(begun);
                }
                self.wait_for_other(target).await?;
                let row = self.row(target, &one)?;
                if row.is_some_and(|row| row.state == CopyState::Whole) {
                    break None;
                }
            };
            let Some(begun) = begun else {
                continue;
            };
            if self.end_of(&begun.id).await? != RunStatus::Done {
                break;
            }
        }
        Ok(())
    }

    /// Begins at each target that is behind the next copy whose time has come. Returns at once; the runs go on by
    /// themselves. Whoever looks first begins it.
    pub(crate) async fn copies_look(&self) {
        let targets = self.shared.settings.read().targets;
        if targets.iter().all(|target| !target.on) || !self.shared.vault.exists() {
            return;
        }
        let now = self.shared.clock.now();
        if !self.shared.opened.may_look(now, BETWEEN) {
            return;
        }
        if let Err(error) = self.begin_due(&targets).await {
            tracing::info!(%error, "what targets lack was not looked at");
        }
    }

    async fn begin_due(&self, targets: &[StoredTarget]) -> Result<(), CommandError> {
        let all = self.copyable().await?;
        let now = self.shared.clock.now();
        for target in targets.iter().filter(|target| target.on) {
            for one in self.lacking(target, &all)? {
                let row = self.row(target, one)?;
                if row.is_some_and(|row| !is_time(&row, now)) {
                    continue;
                }
                self.begin_copy(target, one).await?;
                break;
            }
        }
        Ok(())
    }

    fn row(
        &self,
        target: &StoredTarget,
        one: &Copyable,
    ) -> Result<Option<waybill_engine::CopyRow>, CommandError> {
        let rows = self.shared.journal.copies_of(&one.origin)?;
        Ok(rows.into_iter().find(|row| row.of.target == target.id))
    }

    /// Waits until the copy has ended that goes on at a target.
    async fn wait_for_other(&self, target: &StoredTarget) -> Result<(), CommandError> {
        for row in self.shared.journal.copies_at(&target.id)? {
            if row.state == CopyState::Copying
                && matches!(
                    self.copy_run_status(&row)?,
                    Some(RunStatus::Running | RunStatus::Cancelling)
                )
            {
                self.end_of(row.of.run.as_str()).await?;
                return Ok(());
            }
        }
        // It is between two steps of its program.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        Ok(())
    }

    async fn end_of(&self, run: &str) -> Result<RunStatus, CommandError> {
        let mut watch = self.run_watch(run).await?;
        while watch.next().await.is_some() {}
        Ok(self.shared.journal.run(&RunId::named(run))?.status)
    }

    /// Begins a copy, or takes up its last try; none where a copy to this target goes on.
    async fn begin_copy(
        &self,
        target: &StoredTarget,
        one: &Copyable,
    ) -> Result<Option<RunSummary>, CommandError> {
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let earlier = self
            .row(target, one)?
            .filter(|row| row.state != CopyState::Whole);
        let earlier = match earlier {
            Some(row) => self.shared.journal.run(&row.of.run).ok(),
            None => None,
        };
        let earlier = earlier.filter(|run| run.resumable && !run.status.is_under_way());
        let request = CopyRequest {
            run: earlier
                .as_ref()
                .map_or_else(RunId::fresh, |run| run.id.clone()),
            target: target.id.clone(),
            target_name: target.name.clone(),
            origin: one.origin.clone(),
            snapshot: one.id.clone(),
            taken_at: one.taken_at,
            instance: one.instance.clone(),
            pattern: target.pattern.clone(),
            asked_by: self.shared.asked_by.clone(),
        };
        let row: NewCopy = request.row();
        let journal = &self.shared.journal;
        if !journal.take_copy(&row, self.shared.clock.now())? {
            return Ok(None);
        }
        let begun = match &earlier {
            Some(run) => journal.resume(&run.id)?,
            None => journal.begin(&request.new_run())?,
        };
        Ok(Some(self.launch_copy(
            &begun,
            request,
            target.clone(),
            vault,
        )))
    }

    fn launch_copy(
        &self,
        run: &Run,
        request: CopyRequest,
        target: StoredTarget,
        vault: Arc<Vault>,
    ) -> RunSummary {
        let app = self.clone();
        self.launch(run, |reporter, cancel| async move {
            let journal = Arc::clone(&app.shared.journal);
            let clock = app.shared.clock.clone();
            let carrier = match app.carrier(&target).await {
                Ok(carrier) => carrier,
                Err(error) => {
                    let now = clock.now();
                    let refused = copies::refuse(
                        &request,
                        &journal,
                        reporter,
                        &error.message,
                        error.guidance,
                        now,
                    );
                    if let Err(error) = refused {
                        tracing::error!(%error, "the end of a copy was not written down");
                    }
                    return;
                }
            };
            let clock: copies::Clock = Arc::new(move || clock.now());
            match copies::copy(request, carrier, vault, journal, reporter, cancel, clock).await {
                Ok(_) => {
                    if let Err(error) = app.mark_known(&target) {
                        tracing::warn!(%error, "that a target was reached was not written down");
                    }
                }
                Err(error) => tracing::warn!(%error, "a copy was not made"),
            }
        })
    }
}

/// The snapshot with this id or this beginning of it.
fn one<'a>(all: &'a [Copyable], named: &str) -> Result<&'a Copyable, CommandError> {
    all.iter()
        .find(|one| !named.is_empty() && one.id.starts_with(named))
        .ok_or_else(|| {
            CommandError::unknown("snapshot", named)
                .guide("Only snapshots that Waybill took and confirmed can be copied.")
        })
}

fn busy(target: &StoredTarget) -> CommandError {
    CommandError::new(
        ErrorCode::AlreadyRunning,
        format!("A copy to `{}` goes on.", target.name),
    )
    .guide("Wait until it has ended, or cancel it under Activity.")
    .retryable(true)
}
