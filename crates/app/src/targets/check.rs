//! Trying a target out: it is really written, listed, read and cleared.

use std::sync::{Mutex, PoisonError};

use waybill_engine::EngineError;
use waybill_engine::copies::{Carrier, open_vault};
use waybill_targets::{Checked, Stage, StageState as Ended, Target as _, TargetError};

use super::StoredTarget;
use super::secrets::{AtHand, entered};
use crate::Waybill;
use crate::view::{
    CommandError, ErrorCode, StageState, TargetForm, TargetReport, TargetSecrets, TargetStage,
};

impl Waybill {
    /// Tries a target out as it stands in the form, and tells each stage as it ends. Secrets that are not
    /// entered are those that are kept.
    ///
    /// # Errors
    /// `BadInput` with `context.field`, `SecretMissing`, `UnknownSubject`. What fails there stands in the report.
    pub async fn target_check(
        &self,
        form: TargetForm,
        secrets: TargetSecrets,
        on_stage: impl Fn(&TargetStage) + Send + Sync,
    ) -> Result<TargetReport, CommandError> {
        let (target, _) = self.target_of(form)?;
        self.check_target(&target, entered(secrets), &on_stage)
            .await
    }

    /// Tries a saved target out.
    ///
    /// # Errors
    /// As [`Self::target_check`].
    pub async fn target_check_saved(
        &self,
        target: &str,
        on_stage: impl Fn(&TargetStage) + Send + Sync,
    ) -> Result<TargetReport, CommandError> {
        let target = self.stored_target(target)?;
        let report = self
            .check_target(&target, AtHand::default(), &on_stage)
            .await?;
        if report.passed {
            self.mark_known(&target)?;
        }
        Ok(report)
    }

    /// The fingerprint of the host key that the server of a form shows; none where it has none, or shows the
    /// confirmed one.
    ///
    /// # Errors
    /// As [`Self::target_check`], and `Unreachable`.
    pub async fn target_host_key(
        &self,
        form: TargetForm,
        secrets: TargetSecrets,
    ) -> Result<Option<String>, CommandError> {
        let (target, _) = self.target_of(form)?;
        if !target.has_host_key() {
            return Ok(None);
        }
        let report = self
            .check_target(&target, entered(secrets), &|_| {})
            .await?;
        if report.host_key.is_none()
            && let Some(first) = report
                .stages
                .iter()
                .find(|stage| stage.state == StageState::Failed && stage.name == "Connect")
        {
            return Err(
                CommandError::new(ErrorCode::Unreachable, first.detail.clone())
                    .guide(first.remedy.clone().unwrap_or_default())
                    .retryable(true),
            );
        }
        Ok(report.host_key)
    }

    /// Confirms the host key of a saved target.
    ///
    /// # Errors
    /// `UnknownSubject`, `BadInput` for a target without one or what is no fingerprint, `FileFailed`.
    pub fn target_accept_host_key(&self, target: &str, shown: &str) -> Result<(), CommandError> {
        let target = self.stored_target(target)?;
        let shown = shown.trim();
        if !target.has_host_key() || !shown.starts_with("SHA256:") {
            return Err(CommandError::field(
                "hostKey",
                format!(
                    "`{shown}` is no fingerprint of a host key of `{}`.",
                    target.name
                ),
            )
            .guide("It begins with `SHA256:`, and stands where the target is checked."));
        }
        self.shared.settings.change(|stored| {
            for one in stored.targets.iter_mut().filter(|one| one.id == target.id) {
                one.host_key = Some(shown.to_owned());
            }
            Ok(())
        })?;
        self.audit("host key confirmed", &format!("{}: {shown}", target.name))?;
        self.tell(crate::AppEvent::InstancesChanged);
        Ok(())
    }

    async fn check_target(
        &self,
        target: &StoredTarget,
        entered: AtHand,
        on_stage: &(dyn Fn(&TargetStage) + Send + Sync),
    ) -> Result<TargetReport, CommandError> {
        let at_hand = self.at_hand(target, entered).await?;
        let stages = Mutex::new(Vec::new());
        let add = |stage: TargetStage| {
            on_stage(&stage);
            stages
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(stage);
        };
        // The remedy of a failed stage comes with the error that ends the check.
        let failed = Mutex::new(None);
        let told = |stage: Stage| {
            let shown = stage_view(stage);
            if shown.state == StageState::Failed {
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
            } else {
                add(shown);
            }
        };
        let carrier = self.carrier_with(target, &at_hand).await?;
        let ended = match &carrier {
            Carrier::Files { target, .. } => target.check(&told).await,
            Carrier::Vault { .. } => self.tree(target, &at_hand)?.check(&told).await,
        };
        let mut host_key = None;
        let mut checked = Checked::default();
        let last = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
        match ended {
            Ok(found) => {
                if let Some(stage) = last {
                    add(stage);
                }
                checked = found;
                if let Carrier::Vault { files, password } = carrier {
                    add(vault_stage(
                        open_vault(files, password, false).await.map(drop),
                    ));
                }
            }
            Err(reason) => {
                if let TargetError::HostKeyUnknown { shown, .. }
                | TargetError::HostKeyChanged { shown, .. } = &reason
                {
                    host_key = Some(shown.clone());
                }
                let mut stage = last.unwrap_or_else(|| TargetStage {
                    name: "Connect".to_owned(),
                    state: StageState::Failed,
                    detail: String::new(),
                    remedy: None,
                });
                stage.detail = reason.to_string();
                stage.remedy = Some(reason.guidance().to_owned());
                add(stage);
            }
        }
        let stages = stages.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(TargetReport {
            passed: stages.iter().all(|stage| stage.state != StageState::Failed),
            stages,
            notes: checked.notes,
            free: checked.free,
            host_key,
            at: self.shared.clock.now().to_string(),
        })
    }

    /// Writes down that the target was reached, so that another folder in its place is told.
    pub(super) fn mark_known(&self, target: &StoredTarget) -> Result<(), CommandError> {
        if target.known {
            return Ok(());
        }
        self.shared.settings.change(|stored| {
            for one in &mut stored.targets {
                if one.id == target.id && one.place == target.place {
                    one.known = true;
                }
            }
            Ok(())
        })
    }
}

fn stage_view(stage: Stage) -> TargetStage {
    TargetStage {
        name: stage.name.to_owned(),
        state: match stage.state {
            Ended::Passed => StageState::Passed,
            Ended::Failed => StageState::Failed,
            Ended::Skipped => StageState::Skipped,
        },
        detail: stage.words,
        remedy: None,
    }
}

/// Whether the vault there opens. That there is none yet is fine: the first copy makes it.
fn vault_stage(opened: Result<(), EngineError>) -> TargetStage {
    let (state, detail, remedy) = match opened {
        Ok(()) => (
            StageState::Passed,
            "The vault there opens with the password.".to_owned(),
            None,
        ),
        Err(error) if is_no_vault(&error) => (
            StageState::Passed,
            "There is no vault yet; the first copy makes it.".to_owned(),
            None,
        ),
        Err(error) => {
            let error = CommandError::from(error);
            (StageState::Failed, error.message, error.guidance)
        }
    };
    TargetStage {
        name: "Vault".to_owned(),
        state,
        detail,
        remedy,
    }
}

fn is_no_vault(error: &EngineError) -> bool {
    matches!(
        error.vault_error(),
        Some(waybill_vault::VaultError::NotAVault { .. })
    )
}
