//! Making a change, as a run that goes on by itself, and taking up one that was interrupted.

use std::sync::Arc;

use secrecy::SecretString;
use waybill_client::Client;
use waybill_engine::{
    CallWatch, ChangeRequest as EngineRequest, ChangeWork, Plan, Run, RunId, Secrets,
    SettlePatience, make_change,
};
use waybill_model::Catalogue;
use waybill_vault::Vault;

use super::gate::WriteGate;
use super::plan::Planned;
use super::policy::HOW_TO_ALLOW;
use super::request::check_secrets;
use crate::runs::{is_same_place, stamp};
use crate::settings::StoredInstance;
use crate::view::{ChangeRequest, CommandError, ErrorCode, RunSummary};
use crate::{AppEvent, Waybill};

impl Waybill {
    /// Makes a change. The instance is looked at anew first; what is found against it refuses it.
    ///
    /// # Errors
    /// Before anything runs: `ReadOnly`, `ChangeBlocked`, `AlreadyRunning`, `UnknownSubject`,
    /// `BadInput` with `context.field` (`typedName`, `secrets`, `id`), and the failures of the
    /// instance, the vault and the place for secrets. Later failures end the run.
    pub async fn change_start(
        &self,
        instance: &str,
        request: ChangeRequest,
        secrets: Vec<(String, SecretString)>,
        typed_name: Option<String>,
    ) -> Result<RunSummary, CommandError> {
        self.change_as(RunId::fresh(), instance, request, secrets, typed_name)
            .await
    }

    /// The same as a run of this name, which somebody has written down before.
    ///
    /// # Errors
    /// As [`Waybill::change_start`].
    pub(crate) async fn change_as(
        &self,
        run: RunId,
        instance: &str,
        request: ChangeRequest,
        secrets: Vec<(String, SecretString)>,
        typed_name: Option<String>,
    ) -> Result<RunSummary, CommandError> {
        let planned = self.plan(instance, &request).await?;
        check_secrets(&planned.change, &secrets)?;
        refuse(&planned)?;
        check_name(&planned.plan, typed_name.as_deref())?;
        let Planned {
            instance,
            subject,
            change,
            plan,
            ..
        } = planned;
        let request = EngineRequest {
            run,
            instance: stamp(&self.located(&instance)?),
            subject,
            change,
            title: plan.title.clone(),
            asked_by: self.shared.asked_by.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let prepared = self
            .prepare(&instance, request, secrets, Some(plan))
            .await?;
        let run = self.shared.journal.begin(&prepared.request.new_run())?;
        Ok(self.launch_change(&run, prepared))
    }

    /// Takes up a change that was interrupted, cancelled, or failed in a way that may pass.
    pub(crate) async fn change_resume(&self, before: &Run) -> Result<RunSummary, CommandError> {
        let request = EngineRequest::of_run(before)
            .ok_or_else(|| CommandError::internal("the change cannot be understood any more"))?;
        let instance = self.stored_instance(&request.instance.id).map_err(|_| {
            CommandError::unknown("instance", &request.instance.name)
                .guide("The instance was removed. Give the run up.")
        })?;
        if !is_same_place(&request.instance, &instance) {
            return Err(CommandError::new(
                ErrorCode::BadInput,
                format!(
                    "`{}` has another address than when this change began.",
                    instance.name
                ),
            )
            .guide("Give the run up, and make the change anew."));
        }
        self.refuse_while_running(&instance)?;
        let prepared = self.prepare(&instance, request, Vec::new(), None).await?;
        let run = self.shared.journal.resume(&before.id)?;
        Ok(self.launch_change(&run, prepared))
    }

    async fn prepare(
        &self,
        instance: &StoredInstance,
        request: EngineRequest,
        secrets: Secrets,
        plan: Option<Plan>,
    ) -> Result<Prepared, CommandError> {
        // A test keeps nothing, nor does what only adds: they work where there is no vault.
        let vault = if request.change.keeps() {
            Some(self.shared.vault.open(&self.shared.secrets).await?)
        } else {
            None
        };
        Ok(Prepared {
            client: self.client_of(instance).await?,
            catalogue: self.known_catalogue(instance).await?,
            request,
            plan,
            secrets,
            vault,
        })
    }

    fn launch_change(&self, run: &Run, prepared: Prepared) -> RunSummary {
        let app = self.clone();
        let journal = Arc::clone(&self.shared.journal);
        let instance = prepared.request.instance.id.clone();
        let id = run.id.clone();
        self.launch(run, |reporter, cancel| async move {
            let watch = CallWatch::new(Arc::clone(&reporter), Arc::clone(&journal), id);
            let _heard = app.shared.clients.listen(&instance, Arc::new(watch));
            let work = ChangeWork {
                request: prepared.request,
                plan: prepared.plan,
                secrets: prepared.secrets,
                client: prepared.client,
                catalogue: prepared.catalogue,
                vault: prepared.vault,
                journal,
                reporter,
                cancel,
                permit: Arc::new(WriteGate {
                    app: app.clone(),
                    instance,
                }),
                patience: SettlePatience::default(),
            };
            if let Err(error) = make_change(work).await {
                tracing::warn!(%error, "a change could not be written down to its end");
            }
            // The lists were read anew.
            app.tell(AppEvent::InstancesChanged);
        })
    }
}

/// What a change is made with, before it is a run.
struct Prepared {
    request: EngineRequest,
    plan: Option<Plan>,
    secrets: Secrets,
    client: Client,
    catalogue: Catalogue,
    vault: Option<Arc<Vault>>,
}

/// What was found against a change, as a refusal.
fn refuse(planned: &Planned) -> Result<(), CommandError> {
    let name = &planned.instance.name;
    if let Some(because) = &planned.writes.because {
        return Err(CommandError::new(ErrorCode::ReadOnly, because.clone())
            .guide(HOW_TO_ALLOW)
            .with("instance", name));
    }
    let Some(finding) = planned.plan.blocking() else {
        return Ok(());
    };
    let refused = CommandError::new(ErrorCode::ChangeBlocked, finding.text.clone())
        .with("instance", name)
        .with("artifact", &planned.subject);
    Err(match &finding.guidance {
        Some(guidance) => refused.guide(guidance.clone()),
        None => refused,
    })
}

/// What has to be typed before a change that cannot be taken back.
fn check_name(plan: &Plan, typed: Option<&str>) -> Result<(), CommandError> {
    match &plan.type_name {
        Some(name) if typed.map(str::trim) != Some(name.trim()) => Err(CommandError::field(
            "typedName",
            "What was typed is not the name of what is to be deleted.",
        )
        .guide(format!(
            "Type `{name}` as it stands here, capital letters included."
        ))),
        _ => Ok(()),
    }
}
