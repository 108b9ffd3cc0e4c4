//! A snapshot restored into an instance, by a waybill like any other, and compared with what arrived there.

use std::collections::BTreeSet;
use std::sync::Arc;

use waybill_engine::{LogWeight, Recorder, RunPhase};
use waybill_model::ArtifactId;

use super::restore::{Found, Proving, can_be_put_back, ids};
use crate::settings::StoredInstance;
use crate::view::{
    ActivatePolicy, CommandError, ConnectionsPolicy, ErrorCode, ExistingPolicy, FindingSeverity,
    MoveEdit, MovePlan, MovePolicies, PlaceRef, ReportResult, RunStatus, SchedulesPolicy, Verdict,
};

/// So often a plan is made again without what stands against it.
const ROUNDS: usize = 4;

impl Proving {
    pub(super) async fn proved_in_instance(
        &self,
        instance: &StoredInstance,
        recorder: &Arc<Recorder>,
    ) -> Result<Found, CommandError> {
        let chosen = ids(&self.chosen(can_be_put_back));
        if chosen.is_empty() {
            return Err(CommandError::new(
                ErrorCode::UnknownSubject,
                "The snapshot holds no integration, lookup or library outside projects, so there is nothing that could be put back by itself.",
            )
            .guide("Restore it into a folder to prove it."));
        }
        let from = PlaceRef::Snapshot {
            id: self.place.record().id.clone(),
        };
        let edit = MoveEdit {
            name: Some(format!(
                "Restore proof of {}",
                self.place.manifest().instance.name
            )),
            from: Some(from.clone()),
            to: Some(instance.id.clone()),
            chosen: Some(chosen.clone()),
            policies: Some(MovePolicies {
                existing: ExistingPolicy::Replace,
                activate: ActivatePolicy::None,
                schedules: SchedulesPolicy::Stop,
                connections: ConnectionsPolicy::Keep,
                ..MovePolicies::default()
            }),
            ..MoveEdit::default()
        };
        let begun = self.app.move_new(edit).await?;
        let id = begun.summary.id.clone();
        let found = self.moved(&id, chosen, instance, &from, recorder).await;
        // Its run and its report stay.
        if let Err(error) = self.app.move_delete(&id).await {
            tracing::info!(%error, "the waybill of a restore proof stays");
        }
        found
    }

    async fn moved(
        &self,
        id: &str,
        mut chosen: Vec<ArtifactId>,
        instance: &StoredInstance,
        from: &PlaceRef,
        recorder: &Arc<Recorder>,
    ) -> Result<Found, CommandError> {
        recorder.phase(RunPhase::Reading)?;
        let mut found = Found::default();
        let plan = self.planned(id, &mut chosen, &mut found).await?;
        if !plan.empty {
            recorder.phase(RunPhase::Changing)?;
            self.ran(id, recorder, &mut found).await?;
        }
        recorder.phase(RunPhase::Verifying)?;
        let there = PlaceRef::Instance {
            id: instance.id.clone(),
        };
        let view = self
            .app
            .compare(from, &there, true, &|_| {}, self.cancel.clone())
            .await?;
        let wanted: BTreeSet<&ArtifactId> = chosen.iter().collect();
        let mut seen = 0;
        for row in view.rows.iter().filter(|row| wanted.contains(&row.id)) {
            seen += 1;
            let wrong = match row.verdict {
                Verdict::Same | Verdict::Environment => None,
                Verdict::OnlyLeft => Some("did not arrive".to_owned()),
                Verdict::OnlyRight => Some("is not in the snapshot".to_owned()),
                Verdict::Different => Some(format!("is another one there: {}", row.summary)),
                Verdict::NotCompared => Some(format!("could not be compared: {}", row.summary)),
            };
            if let Some(wrong) = wrong {
                found
                    .problems
                    .push(format!("{} {}: {wrong}.", row.name, row.id));
            }
        }
        if seen < wanted.len() {
            found.problems.push(format!(
                "{} of the artifacts could not be looked at afterwards.",
                wanted.len() - seen
            ));
        }
        found.artifacts = chosen.len();
        found.files = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
        found.bytes = self
            .place
            .manifest()
            .artifacts
            .iter()
            .filter(|entry| wanted.contains(&entry.id))
            .map(|entry| entry.main_file().size)
            .sum();
        Ok(found)
    }

    /// Plans without what this instance does not take, and says what that is.
    async fn planned(
        &self,
        id: &str,
        chosen: &mut Vec<ArtifactId>,
        found: &mut Found,
    ) -> Result<MovePlan, CommandError> {
        for _ in 0..ROUNDS {
            let mut plan = self
                .app
                .move_plan(id, true, &|_| {}, self.cancel.clone())
                .await?;
            if !plan.blocked {
                for one in plan.findings.clone() {
                    if one.severity == FindingSeverity::Warning && one.read_by.is_none() {
                        plan = self
                            .app
                            .move_acknowledge(id, &one.rule, one.subject.as_ref(), true)
                            .await?;
                    }
                }
                return Ok(plan);
            }
            let blocking = plan
                .findings
                .iter()
                .filter(|one| one.severity == FindingSeverity::Blocking);
            let before = chosen.len();
            for one in blocking.clone() {
                if let Some(subject) = &one.subject
                    && let Some(at) = chosen.iter().position(|id| id == subject)
                {
                    chosen.remove(at);
                    found.left.push(format!("Not tried: {}", one.text));
                }
            }
            if chosen.is_empty() || chosen.len() == before {
                let words = blocking
                    .map(|one| one.text.clone())
                    .next()
                    .unwrap_or_default();
                return Err(CommandError::new(
                    ErrorCode::ChangeBlocked,
                    format!("The snapshot cannot be restored there: {words}"),
                )
                .guide("Put that right in the instance, or restore into a folder to prove the snapshot."));
            }
            let edit = MoveEdit {
                chosen: Some(chosen.clone()),
                ..MoveEdit::default()
            };
            self.app.move_edit(id, edit).await?;
        }
        Err(CommandError::new(
            ErrorCode::ChangeBlocked,
            "The snapshot cannot be restored there: too much stands against it.",
        )
        .guide("Plan a move from the snapshot to see what it is."))
    }

    async fn ran(
        &self,
        id: &str,
        recorder: &Arc<Recorder>,
        found: &mut Found,
    ) -> Result<(), CommandError> {
        let run = self.app.move_run(id, None).await?;
        recorder.line(
            LogWeight::Note,
            format!("Restored by {id}: the run and its report stand under Activity."),
            None,
        )?;
        let mut watch = self.app.run_watch(&run.id).await?;
        let mut asked = false;
        loop {
            tokio::select! {
                message = watch.next() => match message {
                    Some(message) => recorder.count(|counts| {
                        let done = message.steps.iter().filter(|step| step.took_ms.is_some());
                        counts.fetched = counts.fetched.max(u32::try_from(done.count()).unwrap_or(0));
                    }),
                    None => break,
                },
                () = self.cancel.cancelled(), if !asked => {
                    asked = true;
                    self.app.run_cancel(&run.id).await?;
                }
            }
        }
        let report = self.app.report(&run.id).await?;
        if report.run.status == RunStatus::Cancelled {
            return Err(CommandError::new(
                ErrorCode::Cancelled,
                "The restore proof was cancelled.",
            ));
        }
        for row in &report.rows {
            if !matches!(row.result, ReportResult::Done | ReportResult::Kept) {
                let why = row.why.as_deref().unwrap_or(&row.words);
                found
                    .problems
                    .push(format!("{} {}: {why}", row.name, row.id));
            }
        }
        if found.problems.is_empty()
            && !matches!(report.run.status, RunStatus::Done | RunStatus::Partial)
        {
            return Err(CommandError::new(
                ErrorCode::ChangeBlocked,
                report
                    .run
                    .headline
                    .unwrap_or_else(|| "The run of the restore proof did not end well.".to_owned()),
            )
            .guide(
                report
                    .run
                    .guidance
                    .unwrap_or_else(|| "Look at that run under Activity.".to_owned()),
            ));
        }
        Ok(())
    }
}
