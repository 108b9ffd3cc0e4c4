//! What a person can set about proofs.

use waybill_engine::ProofKind;
use waybill_model::Environment;

use crate::settings::StoredSettings;
use crate::view::{CommandError, ProofForm, ProofPlace, ProofSettings};
use crate::{AppEvent, Waybill};

impl Waybill {
    /// What is proved by itself, and how it stands.
    ///
    /// # Errors
    /// `FileFailed`.
    pub fn proof_settings(&self) -> Result<ProofSettings, CommandError> {
        let stored = self.shared.settings.read();
        Ok(ProofSettings {
            form: stored.proof.form.clone(),
            checks: stored.proof.form.check && stored.schedules.iter().any(|one| one.on),
            places: places(&stored),
            last_check: self.last_proof(&[ProofKind::Check, ProofKind::Mend])?,
            last_restore: self.last_proof(&[ProofKind::Folder, ProofKind::Instance])?,
        })
    }

    /// Sets what is proved by itself.
    ///
    /// # Errors
    /// `BadInput` with `context.field`, `UnknownSubject` for the instance, `FileFailed`.
    pub fn proof_set(&self, form: &ProofForm) -> Result<ProofSettings, CommandError> {
        let mut form = form.clone();
        if form.artifacts == Some(0) {
            return Err(CommandError::field(
                "artifacts",
                "At least one artifact has to be restored.",
            )
            .guide("Leave it empty to restore all."));
        }
        if let Some(into) = &mut form.into {
            *into = self.proof_place(into)?.id;
        }
        self.shared.settings.change(|stored| {
            stored.proof.form = form;
            Ok(())
        })?;
        self.audit("calendar of proofs saved", "vault")?;
        self.tell(AppEvent::VaultChanged);
        self.proof_settings()
    }

    /// Marks an instance as a scratch instance: what is in it may be replaced by restore proofs. Or takes the
    /// mark away.
    ///
    /// # Errors
    /// `BadInput` for Production, `UnknownSubject`, `FileFailed`.
    pub fn proof_scratch(&self, instance: &str, on: bool) -> Result<ProofSettings, CommandError> {
        let instance = self.stored_instance(instance)?;
        if on && instance.environment == Environment::Production {
            return Err(CommandError::field(
                "instance",
                format!(
                    "`{}` is Production and cannot be a scratch instance.",
                    instance.name
                ),
            )
            .guide("Choose an instance in which nobody misses anything."));
        }
        self.shared.settings.change(|stored| {
            stored.proof.scratch.retain(|id| *id != instance.id);
            if on {
                stored.proof.scratch.push(instance.id.clone());
            } else if stored.proof.form.into.as_deref() == Some(&instance.id) {
                stored.proof.form.into = None;
            }
            Ok(())
        })?;
        self.audit(
            if on {
                "marked as scratch instance"
            } else {
                "no longer a scratch instance"
            },
            &instance.name,
        )?;
        self.proof_settings()
    }
}

fn places(stored: &StoredSettings) -> Vec<ProofPlace> {
    stored
        .instances
        .iter()
        .filter(|instance| {
            instance.environment != Environment::Production
                && (instance.practice || stored.proof.scratch.contains(&instance.id))
        })
        .map(|instance| ProofPlace {
            id: instance.id.clone(),
            name: instance.name.clone(),
            environment: instance.environment,
            practice: instance.practice,
        })
        .collect()
}
