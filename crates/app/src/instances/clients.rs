//! One client per saved instance, so that its token, its connections and its pace are shared by all
//! that goes on at a time.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use url::Url;
use waybill_client::{Address, CallEvent, Client, ClientConfig, Observer, Pace, Proxy, SignIn};

use crate::Waybill;
use crate::secrets::Account;
use crate::settings::StoredInstance;
use crate::view::{CommandError, ErrorCode, SignInForm};

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
        let secret = self.secret_of(&instance).await?;
        let fallback = self.shared.settings.read().view().proxy;
        let fingerprint = fingerprint(&instance, Some(&secret), fallback.as_deref());
        let clients = &self.shared.clients;
        if let Some((known, client)) = clients.held().get(&instance.id)
            && *known == fingerprint
        {
            return Ok(client.clone());
        }
        let mut config = config(&instance, secret, fallback.as_deref())?;
        config.observer = Some(Arc::new(Relay {
            listeners: Arc::clone(&clients.listeners),
            id: instance.id.clone(),
        }));
        let client = Client::new(config)?;
        clients
            .held()
            .insert(instance.id.clone(), (fingerprint, client.clone()));
        Ok(client)
    }

    /// The secret of a saved instance.
    pub(super) async fn secret_of(
        &self,
        instance: &StoredInstance,
    ) -> Result<SecretString, CommandError> {
        if instance.practice {
            return Ok(crate::practice::secret());
        }
        let account = Account::of_instance(&instance.id, &instance.sign_in);
        if let Some(secret) = self.shared.secrets.get(&account).await? {
            return Ok(secret);
        }
        let what = match instance.sign_in {
            SignInForm::ClientCredentials { .. } => "client secret",
            SignInForm::Basic { .. } => "password",
        };
        Err(CommandError::new(
            ErrorCode::SecretMissing,
            format!("The {what} of `{}` is not at hand.", instance.name),
        )
        .guide("Open the instance under Instances, enter it and save. On the command line: `--secret-stdin`.")
        .with("instance", &instance.name))
    }
}

/// What a client for this instance is made of.
pub(super) fn config(
    instance: &StoredInstance,
    secret: SecretString,
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
    let sign_in = match &instance.sign_in {
        SignInForm::ClientCredentials {
            token_url,
            client_id,
            scope,
        } => SignIn::ClientCredentials {
            token_url: Url::parse(token_url).map_err(|reason| {
                CommandError::field("tokenUrl", format!("The address cannot be used: {reason}."))
            })?,
            client_id: client_id.clone(),
            client_secret: secret,
            scope: scope.clone(),
        },
        SignInForm::Basic { user } => SignIn::Basic {
            user: user.clone(),
            password: secret,
        },
    };
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

/// What the connection rests on, the secret included; the name and policy of an instance are no
/// part of it.
pub(super) fn fingerprint(
    instance: &StoredInstance,
    secret: Option<&SecretString>,
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
    if let Some(secret) = secret {
        hash.update([0]);
        hash.update(secret.expose_secret());
    }
    hash.finalize().into()
}
