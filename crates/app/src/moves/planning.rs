//! Planning and checking a move: both places are read, what would be sent is put by, and the waybill is
//! kept with the move. Nothing is written into an instance.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use waybill_engine::cargo::Hold;
use waybill_engine::checks::{CheckReport, CheckWork, OwnFacts, check, gather_checks, join};
use waybill_engine::haul::HaulRequest;
use waybill_engine::plan::{
    Details, GatherWork, History, OnArchive, PlanDestination, PlanRequest, PlanSource,
    gather_destination, gather_source, plan,
};
use waybill_engine::waybill::{Action, Bindings, Finding, Waybill as Document};
use waybill_engine::{EngineError, Journal, Progressed};
use waybill_model::ArtifactId;

use super::draft::{Draft, Planned};
use super::handover::no_destination;
use super::shelf::{Found, Shelf};
use super::tested::{rights, tested};
use super::verbs::off_thread;
use super::what::{called_off, failed, no_source};
use crate::Waybill;
use crate::compare::OpenSide;
use crate::places::blocking;
use crate::runs::stamp;
use crate::settings::StoredInstance;
use crate::storage::{file_failed, make_private};
use crate::view::{CommandError, ErrorCode, MovePlan, PlaceRef, WorkProgress};

/// So many of the last runs may still need what they were to send.
pub(super) const RUNS: u32 = 500;

/// Told how far planning is.
pub(super) type OnProgress<'a> = &'a (dyn Fn(WorkProgress) + Send + Sync);

impl Waybill {
    /// Reads both places, plans, checks, and saves the waybill. What was read and signed of the one
    /// before stays where it says the same.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` with `context.field` where source, destination or choice are
    /// missing, or where the move was changed meanwhile; `Cancelled`; the failures of the places, of
    /// the vault and of its password; `DiskFull`.
    pub async fn move_plan(
        &self,
        id: &str,
        refresh: bool,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<MovePlan, CommandError> {
        let planning = Box::pin(self.plan_move(id, refresh, progress, &cancel));
        let ended = cancel.run_until_cancelled(planning).await;
        ended.unwrap_or_else(|| Err(called_off()))
    }

    /// The plan as it was last made; none where there is none, or something was changed since.
    ///
    /// # Errors
    /// `UnknownSubject`, `FileFailed`.
    pub async fn move_planned(&self, id: &str) -> Result<Option<MovePlan>, CommandError> {
        let draft = self.draft_of(id).await?;
        Ok(draft
            .current()
            .map(|planned| self.plan_shown(&draft, planned)))
    }

    async fn plan_move(
        &self,
        id: &str,
        refresh: bool,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<MovePlan, CommandError> {
        let began = Instant::now();
        let draft = self.draft_of(id).await?;
        if let Some(wish) = draft.roles.clone() {
            return Box::pin(self.plan_roles_move(&draft, &wish)).await;
        }
        let from = draft.from.clone().ok_or_else(no_source)?;
        let to = draft.to.as_deref().ok_or_else(no_destination)?;
        let to = self.stored_instance(to)?;
        if draft.chosen.is_empty() && draft.remove.is_empty() {
            return Err(CommandError::field("chosen", "Nothing is chosen yet.")
                .guide("Choose what goes along under What."));
        }
        let place = PlaceRef::Instance { id: to.id.clone() };
        // The key of the vault is derived while the places are read.
        let (sides, (_, hold)) = futures::try_join!(
            self.open_sides(&from, &place, refresh, progress),
            self.hold()
        )?;
        let in_use = self.in_use().await?;
        let reading = Reading {
            app: self,
            draft: &draft,
            to: &to,
            sides: &sides,
            hold: &hold,
            progress,
            cancel,
        };
        let (mut document, report, history) = reading.planned().await?;
        join(&mut document, report.findings);
        let passed = report.passed.into_iter();
        let planned = Planned {
            revision: draft.revision,
            passed: passed.map(|one| (one.rule.to_owned(), one.text)).collect(),
            took_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            imports_at_once: history.imports_at_once,
            activations_at_once: history.activations_at_once,
            step_ms: history.millis,
            document,
        };
        let (head, now) = (sides.0.head.clone(), self.now());
        let draft = self
            .change_draft(id, move |draft| {
                if draft.revision != planned.revision {
                    return Err(changed_meanwhile(&draft.id));
                }
                let before = draft.planned.take().map(|before| before.document);
                let mut planned = planned;
                draft.name.clone_into(&mut planned.document.name);
                take_over(&mut planned.document, before);
                draft.from_head = Some(head);
                draft.saved_at = now;
                draft.ran = None;
                draft.planned = Some(planned);
                Ok(())
            })
            .await?;
        drop(in_use);
        self.tidy_cargo(&hold).await;
        let current = draft
            .current()
            .map(|planned| self.plan_shown(&draft, planned));
        current.ok_or_else(|| changed_meanwhile(id))
    }

    /// What is known on this computer of a destination.
    async fn own_facts(&self, to: &StoredInstance, bindings: &Bindings) -> OwnFacts {
        let vault = self.vault_status().await;
        let (journal, instance) = (self.shared.journal.clone(), to.id.clone());
        let address = to.address.clone();
        let told = blocking(move || {
            let runs = journal.runs(RUNS)?;
            Ok((tested(&runs, &instance), rights(&runs, &instance, &address)))
        });
        // A journal that cannot be read tells of no test and of no right; what the service tells counts
        // then.
        let (tested, rights) = told.await.unwrap_or_default();
        let (free_bytes, vault_ready) = match vault {
            Ok(vault) => {
                let closed = match vault.problem {
                    None => self.vault_closed().await,
                    known => known,
                };
                (Some(vault.free_bytes), closed)
            }
            Err(error) => (None, Some(error.message)),
        };
        OwnFacts {
            secrets_held: self.secrets_held(&to.id, bindings),
            free_bytes: free_bytes.filter(|free| *free > 0),
            vault_ready,
            sign_off_required: to.sign_off_required,
            tested,
            rights,
            now: self.now(),
        }
    }

    /// Says that the cargo is being added to, so that nobody tidies it up meanwhile.
    async fn in_use(&self) -> Result<File, CommandError> {
        let folder = self.shared.home.cargo();
        off_thread(move || {
            let file = marker(&folder)?;
            file.lock_shared()
                .map_err(|source| file_failed("locked", &folder, &source))?;
            Ok(file)
        })
        .await
    }

    /// Forgets what no move and no run will send any more. It is no harm if that fails: it is done the
    /// next time.
    async fn tidy_cargo(&self, hold: &Arc<Hold>) {
        let (hold, files) = (Arc::clone(hold), self.shelf());
        let (journal, folder) = (self.shared.journal.clone(), self.shared.home.cargo());
        let tidied = off_thread(move || tidy(&hold, &files, &journal, &folder)).await;
        if let Err(error) = tidied {
            tracing::warn!(message = error.message, "the cargo was not tidied up");
        }
    }
}

/// Two places that are read for one move.
struct Reading<'a> {
    app: &'a Waybill,
    draft: &'a Draft,
    to: &'a StoredInstance,
    sides: &'a (OpenSide, OpenSide),
    hold: &'a Arc<Hold>,
    progress: OnProgress<'a>,
    cancel: &'a CancellationToken,
}

impl Reading<'_> {
    async fn planned(&self) -> Result<(Document, CheckReport, History), CommandError> {
        let (source, destination) = self.gathered().await?;
        let mut bindings = self.draft.bindings.clone();
        let app = self.app;
        bindings.access = app
            .whom_access_means(self.to, &source, self.hold, self.progress)
            .await?;
        let (journal, instance) = (self.app.shared.journal.clone(), self.to.id.clone());
        let history = blocking(move || journal.step_history(&instance)).await?;
        let details = Details {
            id: self.draft.id.clone(),
            name: self.draft.name.clone(),
            made_at: self.app.now(),
            made_by: self.app.shared.asked_by.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let mut document = plan(&PlanRequest {
            details: &details,
            source: &source,
            choice: &self.draft.choice(),
            destination: &destination,
            policies: &self.draft.policies,
            bindings: &bindings,
            history: &history,
        });
        narrow(&mut document);
        let report = self.checked(&document, &source, &destination).await?;
        Ok((document, report, history))
    }

    async fn gathered(&self) -> Result<(PlanSource, PlanDestination), CommandError> {
        let (from, there) = self.sides;
        let journal = &self.app.shared.journal;
        let hold = Arc::clone(self.hold);
        let put_by: Arc<OnArchive> =
            Arc::new(move |_, stamp, bytes| hold.put(&stamp.sha256, bytes));
        let reading_source = self.tells(&from.head.title);
        let work = GatherWork {
            journal,
            progress: &reading_source,
            cancel: self.cancel,
        };
        let choice = self.draft.choice();
        let source = gather_source(&from.side, &choice, &work, &put_by);
        let source = Box::pin(source).await.map_err(failed)?;
        let reading_destination = self.tells(&there.head.title);
        let work = GatherWork {
            journal,
            progress: &reading_destination,
            cancel: self.cancel,
        };
        let stamp = stamp(&self.app.located(self.to)?);
        let policies = &self.draft.policies;
        let destination = gather_destination(
            &there.side,
            &stamp,
            // Changes are allowed for a time: that is judged each time the move is looked at.
            None,
            &source,
            &choice,
            policies,
            &work,
        );
        let destination = Box::pin(destination).await.map_err(failed)?;
        Ok((source, destination))
    }

    async fn checked(
        &self,
        document: &Document,
        source: &PlanSource,
        destination: &PlanDestination,
    ) -> Result<CheckReport, CommandError> {
        (self.progress)(WorkProgress {
            doing: "Checking".to_owned(),
            done: 0,
            total: None,
        });
        let (from, there) = self.sides;
        let hold = Arc::clone(self.hold);
        let client = self.app.client_of(self.to).await?;
        let work = CheckWork {
            source: &from.side,
            destination: &there.side,
            client: &client,
            waybill: document,
            plan_source: source,
            plan_destination: destination,
            archive: Arc::new(move |sha256| hold.get(sha256).ok().flatten()),
            cancel: self.cancel,
        };
        let own = self.app.own_facts(self.to, &document.bindings).await;
        let facts = Box::pin(gather_checks(work, own)).await.map_err(failed)?;
        Ok(check(document, source, destination, &facts))
    }

    fn tells(&self, title: &str) -> impl Fn(Progressed) + Send + Sync + use<'_> {
        let (progress, doing) = (self.progress, format!("Reading {title}"));
        move |read| {
            progress(WorkProgress {
                doing: doing.clone(),
                done: read.done,
                total: Some(read.total),
            });
        }
    }
}

/// Leaves those bindings in the document that it has a use for: what other moves to the same
/// destination were given is not its business.
fn narrow(document: &mut Document) {
    let named: BTreeSet<_> = document.items.iter().map(|item| item.id.clone()).collect();
    let Bindings {
        connections,
        lookup_cells,
        schedules,
        certificates,
        access,
        roles: _,
        hosts: _,
    } = &mut document.bindings;
    // Of a list that cannot go because nobody is found, a person says who is meant.
    let told = |id: &ArtifactId| {
        let mut items = document.items.iter();
        let stays = |action: &Action| matches!(action, Action::CannotGo { .. });
        items.any(|item| item.id == *id && (item.action.brings() || stays(&item.action)))
    };
    access.retain(|id, _| told(id));
    connections.retain(|id, _| named.contains(id));
    lookup_cells.retain(|cell| named.contains(&cell.lookup));
    schedules.retain(|id, _| named.contains(id));
    certificates.retain(|id, _| named.contains(id));
}

/// Keeps what was read of the findings that are still the same, and the sign-offs of a document that is
/// still the same but for the time.
fn take_over(document: &mut Document, before: Option<Document>) {
    let Some(before) = before else {
        return;
    };
    let same = |one: &Finding, other: &Finding| {
        one.rule == other.rule && one.subject == other.subject && one.text == other.text
    };
    for finding in &mut document.findings {
        let known = before.findings.iter().find(|known| same(known, finding));
        finding.acknowledged = known.and_then(|known| known.acknowledged.clone());
    }
    if before.sign_offs.is_empty() {
        return;
    }
    let mut at_that_time = document.clone();
    at_that_time.made_at.clone_from(&before.made_at);
    at_that_time.made_by.clone_from(&before.made_by);
    at_that_time
        .source
        .read_at
        .clone_from(&before.source.read_at);
    let read_at = &before.destination.read_at;
    at_that_time.destination.read_at.clone_from(read_at);
    if at_that_time.hash() == before.hash() {
        at_that_time.sign_offs = before.sign_offs;
        *document = at_that_time;
    }
}

fn changed_meanwhile(id: &str) -> CommandError {
    CommandError::new(
        ErrorCode::BadInput,
        format!("{id} was changed while it was being planned."),
    )
    .guide("Check it again.")
    .with("move", id)
}

/// The file whose lock says that the cargo is in use.
fn marker(folder: &Path) -> Result<File, CommandError> {
    make_private(folder)?;
    let path = folder.with_extension("lock");
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|source| file_failed("opened", &path, &source))
}

fn tidy(hold: &Hold, shelf: &Shelf, journal: &Journal, folder: &Path) -> Result<(), CommandError> {
    let file = marker(folder)?;
    if file.try_lock().is_err() {
        // Another move is being planned.
        return Ok(());
    }
    let mut keep = BTreeSet::new();
    for found in shelf.all()? {
        match found {
            Found::Move(draft) => keep.extend(
                draft
                    .planned
                    .iter()
                    .flat_map(|planned| planned.document.cargo()),
            ),
            // Nobody knows what it needs.
            Found::Unreadable(..) => return Ok(()),
        }
    }
    let runs = journal.runs(RUNS).map_err(CommandError::from)?;
    for run in runs {
        if let Some(request) = HaulRequest::of_run(&run) {
            keep.extend(request.waybill.cargo());
        }
    }
    hold.prune(&keep).map_err(|error: EngineError| error.into())
}

#[cfg(test)]
mod tests {
    use waybill_engine::Severity;
    use waybill_engine::waybill::{Acknowledgement, SignOff};

    use super::*;

    fn document() -> Document {
        let text = include_str!("../../../../docs/waybill-format.md");
        let example = text.split("```json\n").nth(1).unwrap();
        let example = example.split("```").next().unwrap();
        let mut document = Document::read(example.as_bytes()).unwrap();
        document.findings = vec![
            Finding::new("same-major", Severity::Warning, "One is displaced."),
            Finding::new("left-out", Severity::Warning, "One was left out."),
        ];
        document
    }

    #[test]
    fn what_was_read_stays_read_while_it_says_the_same() {
        let mut before = document();
        for finding in &mut before.findings {
            finding.acknowledged = Some(Acknowledgement {
                by: "P".to_owned(),
                at: String::new(),
            });
        }
        let mut again = document();
        "Another one was left out.".clone_into(&mut again.findings[1].text);
        take_over(&mut again, Some(before));
        assert!(again.findings[0].acknowledged.is_some());
        assert!(again.findings[1].acknowledged.is_none());
    }

    #[test]
    fn a_sign_off_counts_while_nothing_but_the_time_is_another() {
        let mut before = document();
        before.sign_offs = vec![SignOff {
            by: "T".to_owned(),
            at: String::new(),
            hash: before.hash(),
        }];
        let mut again = document();
        "2026-11-20T08:00:00Z".clone_into(&mut again.made_at);
        "2026-11-20T07:59:00Z".clone_into(&mut again.destination.read_at);
        let mut other = again.clone();
        take_over(&mut again, Some(before.clone()));
        assert!(again.is_signed_off());

        other.checklist.push("One thing more.".to_owned());
        take_over(&mut other, Some(before));
        assert!(!other.is_signed_off() && other.sign_offs.is_empty());
    }
}
