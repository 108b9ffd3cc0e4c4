//! The secrets of targets: what each of them is, and where it lies.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::StoredTarget;
use crate::Waybill;
use crate::secrets::Account;
use crate::view::{
    CommandError, EncryptionWay, ErrorCode, GitWay, SecretPlace, SshWay, TargetPlace, TargetSecrets,
};

/// The secrets that a target can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TargetSlot {
    /// What lets in.
    Access,
    /// What encrypts.
    Encryption,
    /// What opens the vault there.
    Vault,
}

impl TargetSlot {
    pub(crate) const ALL: [Self; 3] = [Self::Access, Self::Encryption, Self::Vault];

    /// The last part of its account, and the field of the form.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Encryption => "encryption",
            Self::Vault => "vault",
        }
    }
}

/// Secrets at hand.
#[derive(Clone, Debug, Default)]
pub(super) struct AtHand(BTreeMap<TargetSlot, SecretString>);

impl AtHand {
    pub(super) fn get(&self, slot: TargetSlot) -> Option<&SecretString> {
        self.0.get(&slot)
    }

    /// The secret, or an error that says what to enter.
    pub(super) fn need(
        &self,
        slot: TargetSlot,
        target: &StoredTarget,
    ) -> Result<SecretString, CommandError> {
        self.get(slot).cloned().ok_or_else(|| {
            let what = words(target, slot).unwrap_or("secret");
            CommandError::new(
                ErrorCode::SecretMissing,
                format!("The {what} of the target `{}` is not at hand.", target.name),
            )
            .guide(
                "Enter it under Settings, Targets. On the command line: `waybill target secret`.",
            )
            .with("field", slot.name())
        })
    }
}

/// What a secret of this target is called; none where it has no use for one.
pub(super) fn words(target: &StoredTarget, slot: TargetSlot) -> Option<&'static str> {
    match slot {
        TargetSlot::Access => match &target.place {
            TargetPlace::Folder { .. } => None,
            TargetPlace::Sftp { sign_in, .. } => ssh_words(sign_in),
            TargetPlace::Git { sign_in, .. } => match sign_in {
                GitWay::Nothing => None,
                GitWay::Token { .. } => Some("token"),
                GitWay::Ssh { way } => ssh_words(way),
            },
            TargetPlace::S3 { .. } => Some("secret key"),
            TargetPlace::Swift { token_first, .. } => {
                Some(if *token_first { "key" } else { "auth token" })
            }
            TargetPlace::Upload { .. } => Some("upload address"),
        },
        TargetSlot::Encryption if target.vault => None,
        TargetSlot::Encryption => match &target.encryption {
            EncryptionWay::Plain => None,
            EncryptionWay::Passphrase => Some("passphrase of the encryption"),
            EncryptionWay::Recipients { .. } => Some("secret key of age"),
        },
        TargetSlot::Vault => target.vault.then_some("password of the vault there"),
    }
}

const fn ssh_words(way: &SshWay) -> Option<&'static str> {
    match way {
        SshWay::Password => Some("password"),
        SshWay::Key { .. } => Some("passphrase of the key"),
        SshWay::Agent => None,
    }
}

/// Whether the target cannot do without it.
pub(super) fn is_needed(target: &StoredTarget, slot: TargetSlot) -> bool {
    let key_alone = match &target.place {
        TargetPlace::Sftp { sign_in, .. } => matches!(sign_in, SshWay::Key { .. }),
        TargetPlace::Git { sign_in, .. } => matches!(
            sign_in,
            GitWay::Ssh {
                way: SshWay::Key { .. }
            }
        ),
        _ => false,
    };
    match slot {
        TargetSlot::Access => words(target, slot).is_some() && !key_alone,
        TargetSlot::Encryption => !target.vault && target.encryption == EncryptionWay::Passphrase,
        TargetSlot::Vault => false,
    }
}

/// What was entered, under its slot; empty fields are none.
pub(super) fn entered(secrets: TargetSecrets) -> AtHand {
    let all = [
        (TargetSlot::Access, secrets.access),
        (TargetSlot::Encryption, secrets.encryption),
        (TargetSlot::Vault, secrets.vault),
    ];
    AtHand(
        all.into_iter()
            .filter_map(|(slot, secret)| Some((slot, secret?)))
            .filter(|(_, secret)| !secret.expose_secret().trim().is_empty())
            .collect(),
    )
}

impl Waybill {
    /// The secrets of a target: those entered just now, else those that are kept.
    pub(super) async fn at_hand(
        &self,
        target: &StoredTarget,
        entered: AtHand,
    ) -> Result<AtHand, CommandError> {
        let mut all = entered;
        for slot in TargetSlot::ALL {
            if all.0.contains_key(&slot) || words(target, slot).is_none() {
                continue;
            }
            if let Some(secret) = self.kept_secret(target, slot).await? {
                all.0.insert(slot, secret);
            }
        }
        Ok(all)
    }

    async fn kept_secret(
        &self,
        target: &StoredTarget,
        slot: TargetSlot,
    ) -> Result<Option<SecretString>, CommandError> {
        let account = Account::of_target(&target.id, slot);
        let secrets = &self.shared.secrets;
        if let Some(given) = secrets.given(&account) {
            return Ok(Some(given));
        }
        match target.secrets_in.get(&slot) {
            Some(kind) => Ok(secrets.get_from(*kind, &account).await?),
            None => Ok(None),
        }
    }

    /// Keeps what was entered, and writes down where.
    pub(super) async fn keep_entered(
        &self,
        target: &mut StoredTarget,
        entered: &AtHand,
    ) -> Result<(), CommandError> {
        for (slot, secret) in &entered.0 {
            if words(target, *slot).is_none() {
                continue;
            }
            let account = Account::of_target(&target.id, *slot);
            let kind = self.shared.secrets.set(&account, secret).await?;
            target.secrets_in.insert(*slot, kind);
        }
        Ok(())
    }

    /// Takes away the secrets of these slots, wherever they lie.
    pub(super) async fn drop_target_secrets(&self, target: &StoredTarget, slots: &[TargetSlot]) {
        for slot in slots {
            let account = Account::of_target(&target.id, *slot);
            self.shared.secrets.forget_given(&account);
            if let Some(kind) = target.secrets_in.get(slot)
                && let Err(error) = self.shared.secrets.remove_from(*kind, &account).await
            {
                tracing::warn!("a secret of a target that is gone could not be removed: {error}");
            }
        }
    }

    /// Where a secret of a target lies.
    pub(super) fn target_secret_place(
        &self,
        target: &StoredTarget,
        slot: TargetSlot,
    ) -> SecretPlace {
        if words(target, slot).is_none() {
            return SecretPlace::NotNeeded;
        }
        let kept = target.secrets_in.get(&slot).copied();
        let place = self
            .shared
            .secrets
            .place(kept, &Account::of_target(&target.id, slot));
        if place == SecretPlace::Missing && !is_needed(target, slot) {
            SecretPlace::NotNeeded
        } else {
            place
        }
    }
}
