//! The refresh token of a saved instance, in the place for secrets.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use tokio::sync::broadcast;
use waybill_client::{StoreFailure, StoreFuture, TokenStore};

use crate::secrets::{Account, SecretError, Secrets, Slot};
use crate::settings::{SettingsStore, StoredInstance};
use crate::view::{CommandError, SecretStoreKind};
use crate::{AppEvent, Waybill};

/// The store that a client of a saved instance is given.
struct KeptTokens {
    secrets: Arc<Secrets>,
    settings: Arc<SettingsStore>,
    events: broadcast::Sender<AppEvent>,
    id: String,
    account: Account,
}

impl KeptTokens {
    fn kept_in(&self) -> Option<SecretStoreKind> {
        let stored = self.settings.read();
        let instance = stored.instance(&self.id)?;
        instance.secrets_in.get(&Slot::RefreshToken).copied()
    }

    fn mark(&self, kind: Option<SecretStoreKind>) -> Result<(), StoreFailure> {
        if self.kept_in() == kind {
            return Ok(());
        }
        self.settings
            .change(|stored| {
                let known = stored.instances.iter_mut().find(|one| one.id == self.id);
                if let Some(known) = known {
                    match kind {
                        Some(kind) => known.secrets_in.insert(Slot::RefreshToken, kind),
                        None => known.secrets_in.remove(&Slot::RefreshToken),
                    };
                }
                Ok(())
            })
            .map_err(|error: CommandError| failed(&error.message))?;
        // Nobody may be listening.
        let _ = self.events.send(AppEvent::InstancesChanged);
        Ok(())
    }

    async fn replace(&self, token: Option<SecretString>) -> Result<(), StoreFailure> {
        let Some(token) = token else {
            if let Some(kind) = self.kept_in() {
                self.secrets
                    .remove_from(kind, &self.account)
                    .await
                    .map_err(refused)?;
            }
            return self.mark(None);
        };
        // An instance that was removed meanwhile leaves no secret behind.
        if self.settings.read().instance(&self.id).is_none() {
            return Ok(());
        }
        let before = self.kept_in();
        let kind = self
            .secrets
            .set(&self.account, &token)
            .await
            .map_err(refused)?;
        self.mark(Some(kind))?;
        if let Some(before) = before.filter(|before| *before != kind)
            && let Err(error) = self.secrets.remove_from(before, &self.account).await
        {
            tracing::warn!("a refresh token that is of no more use could not be removed: {error}");
        }
        Ok(())
    }
}

impl TokenStore for KeptTokens {
    fn refresh_token(&self) -> StoreFuture<'_, Option<SecretString>> {
        Box::pin(async {
            match self.kept_in() {
                None => Ok(None),
                Some(kind) => self
                    .secrets
                    .get_from(kind, &self.account)
                    .await
                    .map_err(refused),
            }
        })
    }

    fn keep(&self, token: Option<SecretString>) -> StoreFuture<'_, ()> {
        Box::pin(self.replace(token))
    }
}

impl fmt::Debug for KeptTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("KeptTokens")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands where an error is mapped"
)]
fn refused(error: SecretError) -> StoreFailure {
    failed(&error.to_string())
}

fn failed(words: &str) -> StoreFailure {
    StoreFailure(words.trim_end_matches('.').to_owned())
}

impl Waybill {
    /// Where the refresh token of a saved instance lives.
    pub(super) fn kept_tokens(&self, instance: &StoredInstance) -> Arc<dyn TokenStore> {
        Arc::new(KeptTokens {
            secrets: Arc::clone(&self.shared.secrets),
            settings: Arc::clone(&self.shared.settings),
            events: self.shared.events.clone(),
            id: instance.id.clone(),
            account: Account::of_instance(&instance.id, Slot::RefreshToken),
        })
    }

    /// The same for values that may not be saved: a token of them waits in memory until they are.
    pub(super) fn tokens_for(&self, draft: &StoredInstance) -> Arc<dyn TokenStore> {
        let stored = self.shared.settings.read();
        match stored.instance(&draft.id) {
            Some(saved) if saved.id == draft.id && saved.sign_in == draft.sign_in => {
                self.kept_tokens(saved)
            }
            _ => self.shared.browser.tokens(&draft.sign_in),
        }
    }
}
