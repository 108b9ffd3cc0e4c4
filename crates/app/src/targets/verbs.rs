//! What a person can do with targets: look, save, remove.

use waybill_engine::copies::PATTERN;

use super::secrets::{AtHand, entered, words};
use super::{StoredTarget, TargetSlot};
use crate::settings::same_name;
use crate::view::{
    CommandError, EncryptionWay, GitWay, TargetForm, TargetPlace, TargetSecrets, TargetView,
};
use crate::{AppEvent, Waybill};

impl Waybill {
    /// All targets and how they stand.
    ///
    /// # Errors
    /// The failures of the journal, and of the vault and its password where there is a vault.
    pub async fn targets(&self) -> Result<Vec<TargetView>, CommandError> {
        let stored = self.shared.settings.read().targets;
        if stored.is_empty() {
            return Ok(Vec::new());
        }
        // Where the vault cannot be opened, nobody knows what is due; the rest is told all the same.
        let snapshots = self.copyable().await.unwrap_or_default();
        let views = stored
            .iter()
            .map(|target| self.target_view(target, &snapshots));
        views.collect()
    }

    /// Makes or changes a target. Secrets that are not entered stay, unless they would go to somebody else.
    ///
    /// # Errors
    /// `BadInput` with `context.field`, `UnknownSubject` for the target or an instance, the failures of the place
    /// for secrets, `FileFailed`.
    pub async fn target_save(
        &self,
        form: TargetForm,
        secrets: TargetSecrets,
    ) -> Result<TargetView, CommandError> {
        let entered = entered(secrets);
        let (mut target, before) = self.target_of(form)?;
        self.carrier_shape(&target, &entered).await?;
        self.keep_entered(&mut target, &entered).await?;
        let gone: Vec<TargetSlot> = before
            .iter()
            .flat_map(|before| before.secrets_in.keys().copied())
            .filter(|slot| !target.secrets_in.contains_key(slot))
            .collect();
        let saved = target.clone();
        self.shared.settings.change(|stored| {
            match stored.targets.iter().position(|one| one.id == saved.id) {
                Some(at) => stored.targets[at] = saved.clone(),
                None => stored.targets.push(saved.clone()),
            }
            Ok(())
        })?;
        if let Some(before) = &before {
            self.drop_target_secrets(before, &gone).await;
            if before.place != target.place || before.vault != target.vault {
                // What is at another place has nothing of what this one had.
                self.shared.journal.forget_copies(&target.id)?;
            }
        }
        self.audit("target saved", &target.name)?;
        self.tell(AppEvent::InstancesChanged);
        let snapshots = self.copyable().await.unwrap_or_default();
        self.target_view(&target, &snapshots)
    }

    /// Forgets a target, its secrets, and what this computer knows of its copies. What lies there stays.
    ///
    /// # Errors
    /// `UnknownSubject`, `FileFailed`.
    pub async fn target_remove(&self, target: &str) -> Result<(), CommandError> {
        let target = self.stored_target(target)?;
        self.shared.settings.change(|stored| {
            stored.targets.retain(|one| one.id != target.id);
            Ok(())
        })?;
        self.drop_target_secrets(&target, &TargetSlot::ALL).await;
        self.shared.journal.forget_copies(&target.id)?;
        let cache = self.shared.home.target(&target.id);
        if let Err(error) = std::fs::remove_dir_all(&cache)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "what was kept for a target could not be removed");
        }
        self.audit("target removed", &target.name)?;
        self.tell(AppEvent::InstancesChanged);
        Ok(())
    }

    /// The target with this id or name.
    pub(crate) fn stored_target(&self, id_or_name: &str) -> Result<StoredTarget, CommandError> {
        let targets = self.shared.settings.read().targets;
        targets
            .iter()
            .find(|target| target.id == id_or_name)
            .or_else(|| {
                targets
                    .iter()
                    .find(|target| same_name(&target.name, id_or_name))
            })
            .cloned()
            .ok_or_else(|| {
                CommandError::unknown("target", id_or_name)
                    .guide("`waybill target list` shows those there are.")
            })
    }

    /// The target that a form describes, and the one that it changes. Secrets that would go elsewhere are not
    /// taken along.
    pub(super) fn target_of(
        &self,
        form: TargetForm,
    ) -> Result<(StoredTarget, Option<StoredTarget>), CommandError> {
        let before = form
            .id
            .as_deref()
            .map(|id| self.stored_target(id))
            .transpose()?;
        let instances = form
            .instances
            .map(|named| {
                let ids = named
                    .iter()
                    .map(|name| Ok(self.stored_instance(name)?.id))
                    .collect::<Result<Vec<_>, CommandError>>()?;
                // What nothing is copied to by itself needs none: a container for archives of instances.
                if ids.is_empty() && form.on {
                    return Err(CommandError::field(
                        "instances",
                        "No instance was chosen to be copied there.",
                    ));
                }
                Ok(ids)
            })
            .transpose()?;
        let mut target = StoredTarget {
            id: before
                .as_ref()
                .map_or_else(fresh_id, |before| before.id.clone()),
            name: form.name.trim().to_owned(),
            on: form.on,
            instances,
            place: form.place,
            vault: form.vault,
            pattern: match form.pattern.trim() {
                "" => PATTERN.to_owned(),
                own => own.to_owned(),
            },
            encryption: form.encryption,
            host_key: form
                .host_key
                .map(|key| key.trim().to_owned())
                .filter(|key| !key.is_empty()),
            since: self.shared.clock.now(),
            known: false,
            secrets_in: std::collections::BTreeMap::new(),
            other: serde_json::Map::new(),
        };
        if let Some(before) = &before {
            let same_place = before.place == target.place && before.vault == target.vault;
            target.known = before.known && same_place;
            if same_place {
                target.since = before.since;
            }
            target.other.clone_from(&before.other);
            target.secrets_in.clone_from(&before.secrets_in);
            if target.asks_elsewhere(before) {
                target.secrets_in.remove(&TargetSlot::Access);
                if target.host_key == before.host_key {
                    target.host_key = None;
                }
            }
            if !same_place || before.encryption != target.encryption {
                target.secrets_in.remove(&TargetSlot::Encryption);
            }
            let unused: Vec<TargetSlot> = TargetSlot::ALL
                .into_iter()
                .filter(|slot| words(&target, *slot).is_none())
                .collect();
            target.secrets_in.retain(|slot, _| !unused.contains(slot));
        }
        self.sound(&target)?;
        Ok((target, before))
    }

    /// What can be told to be wrong without a call.
    fn sound(&self, target: &StoredTarget) -> Result<(), CommandError> {
        if target.name.is_empty() {
            return Err(CommandError::field("name", "The target needs a name."));
        }
        if target.name.chars().count() > 80 || target.name.contains(['/', ':']) {
            return Err(CommandError::field(
                "name",
                "The name of a target has at most 80 characters, and no `/` or `:`.",
            ));
        }
        let taken = self.shared.settings.read().targets;
        if taken
            .iter()
            .any(|other| other.id != target.id && same_name(&other.name, &target.name))
        {
            return Err(CommandError::field(
                "name",
                format!("There is a target `{}` already.", target.name),
            ));
        }
        let no_vault = matches!(
            target.place,
            TargetPlace::Git { .. } | TargetPlace::Upload { .. }
        );
        if target.vault && no_vault {
            return Err(CommandError::field(
                "vault",
                "A vault can lie in a folder, on SFTP, in S3 or Swift: elsewhere nothing can be read and removed as restic does.",
            ));
        }
        if matches!(target.place, TargetPlace::Git { .. })
            && target.encryption != EncryptionWay::Plain
        {
            return Err(CommandError::field(
                "encryption",
                "Copies in Git are not encrypted: their differences could not be read.",
            ));
        }
        if let TargetPlace::Git {
            address, sign_in, ..
        } = &target.place
        {
            let has_password =
                url::Url::parse(address.trim()).is_ok_and(|address| address.password().is_some());
            if has_password {
                return Err(CommandError::field(
                    "address",
                    "There is a password in the address.",
                )
                .guide("Leave it out, and enter it as the token: the address stands in settings and logs."));
            }
            let web = address.trim().starts_with("http");
            if matches!(sign_in, GitWay::Ssh { .. }) && web {
                return Err(CommandError::field(
                    "signIn",
                    "An address that begins with https:// signs in with a token, not with SSH.",
                ));
            }
        }
        Ok(())
    }

    /// That all of it makes sense together: addresses, patterns, keys. Nothing is called.
    async fn carrier_shape(
        &self,
        target: &StoredTarget,
        entered: &AtHand,
    ) -> Result<(), CommandError> {
        let at_hand = self.at_hand(target, entered.clone()).await?;
        if let TargetPlace::Git { .. } = target.place {
            return Ok(());
        }
        match self.tree(target, &at_hand) {
            // It can be entered later.
            Err(error) if error.code == crate::view::ErrorCode::SecretMissing => Ok(()),
            other => other.map(drop),
        }
    }
}

/// Eight digits: short enough to be typed, and no other data folder's.
fn fresh_id() -> String {
    let own = uuid::Uuid::new_v4().simple().to_string();
    own[..8].to_owned()
}
