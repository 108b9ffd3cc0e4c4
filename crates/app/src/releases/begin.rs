//! Beginning a release, finding one, giving one up.

use serde_json::json;
use waybill_engine::{NewRelease, Release, ReleaseStage as Stage, RunId};
use waybill_model::Generation;

use super::stored::{detail, kept, name, number};
use crate::Waybill;
use crate::places::blocking;
use crate::view::{CommandError, ErrorCode, ReleaseForm, ReleaseSummary, ReleaseView};

/// So many releases are listed at most.
pub(super) const LISTED: u32 = 500;
/// The longest name, and the longest message.
const NAME: usize = 200;
const MESSAGE: usize = 4000;

impl Waybill {
    /// Begins a release: gives it its number and its build. Nothing is changed in the instance before
    /// [`Waybill::release_go_on`].
    ///
    /// # Errors
    /// `UnknownSubject` for the instance, the project, the deployment, the target or an instance of the route;
    /// `BadInput` with `context.field`; `NotOffered` where the instance has no projects; the failures of the
    /// instance.
    pub async fn release_new(&self, form: ReleaseForm) -> Result<ReleaseView, CommandError> {
        let instance = self.stored_instance(&form.instance)?;
        if instance.generation != Generation::Oic3 {
            return Err(CommandError::new(
                ErrorCode::NotOffered,
                format!("`{}` has no projects.", instance.name),
            )
            .guide("Projects came with Oracle Integration 3. Choose an instance of it."));
        }
        let client = self.client_of(&instance).await?;
        let live = self.read_lists(&instance, &client, &|_| {}).await?;
        let found = self.wanted(&form, &instance, &live.catalogue)?;
        if found.name.chars().count() > NAME || found.message.chars().count() > MESSAGE {
            return Err(CommandError::field(
                "name",
                format!("A name has {NAME} characters at most, a message {MESSAGE}."),
            ));
        }
        let new = NewRelease {
            instance_id: instance.id.clone(),
            project: form.project.clone(),
            build: form.build,
            stage: if found.make {
                Stage::Deploying
            } else {
                Stage::Exporting
            },
            change_run: RunId::fresh(),
            run: RunId::fresh(),
            detail: kept(&found),
        };
        let (journal, now) = (self.shared.journal.clone(), self.shared.clock.now());
        let begun = blocking(move || journal.begin_release(&new, now)).await?;
        let begun = begun.ok_or_else(|| {
            CommandError::field(
                "build",
                format!(
                    "Project `{}` has a build {} already.",
                    form.project,
                    form.build.unwrap_or_default()
                ),
            )
            .guide("Give another number, or none for the next one.")
        })?;
        let found = detail(&begun)?;
        let details = json!({
            "instance": instance.name,
            "instanceId": instance.id,
            "project": begun.project,
            "build": begun.build,
            "deployment": found.deployment,
        });
        self.audit_with("release begun", &name(begun.id), &details)?;
        self.release_shown(&begun).await
    }

    /// The releases, newest first.
    ///
    /// # Errors
    /// `FileFailed`.
    pub async fn releases(&self) -> Result<Vec<ReleaseSummary>, CommandError> {
        let journal = self.shared.journal.clone();
        let rows = blocking(move || journal.releases(LISTED)).await?;
        let mut shown = Vec::with_capacity(rows.len());
        for row in rows {
            shown.push(self.release_summary(&row).await?);
        }
        Ok(shown)
    }

    /// A release.
    ///
    /// # Errors
    /// `UnknownSubject`, `FileFailed`.
    pub async fn release(&self, id: &str) -> Result<ReleaseView, CommandError> {
        let row = self.release_row(id).await?;
        self.release_shown(&row).await
    }

    /// Gives a release up: it is promoted no more, and its snapshot may go by the keep rules. What it brought
    /// to instances and to Git stays.
    ///
    /// # Errors
    /// `UnknownSubject`; `AlreadyRunning` while a run of it goes on.
    pub async fn release_give_up(&self, id: &str) -> Result<ReleaseView, CommandError> {
        let mut row = self.release_row(id).await?;
        let from = row.stage;
        for run in [&row.change_run, &row.run] {
            let known = self.shared.journal.run(run).ok();
            if known.is_some_and(|run| run.status.is_under_way()) {
                return Err(CommandError::new(
                    ErrorCode::AlreadyRunning,
                    format!("A run of {} goes on.", name(row.id)),
                )
                .guide("Wait until it has ended, or cancel it under Activity."));
            }
        }
        row.stage = Stage::GivenUp;
        self.release_advance(&row, from).await?;
        self.audit("release given up", &name(row.id))?;
        self.release_shown(&row).await
    }

    pub(super) async fn release_row(&self, id: &str) -> Result<Release, CommandError> {
        let unknown = || {
            CommandError::unknown("release", id)
                .guide("`waybill release list` shows those there are.")
        };
        let known = number(id.trim()).ok_or_else(unknown)?;
        let journal = self.shared.journal.clone();
        let found = blocking(move || journal.release(known)).await?;
        found.ok_or_else(unknown)
    }

    /// Writes down how far a release is.
    ///
    /// # Errors
    /// `AlreadyRunning` where another program has brought it on meanwhile.
    pub(super) async fn release_advance(
        &self,
        row: &Release,
        from: Stage,
    ) -> Result<(), CommandError> {
        let (journal, now) = (self.shared.journal.clone(), row.clone());
        if blocking(move || journal.advance_release(&now, from)).await? {
            return Ok(());
        }
        Err(CommandError::new(
            ErrorCode::AlreadyRunning,
            format!("Another Waybill has brought {} on meanwhile.", name(row.id)),
        )
        .guide("Look at it again.")
        .retryable(true))
    }
}
