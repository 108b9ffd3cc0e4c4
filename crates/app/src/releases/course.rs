//! Bringing a release on, stage by stage, until it can be promoted or a person has to read something. Each stage
//! looks first at what an earlier attempt left: a run that was cut off is taken up, one that ended is not made
//! again.

use std::collections::BTreeSet;

use serde_json::json;
use tokio_util::sync::CancellationToken;
use waybill_engine::{Release, ReleaseStage as Stage, Run, RunId, RunStatus, SnapshotStatus};
use waybill_model::{ArtifactId, ArtifactKind, Catalogue};

use super::looked::{Exported, look};
use super::stored::{Detail, deployment, detail, kept, name};
use crate::Waybill;
use crate::places::blocking;
use crate::settings::StoredInstance;
use crate::view::{CommandError, ErrorCode, FindingSeverity, ReleaseView, WorkProgress};

/// Told what is being done.
pub(super) type OnProgress<'a> = &'a (dyn Fn(WorkProgress) + Send + Sync);

impl Waybill {
    /// Brings a release on: makes its deployment, exports it, looks it through, pushes it. Ends where it is ready
    /// to be promoted, or where a person has to read what was found. Again after a failure, it goes on where it
    /// was.
    ///
    /// # Errors
    /// `UnknownSubject`; `AlreadyRunning`; `ReadOnly` and `ChangeBlocked` where the deployment may not be made;
    /// `Cancelled`; the failures of the instance, the vault and the repository. They are kept with the release.
    pub async fn release_go_on(
        &self,
        id: &str,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<ReleaseView, CommandError> {
        loop {
            let row = self.release_row(id).await?;
            let told = detail(&row)?;
            let ended = match row.stage {
                Stage::Deploying => self.deploy(&row, &told, progress).await,
                Stage::Exporting => self.export(&row, &told, progress, &cancel).await,
                Stage::Checking => {
                    if stands(&told) {
                        return self.release_shown(&row).await;
                    }
                    self.release_checked(&row, &told).await
                }
                Stage::Pushing => self.push_release(&row, &told, progress, &cancel).await,
                Stage::Ready | Stage::GivenUp => return self.release_shown(&row).await,
            };
            if let Err(error) = ended {
                return Err(self.release_failed(&row, told, error).await);
            }
        }
    }

    /// Says that a warning was read, or all warnings of this rule.
    ///
    /// # Errors
    /// `UnknownSubject` where there is none of this rule; as [`Waybill::release`].
    pub async fn release_acknowledge(
        &self,
        id: &str,
        rule: &str,
    ) -> Result<ReleaseView, CommandError> {
        let mut row = self.release_row(id).await?;
        let mut told = detail(&row)?;
        let at = format!("{:.0}", self.shared.clock.now());
        let mut found = false;
        for finding in &mut told.findings {
            if finding.rule == rule && finding.severity == FindingSeverity::Warning {
                found = true;
                finding
                    .read_by
                    .get_or_insert_with(|| self.shared.asked_by.clone());
                finding.read_at.get_or_insert_with(|| at.clone());
            }
        }
        if !found {
            return Err(CommandError::unknown("warning", rule)
                .guide("Look at the findings of this release."));
        }
        row.detail = kept(&told);
        self.release_advance(&row, row.stage).await?;
        self.release_shown(&row).await
    }

    /// The stage after the checks: nothing stands against it any more.
    async fn release_checked(&self, row: &Release, told: &Detail) -> Result<(), CommandError> {
        let next = if told.target.is_some() {
            Stage::Pushing
        } else {
            Stage::Ready
        };
        self.brought_on(row, told.clone(), next).await
    }

    /// Takes the snapshot that holds the release, and looks it through.
    async fn export(
        &self,
        row: &Release,
        told: &Detail,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<(), CommandError> {
        let instance = self.stored_instance(&row.instance_id)?;
        progress(doing(format!("Exporting {}", told.deployment)));
        let earlier = self.shared.journal.run(&row.run).ok();
        let done = earlier
            .as_ref()
            .is_some_and(|run| run.status == RunStatus::Done && run.snapshot.is_some());
        if !done {
            let run = match earlier {
                Some(run) if run.status.is_under_way() => return Err(goes_on(row, &run)),
                Some(run) if run.resumable && run.status != RunStatus::Discarded => {
                    self.run_resume(run.id.as_str()).await?.id
                }
                earlier => {
                    let row = self.with_fresh_run(row, earlier.is_some(), false).await?;
                    let ids = self.of_release(&row, told, &instance).await?;
                    let note = format!("Release {}: {}", name(row.id), told.name);
                    self.capture_as(row.run, &instance, ids, note).await?.id
                }
            };
            self.ended_well(&run).await?;
        }
        if cancel.is_cancelled() {
            return Err(cancelled());
        }
        let mut row = self.release_row(&name(row.id)).await?;
        let run = self.shared.journal.run(&row.run)?;
        let snapshot = run.snapshot.clone().ok_or_else(|| {
            CommandError::internal("the run that exported the release names no snapshot")
        })?;
        progress(doing("Looking through what was exported".to_owned()));
        let mut told = told.clone();
        self.look_through(&row, &mut told, &snapshot, &instance)
            .await?;
        row.snapshot = Some(snapshot);
        self.brought_on(&row, told, Stage::Checking).await
    }

    /// What the snapshot of a release holds: the deployment, its integrations, and what they need of their
    /// project. What they need beside it is looked for in each destination.
    async fn of_release(
        &self,
        row: &Release,
        told: &Detail,
        instance: &StoredInstance,
    ) -> Result<Vec<ArtifactId>, CommandError> {
        let client = self.client_of(instance).await?;
        let live = self.read_lists(instance, &client, &|_| {}).await?;
        let id = deployment(row, told);
        if live.catalogue.get(&id).is_none() {
            return Err(CommandError::unknown("deployment", &told.deployment)
                .guide("Somebody has deleted it. Begin another release."));
        }
        Ok(needed(&live.catalogue, &id))
    }

    async fn look_through(
        &self,
        row: &Release,
        told: &mut Detail,
        snapshot: &str,
        instance: &StoredInstance,
    ) -> Result<(), CommandError> {
        let place = self.open_snapshot(snapshot).await?;
        let catalogue = self.known_catalogue(instance).await?;
        let id = deployment(row, told);
        let complete = place.status() == SnapshotStatus::Complete;
        let unread: Vec<String> = place
            .manifest()
            .unread
            .iter()
            .map(|unread| unread.reason.clone())
            .collect();
        let subject = id.clone();
        let (stamp, bytes) = blocking(move || place.bytes(&subject)).await?;
        told.sha256 = Some(stamp.sha256);
        told.bytes = Some(stamp.size);
        let exported = Exported {
            deployment: id,
            integrations: told.integrations.clone(),
            complete,
            unread,
        };
        let findings = tokio::task::spawn_blocking(move || look(&exported, &bytes, &catalogue))
            .await
            .map_err(CommandError::internal)?;
        told.findings = findings;
        Ok(())
    }

    /// Waits for a run of the release, and tells how it ended where it did not end well.
    pub(super) async fn ended_well(&self, run: &str) -> Result<(), CommandError> {
        let run = self.run_end(run).await?;
        if run.status == RunStatus::Done {
            return Ok(());
        }
        let code = match run.status {
            RunStatus::Cancelled => ErrorCode::Cancelled,
            RunStatus::Partial => ErrorCode::ArtifactLocked,
            _ => ErrorCode::ServiceFailed,
        };
        let words = run
            .headline
            .clone()
            .unwrap_or_else(|| "A run of the release did not come to its end.".to_owned());
        let error = CommandError::new(code, words).with("run", &run.id);
        Err(match run.guidance {
            Some(guidance) => error.guide(guidance),
            None => error.guide("Go on with the release once the cause is over."),
        })
    }

    /// How a run ended. It goes on by itself; this waits for it.
    pub(super) async fn run_end(&self, run: &str) -> Result<Run, CommandError> {
        let mut watch = self.run_watch(run).await?;
        while watch.next().await.is_some() {}
        Ok(self.shared.journal.run(&RunId::named(run))?)
    }

    /// Gives the next run of a stage a name, where an earlier one has used its own up.
    pub(super) async fn with_fresh_run(
        &self,
        row: &Release,
        used: bool,
        change: bool,
    ) -> Result<Release, CommandError> {
        let mut row = row.clone();
        if used {
            if change {
                row.change_run = RunId::fresh();
            } else {
                row.run = RunId::fresh();
            }
            self.release_advance(&row, row.stage).await?;
        }
        Ok(row)
    }

    /// Writes down that a stage has come to its end.
    pub(super) async fn brought_on(
        &self,
        row: &Release,
        mut told: Detail,
        next: Stage,
    ) -> Result<(), CommandError> {
        told.problem = None;
        told.guidance = None;
        let mut now = row.clone();
        now.detail = kept(&told);
        now.stage = next;
        self.release_advance(&now, row.stage).await?;
        if next == Stage::Ready {
            let details = json!({
                "project": row.project,
                "build": row.build,
                "sha256": told.sha256,
                "reference": told.pushed.as_ref().map(|pushed| &pushed.reference),
            });
            self.audit_with("release ready", &name(row.id), &details)?;
        }
        Ok(())
    }

    /// Keeps with the release why it did not go on.
    async fn release_failed(
        &self,
        row: &Release,
        mut told: Detail,
        error: CommandError,
    ) -> CommandError {
        told.problem = Some(error.message.clone());
        told.guidance.clone_from(&error.guidance);
        let kept_now = async {
            let mut now = self.release_row(&name(row.id)).await?;
            // Its findings and runs may be newer than what was seen before the stage began.
            let mut newest = detail(&now)?;
            newest.problem = told.problem;
            newest.guidance = told.guidance;
            now.detail = kept(&newest);
            self.release_advance(&now, now.stage).await
        };
        if let Err(unkept) = kept_now.await {
            tracing::warn!(%unkept, "why a release did not go on was not written down");
        }
        error.with("release", name(row.id))
    }
}

/// Whether what was found keeps a release from going on: something that blocks, or warnings that nobody has read.
pub(super) fn stands(told: &Detail) -> bool {
    told.findings.iter().any(|one| match one.severity {
        FindingSeverity::Blocking => true,
        FindingSeverity::Warning => one.read_by.is_none(),
        FindingSeverity::Note => false,
    })
}

/// A deployment with its integrations and what they need in the same project.
fn needed(catalogue: &Catalogue, deployment: &ArtifactId) -> Vec<ArtifactId> {
    let of = |id: &ArtifactId| {
        let own = catalogue.get(id).into_iter();
        own.flat_map(|own| &own.dependencies)
            .map(|need| catalogue.meant(&need.id))
            .filter(|need| need.scope == deployment.scope)
            .collect::<Vec<_>>()
    };
    let mut all = BTreeSet::from([deployment.clone()]);
    for member in of(deployment) {
        let needs = of(&member).into_iter().filter(|need| {
            matches!(need.kind, ArtifactKind::Connection | ArtifactKind::Lookup)
                && catalogue.get(need).is_some()
        });
        all.extend(needs);
        all.insert(member);
    }
    all.into_iter().collect()
}

pub(super) fn doing(doing: String) -> WorkProgress {
    WorkProgress {
        doing,
        done: 0,
        total: None,
    }
}

pub(super) fn cancelled() -> CommandError {
    CommandError::new(ErrorCode::Cancelled, "Cancelled. What was done stays.")
        .guide("Go on with the release to take it up where it is.")
}

pub(super) fn goes_on(row: &Release, run: &Run) -> CommandError {
    CommandError::new(
        ErrorCode::AlreadyRunning,
        format!("A run of {} goes on.", name(row.id)),
    )
    .guide("Wait until it has ended; Activity shows it.")
    .retryable(true)
    .with("run", &run.id)
}

#[cfg(test)]
mod tests {
    use waybill_model::{Artifact, Dependency};

    use super::*;

    fn artifact(text: &str, needs: &[(&str, &str)]) -> Artifact {
        let mut artifact = Artifact::named(text.parse().unwrap(), text);
        artifact.dependencies = needs
            .iter()
            .map(|(id, role)| Dependency {
                id: id.parse().unwrap(),
                role: (*role).to_owned(),
            })
            .collect();
        artifact
    }

    #[test]
    fn a_release_holds_what_its_integrations_need_of_their_project_and_nothing_beside() {
        let catalogue = Catalogue::new(
            "",
            vec![
                artifact(
                    "HR/deployment:D",
                    &[("HR/integration:A|01.00.0000", "member")],
                ),
                artifact(
                    "HR/integration:A|01.00.0000",
                    &[
                        ("HR/connection:OWN", "invoke"),
                        ("HR/connection:SHARED", "invoke"),
                        ("HR/integration:B|01.00.0000", "calls"),
                        ("HR/lookup:T", "lookup"),
                    ],
                ),
                artifact("HR/integration:B|01.00.0000", &[]),
                artifact("HR/connection:OWN", &[]),
                artifact("HR/lookup:T", &[]),
                artifact("connection:SHARED", &[]),
            ],
            vec![],
        );
        let ids: Vec<String> = needed(&catalogue, &"HR/deployment:D".parse().unwrap())
            .iter()
            .map(ToString::to_string)
            .collect();
        let mut wanted = vec![
            "HR/connection:OWN",
            "HR/deployment:D",
            "HR/integration:A|01.00.0000",
            "HR/lookup:T",
        ];
        let mut found: Vec<&str> = ids.iter().map(String::as_str).collect();
        wanted.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, wanted);
    }
}
