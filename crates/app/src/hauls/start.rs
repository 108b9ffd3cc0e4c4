//! Running a waybill, as a run that goes on by itself; going on with one, and trying again what failed.

use std::sync::Arc;

use waybill_client::{Client, IdentityDomain};
use waybill_engine::cargo::Hold;
use waybill_engine::haul::{HaulRequest, HaulWork, haul};
use waybill_engine::waybill::Waybill as Document;
use waybill_engine::{CallWatch, Run, RunId, RunKind, SettlePatience};
use waybill_vault::Vault;

use super::book::Book;
use super::look::cargo_words;
use super::refusals::{check_name, check_place, sign_off_missing};
use crate::changes::WriteGate;
use crate::moves::check_sense;
use crate::runs::stamp;
use crate::settings::StoredInstance;
use crate::view::{CommandError, ErrorCode, RunSummary};
use crate::{AppEvent, Waybill};

impl Waybill {
    /// Runs a waybill. The destination is looked at again first, and the run stops there if something
    /// that it touches has changed.
    ///
    /// # Errors
    /// Before anything runs: `ChangeBlocked` for findings, a sign-off that is missing, or nothing to do;
    /// `ReadOnly`, `AlreadyRunning`, `UnknownSubject`; `BadInput` with `context.field` `typedName`, or for
    /// a move that is not planned; the failures of the instance, the vault and the place for secrets.
    /// Later failures end the run.
    pub async fn move_run(
        &self,
        id: &str,
        typed_name: Option<&str>,
    ) -> Result<RunSummary, CommandError> {
        let document = self.move_document(id).await?;
        let instance = self.move_destination(id).await?;
        self.refuse_haul(&document, &instance)?;
        check_name(&instance, typed_name)?;
        let request = HaulRequest {
            run: RunId::fresh(),
            instance: stamp(&self.located(&instance)?),
            title: title(&document),
            waybill: document,
            asked_by: self.shared.asked_by.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let prepared = self.prepared_haul(&instance, request).await?;
        let missing = self
            .cargo_missing(&prepared.request.waybill, &prepared.hold)
            .await?;
        if let Some(words) = cargo_words(missing) {
            return Err(CommandError::new(ErrorCode::ChangeBlocked, words)
                .guide("Check it again: that fetches them. A waybill that was planned on another computer is run with the folder of its archives: `waybill run FILE --archives DIR`.")
                .with("move", id));
        }
        let run = self.shared.journal.begin(&prepared.request.new_run())?;
        self.move_ran(id, run.id.as_str()).await?;
        Ok(self.launch_haul(&run, prepared, false))
    }

    /// Takes up the run of a waybill that was interrupted, cancelled, or failed in a way that may pass.
    pub(crate) async fn haul_resume(&self, before: &Run) -> Result<RunSummary, CommandError> {
        let prepared = self.taken_up(before).await?;
        let run = self.shared.journal.resume(&before.id)?;
        Ok(self.launch_haul(&run, prepared, false))
    }

    /// Tries what failed in the run of a waybill once more, and what was left because of it. What is done
    /// is not done again.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` for a run that carries out no waybill, or in which nothing is left
    /// to do; else as [`Waybill::move_run`].
    pub async fn run_retry(&self, run: &str) -> Result<RunSummary, CommandError> {
        let before = self.shared.journal.run(&RunId::named(run))?;
        if before.kind != RunKind::Move {
            return Err(CommandError::new(
                ErrorCode::BadInput,
                "Only the run of a waybill can be tried again in part.",
            )
            .guide("Start it again."));
        }
        let prepared = self.taken_up(&before).await?;
        let run = self.shared.journal.retry(&before.id)?;
        Ok(self.launch_haul(&run, prepared, true))
    }

    async fn taken_up(&self, before: &Run) -> Result<Prepared, CommandError> {
        let request = HaulRequest::of_run(before).ok_or_else(|| {
            CommandError::internal("the waybill of this run cannot be understood any more")
        })?;
        let instance = self.stored_instance(&request.instance.id).map_err(|_| {
            CommandError::unknown("instance", &request.instance.name)
                .guide("The instance was removed. Give the run up.")
        })?;
        check_place(&request.instance, &instance)?;
        check_sense(&request.waybill)?;
        if let Some(refused) = sign_off_missing(&request.waybill, &instance) {
            return Err(refused);
        }
        // An allowance that ended meanwhile is better told before anything begins.
        self.refuse_read_only(&instance)?;
        self.refuse_while_running(&instance)?;
        self.prepared_haul(&instance, request).await
    }

    async fn prepared_haul(
        &self,
        instance: &StoredInstance,
        request: HaulRequest,
    ) -> Result<Prepared, CommandError> {
        let client = self.client_of(instance).await?;
        let bindings = &request.waybill.bindings;
        let lists = bindings.access.values();
        let names_people = lists.flat_map(|list| &list.members).next().is_some();
        let domain = if names_people || !bindings.roles.is_empty() {
            Some(self.identity_domain_of(instance).await?)
        } else {
            None
        };
        let (vault, hold) = self.hold().await?;
        Ok(Prepared {
            request,
            client,
            domain,
            vault,
            hold,
        })
    }

    fn launch_haul(&self, run: &Run, prepared: Prepared, retry_failed: bool) -> RunSummary {
        let app = self.clone();
        let journal = Arc::clone(&self.shared.journal);
        let instance = prepared.request.instance.id.clone();
        let id = run.id.clone();
        self.launch(run, |reporter, cancel| async move {
            let watch = CallWatch::new(Arc::clone(&reporter), Arc::clone(&journal), id);
            let _heard = app.shared.clients.listen(&instance, Arc::new(watch));
            let work = HaulWork {
                request: prepared.request,
                client: prepared.client,
                domain: prepared.domain,
                vault: prepared.vault,
                hold: prepared.hold,
                journal,
                reporter,
                cancel,
                permit: Arc::new(WriteGate {
                    app: app.clone(),
                    instance,
                }),
                secrets: Arc::new(Book(app.clone())),
                patience: SettlePatience::default(),
                retry_failed,
            };
            if let Err(error) = Box::pin(haul(work)).await {
                tracing::warn!(%error, "the run of a waybill could not be written down to its end");
            }
            // The lists were read anew.
            app.tell(AppEvent::InstancesChanged);
        })
    }
}

/// What a waybill is run with, before it is a run.
struct Prepared {
    request: HaulRequest,
    client: Client,
    domain: Option<IdentityDomain>,
    vault: Arc<Vault>,
    hold: Arc<Hold>,
}

/// The run in a few words.
fn title(document: &Document) -> String {
    let name = document.name.trim();
    if name.is_empty() {
        format!("{} from {}", document.id, document.source.title)
    } else {
        format!("{} {name}", document.id)
    }
}
