//! What lies at a target, whoever brought it there.

use waybill_engine::copies::{Carrier, copies_in_vault, open_vault};
use waybill_targets::CopyHead;

use super::StoredTarget;
use crate::Waybill;
use crate::places::blocking;
use crate::view::{CommandError, LyingCopy};

impl Waybill {
    /// The whole copies at a target, newest first.
    ///
    /// # Errors
    /// `UnknownSubject`, `SecretMissing`, those of the target: it has to be reached.
    pub async fn target_copies(&self, target: &str) -> Result<Vec<LyingCopy>, CommandError> {
        let target = self.stored_target(target)?;
        let heads = self.heads(&target).await?;
        let instances = self.shared.settings.read().instances;
        Ok(heads
            .into_iter()
            .map(|head| LyingCopy {
                environment: instances
                    .iter()
                    .find(|instance| instance.name == head.instance)
                    .map(|instance| instance.environment),
                copy: head.folder,
                title: head.title,
                instance: head.instance,
                snapshot: head.snapshot,
                taken_at: head.taken.to_string(),
                build: u32::try_from(head.build).unwrap_or(u32::MAX),
            })
            .collect())
    }

    async fn heads(&self, target: &StoredTarget) -> Result<Vec<CopyHead>, CommandError> {
        match self.carrier(target).await? {
            Carrier::Files { target, .. } => Ok(target.copies().await?),
            Carrier::Vault { files, password } => {
                let vault = open_vault(files, password, false).await?;
                blocking(move || copies_in_vault(&vault)).await
            }
        }
    }
}
