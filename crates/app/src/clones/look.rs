//! How it stands, what lies in a container, and what somebody signed off.

use serde_json::json;
use waybill_archive::names_whole_instance;
use waybill_engine::clone::{
    CloneRequest, JobTold, PartTold, Residual, ResidualKind as EngineKind, Signed, clone_parts,
    sign_residual,
};
use waybill_engine::{RunId, StepState};

use super::ask::{part, shown_mode};
use crate::Waybill;
use crate::places::blocking;
use crate::runs::summary;
use crate::view::{
    CloneComponent, ClonePartView, CloneView, CommandError, LyingArchive, ResidualKind,
    ResidualView, RunStepState,
};

/// The longest name of a person, and the longest note of one.
const NAME: usize = 120;
const WORDS: usize = 500;

impl Waybill {
    /// A run that exports or imports a whole instance: its parts, its jobs, and what is left to see to.
    ///
    /// # Errors
    /// `UnknownSubject` for a run of another kind, or none.
    pub async fn clone_view(&self, run: &str) -> Result<CloneView, CommandError> {
        let journal = self.shared.journal.clone();
        let id = RunId::named(run);
        let (run, told) =
            blocking(move || Ok((journal.run(&id)?, clone_parts(&journal, &id)?))).await?;
        let Some(request) = CloneRequest::of_run(&run) else {
            return Err(CommandError::unknown("clone", run.id.as_str())
                .guide("Activity lists the runs there are."));
        };
        let residuals: Vec<ResidualView> = told
            .iter()
            .flat_map(|one| &one.residuals)
            .map(residual)
            .collect();
        let open = residuals.iter().filter(|one| one.signed_by.is_none());
        let archive = told.iter().find_map(|one| one.archive.as_ref());
        Ok(CloneView {
            summary: summary(&run),
            title: request.title,
            source: request.source.map(|one| one.name),
            destination: request.destination.map(|one| one.name),
            container: request.container.name,
            with_secrets: request.with_secrets,
            mode: shown_mode(request.mode),
            archive: archive.map(|one| lying(&one.name, one.bytes)),
            open: u32::try_from(open.count()).unwrap_or(u32::MAX),
            parts: told.iter().map(shown).collect(),
            residuals,
        })
    }

    /// Signs off something that was left to see to, or takes that back where nobody is named.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` with `context.field`: `by`, `words`.
    pub async fn clone_sign(
        &self,
        run: &str,
        key: &str,
        by: Option<&str>,
        words: &str,
    ) -> Result<CloneView, CommandError> {
        let by = by.map(|by| by.split_whitespace().collect::<Vec<_>>().join(" "));
        if by
            .as_ref()
            .is_some_and(|by| by.is_empty() || by.chars().count() > NAME)
        {
            return Err(CommandError::field("by", "No name of a person is given.")
                .guide("Enter the name of the person who saw to it."));
        }
        let words = words.trim().to_owned();
        if words.chars().count() > WORDS {
            return Err(CommandError::field(
                "words",
                "The note is longer than 500 letters.",
            ));
        }
        let signed = by.clone().map(|by| Signed {
            by,
            at: self.shared.clock.now().to_string(),
            words: words.clone(),
        });
        let before = self.clone_view(run).await?;
        let Some(entry) = before.residuals.iter().find(|one| one.key == key) else {
            return Err(CommandError::unknown("entry", key)
                .guide("Open the run: it lists what is left to see to."));
        };
        let details = json!({
            "run": run,
            "instance": before.summary.instance_name,
            "instanceId": before.summary.instance_id,
            "entry": entry.text,
            "by": by,
            "words": words,
        });
        let (journal, id, named) = (
            self.shared.journal.clone(),
            RunId::named(run),
            key.to_owned(),
        );
        blocking(move || sign_residual(&journal, &id, &named, signed)).await?;
        let action = if by.is_some() {
            "left-over signed off"
        } else {
            "sign-off of a left-over taken back"
        };
        let subject = before.summary.instance_name.clone().unwrap_or_default();
        self.audit_with(action, &subject, &details)?;
        self.clone_view(run).await
    }

    /// What lies in a container: those that look like archives of instances first, then by name.
    ///
    /// # Errors
    /// `UnknownSubject`, `SecretMissing`, and what fails there.
    pub async fn clone_archives(&self, container: &str) -> Result<Vec<LyingArchive>, CommandError> {
        let target = self.stored_target(container)?;
        let open = self.open_container(&target).await?;
        let mut all: Vec<LyingArchive> = open
            .files
            .list("")
            .await?
            .into_iter()
            .filter(|entry| !entry.path.contains('/'))
            .map(|entry| lying(&entry.path, entry.size))
            .collect();
        all.sort_by(|left, right| {
            (!left.looks_like_one, &left.name).cmp(&(!right.looks_like_one, &right.name))
        });
        Ok(all)
    }
}

fn lying(name: &str, bytes: u64) -> LyingArchive {
    let is_log = name.to_ascii_lowercase().ends_with(".log");
    LyingArchive {
        name: name.to_owned(),
        bytes,
        looks_like_one: !is_log
            && (names_whole_instance(name)
                || name.starts_with("Local_Suite_Instance-")
                || name.starts_with("Waybill-")),
    }
}

fn shown(told: &PartTold) -> ClonePartView {
    let job = told.job.as_ref();
    let heard: Option<&JobTold> = job.and_then(|job| job.told.as_ref());
    ClonePartView {
        part: part(told.part),
        state: match told.state {
            StepState::Planned => RunStepState::Waiting,
            StepState::Sent | StepState::Answered => RunStepState::Running,
            StepState::Done => RunStepState::Done,
            StepState::Failed => RunStepState::Failed,
            StepState::Skipped => RunStepState::Skipped,
            StepState::Unknown => RunStepState::Unknown,
        },
        words: told.words.clone(),
        why: told.failure.as_ref().map(|failure| failure.why.clone()),
        what_to_do: told
            .failure
            .as_ref()
            .and_then(|failure| failure.what_to_do.clone()),
        exchange: told
            .failure
            .as_ref()
            .and_then(|failure| failure.exchange.clone())
            .map(Into::into),
        began_at: told.began_at.clone(),
        job_name: job.map(|job| job.name.clone()),
        job: job.and_then(|job| job.job.clone()),
        status: heard.map(|heard| heard.status.clone()),
        components: heard.map_or_else(Vec::new, |heard| {
            heard
                .components
                .iter()
                .map(|one| CloneComponent {
                    name: one.name.clone(),
                    status: one.status.clone(),
                    percentage: one.percentage,
                    resources: one.resources,
                    failure: one.failure.clone(),
                })
                .collect()
        }),
    }
}

fn residual(one: &Residual) -> ResidualView {
    let signed = one.signed.as_ref();
    ResidualView {
        key: one.key.clone(),
        kind: match one.kind {
            EngineKind::Missing => ResidualKind::Missing,
            EngineKind::Inactive => ResidualKind::Inactive,
            EngineKind::Draft => ResidualKind::Draft,
            EngineKind::Stopped => ResidualKind::Stopped,
            EngineKind::NotRead => ResidualKind::NotRead,
            EngineKind::Beside => ResidualKind::Beside,
        },
        text: one.text.clone(),
        guidance: one.guidance.clone(),
        artifacts: one.artifacts.clone(),
        signed_by: signed.map(|signed| signed.by.clone()),
        signed_at: signed.map(|signed| signed.at.clone()),
        signed_words: signed
            .map(|signed| signed.words.clone())
            .filter(|words| !words.is_empty()),
    }
}
