//! The secrets that go into a destination: where each of them is held. The bindings know their names
//! alone.

use std::collections::BTreeSet;

use secrecy::{ExposeSecret as _, SecretString};
use waybill_engine::waybill::{Bindings, secret_account};
use waybill_model::ArtifactId;

use crate::Waybill;
use crate::secrets::Account;
use crate::view::{CommandError, SecretHeld, SecretPlace};

/// The longest secret that is taken: a private key with its certificates.
const LONGEST: usize = 64 * 1024;

impl Waybill {
    /// Where a secret of a connection or certificate of a destination is held.
    pub(in crate::moves) fn held(
        &self,
        destination: &str,
        of: &ArtifactId,
        name: &str,
    ) -> SecretHeld {
        let account = Account::of_waybill(&secret_account(destination, of, name));
        let known = self.shared.settings.read().waybill_secrets;
        let kept = known.get(account.as_str()).copied();
        match self.shared.secrets.place(kept, &account) {
            SecretPlace::Keychain | SecretPlace::EncryptedFile => SecretHeld::Kept,
            SecretPlace::Session => SecretHeld::Session,
            SecretPlace::Missing | SecretPlace::NotNeeded => SecretHeld::No,
        }
    }

    /// The accounts of all secrets that bindings name and that are held.
    pub(super) fn secrets_held(&self, destination: &str, bindings: &Bindings) -> BTreeSet<String> {
        let connections = bindings.connections.iter();
        let connections = connections.map(|(id, binding)| (id, &binding.secrets));
        let certificates = bindings.certificates.iter();
        let certificates = certificates.map(|(id, binding)| (id, &binding.secrets));
        connections
            .chain(certificates)
            .flat_map(|(id, names)| names.iter().map(move |name| (id, name)))
            .filter(|(id, name)| self.held(destination, id, name) != SecretHeld::No)
            .map(|(id, name)| secret_account(destination, id, name))
            .collect()
    }

    /// Holds a secret: in the place for secrets, or until the program ends.
    pub(crate) async fn hold_secret(
        &self,
        destination: &str,
        of: &ArtifactId,
        name: &str,
        secret: &SecretString,
        keep: bool,
    ) -> Result<(), CommandError> {
        let length = secret.expose_secret().len();
        if length == 0 || length > LONGEST {
            let words = if length == 0 {
                format!("Nothing was entered for `{name}`.")
            } else {
                format!("What was entered for `{name}` is too long for a secret.")
            };
            return Err(CommandError::field("secrets", words)
                .guide("Enter the secret again, or leave the field as it is."));
        }
        let account = Account::of_waybill(&secret_account(destination, of, name));
        let secrets = &self.shared.secrets;
        if !keep {
            secrets.give_for_session(&account, secret);
            return Ok(());
        }
        let kind = secrets.set(&account, secret).await?;
        secrets.forget_given(&account);
        self.shared.settings.change(|stored| {
            stored
                .waybill_secrets
                .insert(account.as_str().to_owned(), kind);
            Ok(())
        })
    }

    /// Forgets a secret, wherever it is held.
    pub(super) async fn forget_secret(
        &self,
        destination: &str,
        of: &ArtifactId,
        name: &str,
    ) -> Result<(), CommandError> {
        let account = Account::of_waybill(&secret_account(destination, of, name));
        self.forget_account(&account).await
    }

    async fn forget_account(&self, account: &Account) -> Result<(), CommandError> {
        let secrets = &self.shared.secrets;
        secrets.forget_given(account);
        let known = self.shared.settings.read().waybill_secrets;
        let Some(kind) = known.get(account.as_str()) else {
            return Ok(());
        };
        secrets.remove_from(*kind, account).await?;
        self.shared.settings.change(|stored| {
            stored.waybill_secrets.remove(account.as_str());
            Ok(())
        })
    }

    /// Forgets all secrets that would go into an instance, because it is removed.
    pub(crate) async fn forget_waybill_secrets(&self, instance: &str) -> Result<(), CommandError> {
        let start = format!("waybill/{instance}/");
        let known = self.shared.settings.read().waybill_secrets;
        for account in known.keys().filter(|account| account.starts_with(&start)) {
            self.forget_account(&Account::of_waybill(account)).await?;
        }
        Ok(())
    }
}
