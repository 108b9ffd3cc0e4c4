//! The practice instances: the sandbox inside this process, saved as three instances that nobody
//! has to set up. Their port changes with each start, so their address is looked up when it is
//! needed: in this process, else in `practice.json`, which another program of the same data folder
//! left. Their secrets are known to everyone and protect nothing.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::PoisonError;
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use url::Url;
use waybill_model::{Environment, Generation};
use waybill_sandbox::{Running, practice as sandbox};

use crate::settings::{StoredInstance, StoredSettings};
use crate::storage::write_atomically;
use crate::view::{CommandError, ErrorCode, InstanceView, SignInForm};
use crate::{AppEvent, Waybill};

/// Name, environment, and what the sandbox calls it.
const INSTANCES: [(&str, Environment, &str); 3] = [
    ("Practice DEV", Environment::Development, sandbox::NAMES[0]),
    ("Practice TEST", Environment::Test, sandbox::NAMES[1]),
    ("Practice PROD", Environment::Production, sandbox::NAMES[2]),
];
/// The member of a stored practice instance that says what the sandbox calls it.
const KEY: &str = "practiceInstance";

/// The sandbox inside this process.
#[derive(Debug, Default)]
pub(crate) struct PracticeHost {
    /// Held while it starts, so that two clicks start it once.
    running: tokio::sync::Mutex<Option<Running>>,
    known: std::sync::Mutex<Option<Notice>>,
}

/// `practice.json`: where the practice instances answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notice {
    /// The process that has them.
    process: u32,
    instances: Vec<NoticedInstance>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NoticedInstance {
    name: String,
    address: String,
    instance_name: Option<String>,
    token_url: String,
    client_id: String,
    scope: String,
}

/// The client secret of the practice instances.
pub(crate) fn secret() -> SecretString {
    SecretString::from(sandbox::CLIENT_SECRET)
}

impl Waybill {
    /// Starts the practice instances inside this process and saves them as instances; again = the
    /// same.
    ///
    /// # Errors
    /// `FileFailed`, or no port is free on this computer.
    pub async fn practice_start(&self) -> Result<Vec<InstanceView>, CommandError> {
        self.practice_start_on(None).await
    }

    /// As [`Self::practice_start`], on this port.
    ///
    /// # Errors
    /// As [`Self::practice_start`]; `BadInput` if the port is taken.
    pub async fn practice_start_on(
        &self,
        port: Option<u16>,
    ) -> Result<Vec<InstanceView>, CommandError> {
        self.practice_host(port).await?;
        let saved = self.shared.settings.change(|stored| {
            for (name, environment, key) in INSTANCES {
                if !stored.instances.iter().any(|known| is_of(known, key)) {
                    let instance = new_instance(stored, name, environment, key);
                    stored.instances.push(instance);
                }
            }
            Ok(stored
                .instances
                .iter()
                .filter(|known| known.practice)
                .cloned()
                .collect::<Vec<_>>())
        })?;
        self.tell(AppEvent::InstancesChanged);
        Ok(saved
            .iter()
            .map(|instance| self.instance_view(instance))
            .collect())
    }

    /// Stops the sandbox of this process; the saved instances stay.
    pub async fn practice_halt(&self) {
        let host = &self.shared.practice;
        let running = host.running.lock().await.take();
        if let Some(running) = running {
            running.shutdown().await;
            host.set_known(None);
            let path = self.shared.home.practice();
            let is_ours = read(&path).is_some_and(|notice| notice.process == std::process::id());
            if is_ours && let Err(error) = std::fs::remove_file(&path) {
                tracing::warn!(%error, "practice.json could not be removed");
            }
        }
        self.shared.clients.forget_all();
    }

    /// Stops the practice instances and removes them. Their snapshots stay.
    ///
    /// # Errors
    /// `AlreadyRunning` while a run of one is under way; `FileFailed`.
    pub async fn practice_stop(&self) -> Result<(), CommandError> {
        let stored = self.shared.settings.read();
        let ours: Vec<_> = stored
            .instances
            .into_iter()
            .filter(|known| known.practice)
            .collect();
        for instance in &ours {
            self.refuse_while_running(instance)?;
        }
        self.practice_halt().await;
        self.shared.settings.change(|stored| {
            stored.instances.retain(|known| !known.practice);
            Ok(())
        })?;
        for instance in &ours {
            self.shared.journal.forget_catalogue(&instance.id)?;
        }
        self.tell(AppEvent::InstancesChanged);
        Ok(())
    }

    /// Whether the practice instances answer.
    pub(crate) fn practice_runs(&self) -> bool {
        self.notice().is_some()
    }

    /// Sees to it that a practice instance answers: one that is used starts the sandbox.
    pub(crate) async fn ensure_practice(
        &self,
        instance: &StoredInstance,
    ) -> Result<(), CommandError> {
        if instance.practice && self.notice().is_none() {
            self.practice_host(None).await?;
        }
        Ok(())
    }

    /// The instance with the address it has now.
    ///
    /// # Errors
    /// `Unreachable` for a practice instance that does not run.
    pub(crate) fn located(
        &self,
        instance: &StoredInstance,
    ) -> Result<StoredInstance, CommandError> {
        if !instance.practice {
            return Ok(instance.clone());
        }
        let key = key(instance);
        let found = self
            .notice()
            .and_then(|notice| notice.instances.into_iter().find(|known| known.name == key));
        let Some(found) = found else {
            return Err(CommandError::new(
                ErrorCode::Unreachable,
                format!("The practice instance `{}` is not running.", instance.name),
            )
            .guide("Start the practice instances on Home. On the command line: `waybill practice start`."));
        };
        Ok(StoredInstance {
            address: found.address,
            instance_name: found.instance_name,
            sign_in: SignInForm::ClientCredentials {
                token_url: found.token_url,
                client_id: found.client_id,
                scope: found.scope,
            },
            ..instance.clone()
        })
    }

    async fn practice_host(&self, port: Option<u16>) -> Result<(), CommandError> {
        let host = &self.shared.practice;
        let mut running = host.running.lock().await;
        if running.is_some() {
            return Ok(());
        }
        let started = sandbox::start(port).await.map_err(|error| {
            CommandError::new(
                ErrorCode::BadInput,
                format!("The practice instances could not start: {error}."),
            )
            .guide("Choose another port, or end the program that has this one.")
            .with("field", "port")
        })?;
        let notice = Notice::of(&started);
        let path = self.shared.home.practice();
        let text = serde_json::to_vec_pretty(&notice).map_err(CommandError::internal)?;
        if read(&path).is_none_or(|other| !other.answers()) {
            write_atomically(&path, &text)?;
        }
        host.set_known(Some(notice));
        *running = Some(started);
        Ok(())
    }

    /// Where the practice instances answer, if they do.
    fn notice(&self) -> Option<Notice> {
        let own = self
            .shared
            .practice
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        own.or_else(|| read(&self.shared.home.practice()).filter(Notice::answers))
    }
}

impl PracticeHost {
    fn set_known(&self, notice: Option<Notice>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = notice;
    }
}

impl Notice {
    fn of(running: &Running) -> Self {
        Self {
            process: std::process::id(),
            instances: running
                .ready
                .instances
                .iter()
                .map(|one| NoticedInstance {
                    name: one.name.clone(),
                    address: one.design_url.trim_end_matches('/').to_owned(),
                    instance_name: one.integration_instance.clone(),
                    token_url: one.token_url.clone(),
                    client_id: one.client_id.clone(),
                    scope: one.scope.clone(),
                })
                .collect(),
        }
    }

    /// A program that ended without a word leaves its note behind; then nobody listens there.
    fn answers(&self) -> bool {
        let port = self
            .instances
            .first()
            .and_then(|one| Url::parse(&one.address).ok())
            .and_then(|url| url.port());
        port.is_some_and(|port| {
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            TcpStream::connect_timeout(&address, Duration::from_millis(300)).is_ok()
        })
    }
}

fn read(path: &Path) -> Option<Notice> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn key(instance: &StoredInstance) -> String {
    instance
        .other
        .get(KEY)
        .and_then(|value| value.as_str())
        .unwrap_or_default()
        .to_owned()
}

fn is_of(instance: &StoredInstance, wanted: &str) -> bool {
    instance.practice && key(instance) == wanted
}

fn new_instance(
    stored: &StoredSettings,
    name: &str,
    environment: Environment,
    key: &str,
) -> StoredInstance {
    // A name that the person gave to an instance of their own is theirs.
    let is_free = |name: &String| {
        let taken = |known: &StoredInstance| crate::settings::same_name(&known.name, name);
        !stored.instances.iter().any(taken)
    };
    let numbered = (2..=stored.instances.len() + 2).map(|number| format!("{name} {number}"));
    let name = std::iter::once(name.to_owned())
        .chain(numbered)
        .find(is_free)
        .unwrap_or_else(|| key.to_owned());
    let mut other = Map::new();
    other.insert(KEY.to_owned(), key.into());
    StoredInstance {
        // The same each time, so that snapshots find their instance again.
        id: key.to_owned(),
        name,
        environment,
        generation: Generation::Oic3,
        address: "http://127.0.0.1".to_owned(),
        instance_name: None,
        region: None,
        sign_in: SignInForm::ClientCredentials {
            token_url: String::new(),
            client_id: String::new(),
            scope: String::new(),
        },
        write_policy: environment.first_write_policy(),
        writes_allowed_until: None,
        calls_per_minute: None,
        ca_file: None,
        proxy: None,
        practice: true,
        secrets_in: BTreeMap::new(),
        tested_at: None,
        sign_off_required: false,
        other,
    }
}
