//! Making a change, step by step: written down, sent, looked at.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use waybill_client::{Client, Error};
use waybill_model::Catalogue;
use waybill_vault::Vault;

use super::deed::{Secrets, plan_change};
use super::keep::{self, keep};
use super::plan::{Facts, Plan, Severity};
use super::record::Ended;
use super::request::ChangeRequest;
use super::settle::SettlePatience;
use super::step::Deed;
use super::words::Stop;
use super::writer::{WritePermit, Writer};
use crate::catalogue::read_catalogue;
use crate::error::Result;
use crate::journal::{Journal, LogWeight, Run, RunPhase, Step, StepState};
use crate::needs;
use crate::progress::Reporter;
use crate::recorder::Recorder;

/// Everything that a change is made with.
pub struct ChangeWork {
    /// What is asked for.
    pub request: ChangeRequest,
    /// The plan that a person agreed to; a change that is taken up again has it in the journal, or is
    /// planned anew.
    pub plan: Option<Plan>,
    /// The values of the secrets that change. Not kept: a change that is taken up again has none.
    pub secrets: Secrets,
    /// The instance.
    pub client: Client,
    /// Its catalogue, as last read.
    pub catalogue: Catalogue,
    /// Where the artifact is kept before it is changed; a test of a connection needs none.
    pub vault: Option<Arc<Vault>>,
    /// The journal.
    pub journal: Arc<Journal>,
    /// Who is told.
    pub reporter: Arc<dyn Reporter>,
    /// Asks the change to stop at the next safe point.
    pub cancel: CancellationToken,
    /// Asked before each write.
    pub permit: Arc<dyn WritePermit>,
    /// How long the instance is waited for.
    pub patience: SettlePatience,
}

/// Makes a change. Takes it up again if the journal knows the run already.
///
/// The run is begun, written down and ended in the journal and in the audit log, whatever the result.
/// Dropping the future ends it as the death of the process would: the run is interrupted, and taking
/// it up again looks at the instance first.
///
/// # Errors
/// `AlreadyRunning`, `NotResumable` and `Journal` before anything is done. Afterwards the run that is
/// returned says how it ended.
pub async fn make_change(work: ChangeWork) -> Result<Run> {
    let recorder = Recorder::take(
        Arc::clone(&work.journal),
        Arc::clone(&work.reporter),
        &work.request.new_run(),
    )?;
    let steps = work.journal.steps(&work.request.run)?;
    let writer = Writer::new(&work.client, Arc::clone(&work.permit));
    let looking = work.client.with_cancellation(work.cancel.clone());
    let making = Making {
        secrets: work.secrets.clone(),
        work,
        recorder,
        writer,
        looking,
    };
    making.audit("begun", &Facts::new(), None, "")?;
    let mut ended = Ended::default();
    let result = Box::pin(making.run(steps, &mut ended)).await;
    making.conclude(result, &ended)
}

/// A change that is being made.
pub(super) struct Making {
    pub work: ChangeWork,
    pub secrets: Secrets,
    pub recorder: Recorder,
    pub writer: Writer,
    /// Looks end when the run is cancelled; writes do not.
    pub looking: Client,
}

impl Making {
    async fn run(&self, steps: Vec<Step>, ended: &mut Ended) -> std::result::Result<(), Stop> {
        self.phase(RunPhase::Preparing)?;
        let resumed = !steps.is_empty();
        let steps = if resumed {
            self.note("Taken up again: the instance is looked at first, and what is done is not done again.")?;
            steps
        } else {
            self.prepare(ended).await?
        };
        for step in steps {
            let member = |name: &str| step.detail.get(name).cloned().unwrap_or_default();
            let deed = Deed {
                change: serde_json::from_value(member("change")).map_err(|error| {
                    Stop::failed(
                        format!("The journal holds a step that cannot be understood: {error}."),
                        "Give the run up, and make the change anew.",
                    )
                })?,
                before: serde_json::from_value(member("before")).unwrap_or_default(),
                step: step.clone(),
            };
            ended.name = deed.before.get("name").cloned().unwrap_or_default();
            ended.before.clone_from(&deed.before);
            ended.undo = serde_json::from_value(member("undo")).unwrap_or_default();
            ended.snapshot = serde_json::from_value(member("snapshot")).unwrap_or_default();
            ended.after = Some(self.step(&deed, resumed).await?);
        }
        if !self.work.request.change.only_looks() {
            self.refresh().await?;
        }
        Ok(())
    }

    /// Looks, keeps the artifact, and writes the steps down.
    async fn prepare(&self, ended: &mut Ended) -> std::result::Result<Vec<Step>, Stop> {
        let request = &self.work.request;
        let plan = if let Some(plan) = &self.work.plan {
            plan.clone()
        } else {
            self.phase(RunPhase::Reading)?;
            let planning = plan_change(
                &self.looking,
                &self.work.catalogue,
                &request.subject,
                &request.change,
            );
            Box::pin(planning).await.map_err(keep::stop)?
        };
        ended.before.clone_from(&plan.before);
        ended.name = plan.before.get("name").cloned().unwrap_or_default();
        if let Some(finding) = plan.blocking() {
            return Err(Stop::failed(
                format!("Nothing was changed. {}", finding.text),
                finding.guidance.clone().unwrap_or_default(),
            ));
        }
        for finding in &plan.findings {
            let weight = match finding.severity {
                Severity::Note => LogWeight::Note,
                _ => LogWeight::Warning,
            };
            self.line(weight, &finding.text, None)?;
        }
        let mut snapshot = None;
        self.writer.check().map_err(keep::stop)?;
        if request.change.keeps() {
            let id = self.keep().await?;
            self.note(&format!(
                "As it was before, it is kept in snapshot {}.",
                short_id(&id)
            ))?;
            snapshot = Some(id);
        }
        ended.snapshot.clone_from(&snapshot);
        let details: Vec<_> = request
            .change
            .deeds(&plan.before)
            .iter()
            .map(|change| {
                json!({
                    "change": change,
                    "before": plan.before,
                    "undo": plan.undo,
                    "snapshot": snapshot,
                })
            })
            .collect();
        self.journal()
            .plan_steps(&request.run, &details)
            .map_err(keep::stop)
    }

    /// Keeps the artifact as it is.
    pub(super) async fn keep(&self) -> std::result::Result<String, Stop> {
        let Some(vault) = &self.work.vault else {
            return Err(Stop::failed(
                "Nothing was changed: there is no vault to keep the artifact in as it is.",
                "Back the instance up once: the first backup makes the vault.",
            ));
        };
        self.phase(RunPhase::Fetching)?;
        let kept = keep(
            &self.work.request,
            &self.work.catalogue,
            &self.work.client,
            Arc::clone(vault),
            &self.work.journal,
            &self.work.cancel,
        );
        Box::pin(kept).await
    }

    /// The catalogue is kept for screens: it must show what is now.
    async fn refresh(&self) -> std::result::Result<(), Stop> {
        let id = &self.work.request.instance.id;
        let read = read_catalogue(&self.work.client, Timestamp::now(), &|_| {});
        match Box::pin(read).await {
            Ok(mut live) => {
                let journal = self.journal();
                let kept = journal.kept_catalogue(id).map_err(keep::stop)?;
                if let Some(kept) = kept {
                    needs::complete(&mut live.catalogue, &kept.catalogue);
                }
                journal.keep_live(id, &live).map_err(keep::stop)
            }
            Err(error) => self.line(
                LogWeight::Warning,
                "The change is made; the lists could not be read again, so Explore may show how it was before.",
                error.client(),
            ),
        }
    }

    pub(super) fn name(&self, deed: &Deed) -> String {
        let known = deed.before.get("name").cloned();
        known.unwrap_or_else(|| format!("`{}`", self.work.request.subject.wire()))
    }

    pub(super) fn journal(&self) -> &Arc<Journal> {
        &self.work.journal
    }

    pub(super) fn mark(
        &self,
        deed: &Deed,
        state: StepState,
        after: Option<&str>,
    ) -> std::result::Result<(), Stop> {
        self.journal()
            .set_step(&self.work.request.run, deed.step.position, state, after)
            .map_err(keep::stop)
    }

    pub(super) fn phase(&self, phase: RunPhase) -> std::result::Result<(), Stop> {
        self.recorder.phase(phase).map_err(keep::stop)
    }

    pub(super) fn note(&self, text: &str) -> std::result::Result<(), Stop> {
        self.line(LogWeight::Note, text, None)
    }

    pub(super) fn line(
        &self,
        weight: LogWeight,
        text: &str,
        call: Option<&Error>,
    ) -> std::result::Result<(), Stop> {
        self.recorder.line(weight, text, call).map_err(keep::stop)
    }
}

fn short_id(snapshot: &str) -> &str {
    snapshot.get(..8).unwrap_or(snapshot)
}
