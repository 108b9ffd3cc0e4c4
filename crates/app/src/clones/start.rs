//! Beginning it, as a run that goes on by itself, and taking up one that was cut off.

use std::sync::Arc;

use waybill_client::wire::StorageInfo;
use waybill_engine::clone::{
    ClonePatience, CloneRequest, CloneSide, CloneWork, Container, clone_instance,
};
use waybill_engine::copies::Clock;
use waybill_engine::{CallWatch, InstanceStamp, Refusal, Run, WritePermit};
use waybill_vault::Vault;

use crate::changes::WriteGate;
use crate::runs::is_same_place;
use crate::settings::StoredInstance;
use crate::view::{CloneAgreed, CloneAsk, CommandError, ErrorCode, RunSummary};
use crate::{AppEvent, Waybill};

/// An export leaves the instance as it is: it needs no more than that the instance is still saved.
struct ExportGate {
    app: Waybill,
    instance: String,
}

impl WritePermit for ExportGate {
    fn check(&self) -> Result<(), Refusal> {
        match self.app.stored_instance(&self.instance) {
            Ok(_) => Ok(()),
            Err(error) => Err(Refusal {
                message: error.message,
                guidance: error.guidance.unwrap_or_default(),
            }),
        }
    }
}

impl Waybill {
    /// Exports an instance as a whole, imports such an archive, or both.
    ///
    /// # Errors
    /// Before anything runs: as [`Self::clone_plan`]; `ChangeBlocked` where something that has to be read was not;
    /// `ReadOnly`, `AlreadyRunning`, `SecretMissing`; `BadInput` with `context.field` `typedName`; the failures of
    /// the instances and the place for secrets. Later failures end the run.
    pub async fn clone_start(
        &self,
        ask: &CloneAsk,
        agreed: &CloneAgreed,
    ) -> Result<RunSummary, CommandError> {
        let asked = self.clone_asked(ask)?;
        self.refuse_clone(&asked, agreed)?;
        let prepared = self.prepared_clone(asked.request).await?;
        let run = self.shared.journal.begin(&prepared.request.new_run())?;
        Ok(self.launch_clone(&run, prepared))
    }

    /// Takes up a run that was cut off, cancelled, or failed.
    pub(crate) async fn clone_resume(&self, before: &Run) -> Result<RunSummary, CommandError> {
        let request = CloneRequest::of_run(before)
            .ok_or_else(|| CommandError::internal("the run cannot be understood any more"))?;
        for stamped in request.source.iter().chain(&request.destination) {
            let instance = self.cloned(stamped)?;
            let is_destination = request
                .destination
                .as_ref()
                .is_some_and(|destination| destination.id == stamped.id);
            if is_destination {
                if let Some(because) = self.write_standing(&instance.id)?.because {
                    return Err(CommandError::new(ErrorCode::ReadOnly, because)
                        .guide(crate::changes::HOW_TO_ALLOW)
                        .with("instance", &instance.name));
                }
                self.refuse_while_running(&instance)?;
            }
        }
        let prepared = self.prepared_clone(request).await?;
        let run = self.shared.journal.resume(&before.id)?;
        Ok(self.launch_clone(&run, prepared))
    }

    /// The saved instance that is meant, where it is still the same one.
    fn cloned(&self, stamped: &InstanceStamp) -> Result<StoredInstance, CommandError> {
        let instance = self.stored_instance(&stamped.id).map_err(|_| {
            CommandError::unknown("instance", &stamped.name)
                .guide("The instance was removed. Give the run up.")
        })?;
        if is_same_place(stamped, &instance) && instance.environment == stamped.environment {
            return Ok(instance);
        }
        Err(CommandError::new(
            ErrorCode::BadInput,
            format!(
                "`{}` has another address or environment than when this run began.",
                instance.name
            ),
        )
        .guide("Give the run up, and begin anew."))
    }

    async fn prepared_clone(&self, request: CloneRequest) -> Result<Prepared, CommandError> {
        let target = self.stored_target(&request.container.id).map_err(|error| {
            error.guide("The container was removed from the targets. Give the run up.")
        })?;
        let open = self.open_container(&target).await?;
        let source = match &request.source {
            Some(stamped) => Some(CloneSide {
                client: self.client_of(&self.cloned(stamped)?).await?,
                permit: Arc::new(ExportGate {
                    app: self.clone(),
                    instance: stamped.id.clone(),
                }),
            }),
            None => None,
        };
        let destination = match &request.destination {
            Some(stamped) => Some(CloneSide {
                client: self.client_of(&self.cloned(stamped)?).await?,
                permit: Arc::new(WriteGate {
                    app: self.clone(),
                    instance: stamped.id.clone(),
                }),
            }),
            None => None,
        };
        let vault = match &request.destination {
            Some(_) => Some(self.shared.vault.open_or_make(&self.shared.secrets).await?),
            None => None,
        };
        Ok(Prepared {
            request,
            source,
            destination,
            vault,
            container: Container {
                storage: StorageInfo {
                    url: open.url,
                    user: open.user,
                    password: open.password,
                },
                secret_address: open.secret_address,
                files: open.files,
            },
        })
    }

    fn launch_clone(&self, run: &Run, prepared: Prepared) -> RunSummary {
        let app = self.clone();
        let journal = Arc::clone(&self.shared.journal);
        let id = run.id.clone();
        let instances: Vec<String> = prepared
            .request
            .source
            .iter()
            .chain(&prepared.request.destination)
            .map(|one| one.id.clone())
            .collect();
        self.launch(run, |reporter, cancel| async move {
            let heard: Vec<_> = instances
                .iter()
                .map(|instance| {
                    let watch =
                        CallWatch::new(Arc::clone(&reporter), Arc::clone(&journal), id.clone());
                    app.shared.clients.listen(instance, Arc::new(watch))
                })
                .collect();
            let clock = app.shared.clock.clone();
            let clock: Clock = Arc::new(move || clock.now());
            let work = CloneWork {
                request: prepared.request,
                source: prepared.source,
                destination: prepared.destination,
                container: prepared.container,
                vault: prepared.vault,
                journal,
                reporter,
                cancel,
                patience: ClonePatience::default(),
                clock,
            };
            if let Err(error) = Box::pin(clone_instance(work)).await {
                tracing::warn!(%error, "the clone of an instance could not be written down to its end");
            }
            drop(heard);
            // The lists were read anew.
            app.tell(AppEvent::InstancesChanged);
        })
    }
}

/// What it is done with, before it is a run.
struct Prepared {
    request: CloneRequest,
    source: Option<CloneSide>,
    destination: Option<CloneSide>,
    container: Container,
    vault: Option<Arc<Vault>>,
}
