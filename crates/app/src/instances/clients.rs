//! One client per saved instance, so that its token, its connections and its pace are shared by all
//! that goes on at a time.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
use url::Url;
use waybill_client::{
    Address, CallEvent, Client, ClientConfig, IdentityDomain, Observer, Pace, Proxy, SignIn,
    SigningKey, TokenStore,
};

use super::secrets::InstanceSecrets;
use crate::Waybill;
use crate::secrets::Slot;
use crate::settings::StoredInstance;
use crate::view::{CommandError, SignInForm};

/// The clients in use, and who listens to the calls of which instance.
#[derive(Default)]
pub(crate) struct Clients {
    made: Mutex<HashMap<String, (Fingerprint, Client)>>,
    listeners: Arc<Listeners>,
}

type Listeners = Mutex<HashMap<String, Vec<(u64, Arc<dyn Observer>)>>>;

/// Tells whether anything that a client is made of changed; one way, never kept on disk.
pub(super) type Fingerprint = [u8; 32];

impl Clients {
    pub(crate) fn forget(&self, id: &str) {
        self.held().remove(id);
    }

    pub(crate) fn forget_all(&self) {
        self.held().clear();
    }

    /// Hears of the calls of an instance until what is returned is dropped.
    pub(crate) fn listen(&self, id: &str, observer: Arc<dyn Observer>) -> Listening {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let ticket = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut all = lock(&self.listeners);
        all.entry(id.to_owned())
            .or_default()
            .push((ticket, observer));
        Listening {
            listeners: Arc::clone(&self.listeners),
            id: id.to_owned(),
            ticket,
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, (Fingerprint, Client)>> {
        lock(&self.made)
    }
}

impl fmt::Debug for Clients {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Clients").finish_non_exhaustive()
    }
}

/// Somebody who hears of calls.
pub(crate) struct Listening {
    listeners: Arc<Listeners>,
    id: String,
    ticket: u64,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut all = lock(&self.listeners);
        if let Some(listeners) = all.get_mut(&self.id) {
            listeners.retain(|(ticket, _)| *ticket != self.ticket);
        }
    }
}

/// The observer of a shared client: passes on to whoever listens at the moment.
struct Relay {
    listeners: Arc<Listeners>,
    id: String,
}

impl Observer for Relay {
    fn event(&self, event: &CallEvent) {
        let listeners = lock(&self.listeners)
            .get(&self.id)
            .cloned()
            .unwrap_or_default();
        for (_, listener) in listeners {
            listener.event(event);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Waybill {
    /// The client of a saved instance.
    ///
    /// # Errors
    /// `SecretMissing`, the failures of the place for secrets, and what a client refuses.
    pub(crate) async fn client_of(
        &self,
        instance: &StoredInstance,
    ) -> Result<Client, CommandError> {
        self.ensure_practice(instance).await?;
        let instance = self.located(instance)?;
        let secrets = self.secrets_of(&instance).await?;
        let fallback = self.shared.settings.read().view().proxy;
        let fingerprint = fingerprint(&instance, &secrets, fallback.as_deref());
        let clients = &self.shared.clients;
        // Held until the client is there: of many calls that begin at once, one makes it.
        let mut held = clients.held();
        if let Some((known, client)) = held.get(&instance.id)
            && *known == fingerprint
        {
            return Ok(client.clone());
        }
        let tokens = self.kept_tokens(&instance);
        let mut config = config(&instance, &secrets, tokens, fallback.as_deref())?;
        config.observer = Some(Arc::new(Relay {
            listeners: Arc::clone(&clients.listeners),
            id: instance.id.clone(),
        }));
        let client = Client::new(config)?;
        self.shared.browser.lend_to(&instance.sign_in, &client);
        held.insert(instance.id.clone(), (fingerprint, client.clone()));
        Ok(client)
    }

    /// The identity domain of a saved instance, with a pace of its own.
    ///
    /// # Errors
    /// `SecretMissing`, the failures of the place for secrets; `NotOffered` for a way of signing in that
    /// gives no token for the domain.
    pub(crate) async fn identity_domain_of(
        &self,
        instance: &StoredInstance,
    ) -> Result<IdentityDomain, CommandError> {
        self.ensure_practice(instance).await?;
        let instance = self.located(instance)?;
        let secrets = self.secrets_of(&instance).await?;
        let fallback = self.shared.settings.read().view().proxy;
        let tokens = self.kept_tokens(&instance);
        let config = config(&instance, &secrets, tokens, fallback.as_deref())?;
        Ok(IdentityDomain::new(&config)?)
    }

    /// The client in use for a saved instance, if there is one.
    pub(super) fn client_in_use(&self, id: &str) -> Option<Client> {
        let clients = &self.shared.clients;
        clients.held().get(id).map(|(_, client)| client.clone())
    }

    /// A client for values that may not be saved, with its own pace.
    pub(super) fn client_for_test(
        &self,
        draft: &StoredInstance,
        secrets: &InstanceSecrets,
        fallback_proxy: Option<&str>,
    ) -> Result<Client, CommandError> {
        let tokens = self.tokens_for(draft);
        let client = Client::new(config(draft, secrets, tokens, fallback_proxy)?)?;
        self.shared.browser.lend_to(&draft.sign_in, &client);
        Ok(client)
    }
}

/// What a client for this instance is made of.
pub(super) fn config(
    instance: &StoredInstance,
    secrets: &InstanceSecrets,
    tokens: Arc<dyn TokenStore>,
    fallback_proxy: Option<&str>,
) -> Result<ClientConfig, CommandError> {
    let base = Url::parse(&instance.address).map_err(|reason| {
        CommandError::field("address", format!("The address cannot be used: {reason}."))
    })?;
    let address = Address {
        generation: instance.generation,
        base,
        instance_name: instance.instance_name.clone(),
    };
    let sign_in = sign_in(&instance.sign_in, secrets, tokens)?;
    let mut config = ClientConfig::new(address, sign_in);
    config.ca_file = instance.ca_file.as_ref().map(PathBuf::from);
    config.proxy = match instance.proxy.as_deref().or(fallback_proxy) {
        Some(proxy) => Proxy::Url(Url::parse(proxy).map_err(|reason| {
            CommandError::field("proxy", format!("The proxy cannot be used: {reason}."))
        })?),
        None => Proxy::System,
    };
    config.pace = Pace {
        per_minute: instance.calls_per_minute,
        ..Pace::default()
    };
    Ok(config)
}

fn sign_in(
    form: &SignInForm,
    secrets: &InstanceSecrets,
    tokens: Arc<dyn TokenStore>,
) -> Result<SignIn, CommandError> {
    let secret = |slot: Slot| secrets.get(slot).cloned();
    let needed = |slot: Slot| secret(slot).ok_or_else(|| missing(slot));
    let parsed = |token_url: &str| {
        Url::parse(token_url).map_err(|reason| {
            CommandError::field("tokenUrl", format!("The address cannot be used: {reason}."))
        })
    };
    Ok(match form {
        SignInForm::ClientCredentials {
            token_url,
            client_id,
            scope,
        } => SignIn::ClientCredentials {
            token_url: parsed(token_url)?,
            client_id: client_id.clone(),
            client_secret: needed(Slot::ClientSecret)?,
            scope: scope.clone(),
        },
        SignInForm::AuthorizationCode {
            token_url,
            client_id,
            ..
        } => SignIn::AuthorizationCode {
            token_url: parsed(token_url)?,
            client_id: client_id.clone(),
            client_secret: secret(Slot::ClientSecret),
            tokens,
        },
        SignInForm::JwtAssertion {
            token_url,
            client_id,
            scope,
            user,
            key_id,
        } => SignIn::JwtAssertion {
            token_url: parsed(token_url)?,
            client_id: client_id.clone(),
            client_secret: secret(Slot::ClientSecret),
            scope: scope.clone(),
            user: user.clone(),
            key: SigningKey::from_text(&needed(Slot::PrivateKey)?).map_err(|reason| {
                CommandError::field(
                    "keyFile",
                    format!("The private key cannot be used: {reason}."),
                )
                .guide("Choose the file with the key again.")
            })?,
            key_id: key_id.clone(),
        },
        SignInForm::Password {
            token_url,
            client_id,
            scope,
            user,
        } => SignIn::Password {
            token_url: parsed(token_url)?,
            client_id: client_id.clone(),
            client_secret: secret(Slot::ClientSecret),
            scope: scope.clone(),
            user: user.clone(),
            password: needed(Slot::Password)?,
        },
        SignInForm::Basic { user } => SignIn::Basic {
            user: user.clone(),
            password: needed(Slot::Password)?,
        },
    })
}

/// The field of the form where a secret is missing.
pub(super) fn missing(slot: Slot) -> CommandError {
    let (field, message) = match slot {
        Slot::ClientSecret => ("clientSecret", "The client secret is missing."),
        Slot::Password => ("password", "The password is missing."),
        Slot::PrivateKey => ("keyFile", "The file with the private key is missing."),
        Slot::RefreshToken => ("signIn", "Nobody has signed in in the browser yet."),
    };
    CommandError::field(field, message)
        .guide("Enter it. It goes to the place for secrets, and into no file in plain text.")
}

/// What the connection rests on, the secrets included, but for the refresh token, which changes; the
/// name and policy of an instance are no part of it.
pub(super) fn fingerprint(
    instance: &StoredInstance,
    secrets: &InstanceSecrets,
    fallback_proxy: Option<&str>,
) -> Fingerprint {
    let parts = serde_json::json!([
        instance.generation,
        instance.address,
        instance.instance_name,
        instance.sign_in,
        instance.calls_per_minute,
        instance.ca_file,
        instance.proxy.as_deref().or(fallback_proxy),
    ]);
    let mut hash = Sha256::new();
    hash.update(parts.to_string());
    for (slot, secret) in secrets.iter() {
        hash.update([0, slot as u8]);
        hash.update(secret.expose_secret());
    }
    hash.finalize().into()
}
