//! Putting a sandbox together, starting and stopping it.

use std::fmt::Write;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use waybill_model::Generation;

use crate::api::{Door, DoorKind};
use crate::control::Control;
use crate::house::{Caller, House, Resident};
use crate::load::{Loaded, load};
use crate::ready::{Ready, ReadyInstance};
use crate::role::Role;
use crate::serve::{serve, serve_control};
use crate::store::Instance;
use crate::synthetic::{Filling, fill};

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The port is taken, or may not be used.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port asked for; 0 for any.
        port: u16,
        /// Why.
        source: std::io::Error,
    },
    /// Two instances have the same name.
    #[error("two instances are called `{name}`")]
    SameName {
        /// The name.
        name: String,
    },
    /// A folder of archives cannot be read.
    #[error("cannot read the archives in `{folder}`: {source}")]
    Load {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A generation the sandbox does not play.
    #[error("the sandbox plays Oracle Integration 3 and Gen 2 only; `{name}` is neither")]
    Generation {
        /// The name of the instance.
        name: String,
    },
}

/// An instance to play.
#[derive(Clone, Debug)]
pub struct InstanceSpec {
    /// The name people give it.
    pub name: String,
    /// Its generation: Oracle Integration 3 or Gen 2.
    pub generation: Generation,
    /// The value of `integrationInstance`; made from the name where none is given.
    pub integration_instance: Option<String>,
    /// The id of a client with all rights in it.
    pub client_id: String,
    /// The secret of that client.
    pub client_secret: String,
    /// A user with all rights in it (Gen 2).
    pub user: String,
    /// The password of that user.
    pub password: String,
    /// The roles of client and user.
    pub roles: Vec<Role>,
}

impl InstanceSpec {
    /// An instance with credentials of its own.
    #[must_use]
    pub fn new(name: impl Into<String>, generation: Generation) -> Self {
        let name = name.into();
        Self {
            generation,
            integration_instance: None,
            client_id: hex(&["client", &name], 16),
            client_secret: format!("sandbox-{}", hex(&["secret", &name], 8)),
            user: "integration.admin@example.com".to_owned(),
            password: format!("Sandbox-{}", hex(&["password", &name], 6)),
            roles: vec![Role::Administrator],
            name,
        }
    }

    /// An instance of Oracle Integration 3.
    #[must_use]
    pub fn oic3(name: impl Into<String>) -> Self {
        Self::new(name, Generation::Oic3)
    }

    /// An instance of Gen 2.
    #[must_use]
    pub fn gen2(name: impl Into<String>) -> Self {
        Self::new(name, Generation::Gen2)
    }

    pub(crate) fn wire_name(&self) -> String {
        self.integration_instance
            .clone()
            .unwrap_or_else(|| format!("{}-sandboxtenant-ia", self.name))
    }
}

/// A client beside those of the instances.
#[derive(Clone, Debug)]
pub struct ClientSpec {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// What it may do; without a role, nothing.
    pub roles: Vec<Role>,
    /// The names of the instances it is known in; empty for all.
    pub instances: Vec<String>,
}

fn hex(parts: &[&str], bytes: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let mut text = String::new();
    for byte in hash.finalize().iter().take(bytes) {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The way to a sandbox.
#[derive(Debug)]
pub struct Sandbox;

impl Sandbox {
    /// An empty sandbox; one instance of Oracle Integration 3 is added where none is named.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            specs: Vec::new(),
            clients: Vec::new(),
            synthetic: None,
            contents: Vec::new(),
            folder: None,
            port: 0,
            latency: Duration::ZERO,
            rate: None,
            token_life: Duration::from_hours(1),
        }
    }
}

/// A sandbox before its start.
#[derive(Debug)]
pub struct Builder {
    specs: Vec<InstanceSpec>,
    clients: Vec<ClientSpec>,
    synthetic: Option<(usize, u64)>,
    /// Instances whose content is ready, by name.
    contents: Vec<Instance>,
    folder: Option<PathBuf>,
    port: u16,
    latency: Duration,
    rate: Option<u32>,
    token_life: Duration,
}

impl Builder {
    /// Adds an instance.
    #[must_use]
    pub fn instance(mut self, spec: InstanceSpec) -> Self {
        self.specs.push(spec);
        self
    }

    /// Adds a client.
    #[must_use]
    pub fn client(mut self, client: ClientSpec) -> Self {
        self.clients.push(client);
        self
    }

    /// Fills every instance with this many integrations of its own making, and what they need. The
    /// same seed gives the same instance.
    #[must_use]
    pub fn synthetic(mut self, integrations: usize, seed: u64) -> Self {
        self.synthetic = Some((integrations, seed));
        self
    }

    /// Loads every archive below the folder (`.iar`, `.par`, `.car`, lookups, and ZIPs of these) and
    /// serves its bytes unchanged. An archive whose code is taken in an instance goes to the next
    /// one of Oracle Integration 3; instances are added as needed. [`Ready`] says what went where.
    #[must_use]
    pub fn load(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Sets what the instance of that name holds.
    pub(crate) fn content(mut self, instance: Instance) -> Self {
        self.contents.push(instance);
        self
    }

    /// The port of the design host (of Oracle Integration 3, else of the first instance); any free
    /// one where none is given.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// How long every call of the API takes at least; calls for tokens are not slowed.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// How many calls a second are answered; those beyond get 429 and `Retry-After`.
    #[must_use]
    pub fn rate(mut self, per_second: u32) -> Self {
        self.rate = Some(per_second);
        self
    }

    /// How long tokens last; an hour where nothing is said.
    #[must_use]
    pub fn token_life(mut self, life: Duration) -> Self {
        self.token_life = life;
        self
    }

    /// Starts listening on loopback.
    pub async fn start(mut self) -> Result<Running, SandboxError> {
        if self.specs.is_empty() {
            self.specs.push(InstanceSpec::oic3("sandbox"));
        }
        for (index, spec) in self.specs.iter().enumerate() {
            if self
                .specs
                .iter()
                .skip(index + 1)
                .any(|other| other.name == spec.name)
            {
                return Err(SandboxError::SameName {
                    name: spec.name.clone(),
                });
            }
            if spec.generation == Generation::Ics {
                return Err(SandboxError::Generation {
                    name: spec.name.clone(),
                });
            }
        }
        let loaded = self.fill()?;
        let mut doors: Vec<(TcpListener, DoorKind)> = Vec::new();
        let mut residents = Vec::new();
        let mut instances = Vec::new();
        let mut design: Option<String> = None;
        let mut port = self.port;
        let specs = self.specs.clone();
        for (index, spec) in specs.iter().enumerate() {
            let oic3 = spec.generation == Generation::Oic3;
            let shared = design.clone().filter(|_| oic3);
            let base = if let Some(base) = shared {
                base
            } else {
                let (listener, base) = listen(std::mem::take(&mut port)).await?;
                if oic3 {
                    design = Some(base.clone());
                    doors.push((listener, DoorKind::Design));
                } else {
                    doors.push((listener, DoorKind::Own(index)));
                }
                base
            };
            let console = if oic3 {
                let (listener, console) = listen(0).await?;
                doors.push((listener, DoorKind::Console(index)));
                console
            } else {
                base.clone()
            };
            let resident = Resident {
                name: spec.name.clone(),
                wire_name: spec.wire_name(),
                generation: spec.generation,
                guid: hex(&["guid", &spec.name], 16).to_uppercase(),
                base,
                console,
                user: spec.user.clone(),
                password: spec.password.clone(),
                roles: spec.roles.clone(),
                content: RwLock::new(self.filled(spec)),
            };
            let mut introduced = introduce(spec, &resident);
            introduced.files = loaded
                .placed
                .iter()
                .filter(|(place, _)| *place == index)
                .map(|(_, file)| file.clone())
                .collect();
            instances.push(introduced);
            residents.push(resident);
        }
        let (control_door, control_url) = listen(0).await?;
        let (stop, stopped) = watch::channel(false);
        let house = Arc::new(House::new(
            residents,
            self.callers(),
            self.token_life,
            self.latency,
            self.rate,
            stopped,
        ));
        let mut tasks = JoinSet::new();
        for (listener, kind) in doors {
            let door = Door {
                house: Arc::clone(&house),
                kind,
            };
            tasks.spawn(serve(listener, door));
        }
        let control = Control::new(Arc::clone(&house));
        tasks.spawn(serve_control(control_door, control.clone()));
        Ok(Running {
            ready: Ready {
                ready: true,
                control_url,
                instances,
                passed_over: loaded.passed_over,
            },
            control,
            stop,
            tasks,
        })
    }

    /// Makes the contents of all instances, in the order of their specifications.
    fn fill(&mut self) -> Result<Loaded, SandboxError> {
        let now = jiff::Timestamp::now();
        let mut contents = Vec::with_capacity(self.specs.len());
        for spec in &self.specs {
            let given = self.contents.iter().position(|one| one.name == spec.name);
            contents.push(match given {
                Some(index) => self.contents.swap_remove(index),
                None => self.made(spec, now),
            });
        }
        let mut loaded = Loaded::default();
        if let Some(folder) = self.folder.take() {
            let base = self.specs.len();
            let spare = |index: usize| InstanceSpec::oic3(format!("sandbox-{}", index + 1));
            loaded = load(&folder, &mut contents, |index| {
                let spec = spare(index);
                Instance::new(spec.name.clone(), spec.wire_name(), spec.generation)
            })
            .map_err(|source| SandboxError::Load { folder, source })?;
            self.specs.extend((base..contents.len()).map(spare));
        }
        self.contents = contents;
        Ok(loaded)
    }

    /// The content of an instance after [`fill`](Self::fill).
    fn filled(&mut self, spec: &InstanceSpec) -> Instance {
        match self.contents.iter().position(|one| one.name == spec.name) {
            Some(index) => self.contents.swap_remove(index),
            None => Instance::new(spec.name.clone(), spec.wire_name(), spec.generation),
        }
    }

    fn made(&self, spec: &InstanceSpec, now: jiff::Timestamp) -> Instance {
        let mut instance = Instance::new(spec.name.clone(), spec.wire_name(), spec.generation);
        if let Some((integrations, seed)) = self.synthetic {
            let oic3 = spec.generation == Generation::Oic3;
            let filling = Filling {
                integrations,
                projects: if oic3 { 2 } else { 0 },
                seed,
                now,
            };
            fill(&mut instance, filling);
        }
        instance
    }

    fn callers(&self) -> Vec<Caller> {
        let mut callers: Vec<Caller> = Vec::new();
        for spec in &self.specs {
            // Instances may share a client.
            if let Some(known) = callers
                .iter_mut()
                .find(|one| one.id == spec.client_id && one.secret == spec.client_secret)
            {
                known.instances.push(spec.name.clone());
                continue;
            }
            callers.push(Caller {
                id: spec.client_id.clone(),
                secret: spec.client_secret.clone(),
                roles: spec.roles.clone(),
                instances: vec![spec.name.clone()],
            });
        }
        callers.extend(self.clients.iter().map(|client| Caller {
            id: client.id.clone(),
            secret: client.secret.clone(),
            roles: client.roles.clone(),
            instances: client.instances.clone(),
        }));
        callers
    }
}

async fn listen(port: u16) -> Result<(TcpListener, String), SandboxError> {
    let failed = |source| SandboxError::Listen { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, format!("http://{address}")))
}

fn introduce(spec: &InstanceSpec, resident: &Resident) -> ReadyInstance {
    let oic3 = spec.generation == Generation::Oic3;
    let [scope, _] = resident.scopes();
    ReadyInstance {
        name: spec.name.clone(),
        generation: spec.generation,
        design_url: resident.base.clone(),
        console_url: oic3.then(|| resident.console.clone()),
        integration_instance: oic3.then(|| resident.wire_name.clone()),
        token_url: format!("{}/oauth2/v1/token", resident.base),
        client_id: spec.client_id.clone(),
        client_secret: spec.client_secret.clone(),
        scope,
        user: (!oic3).then(|| spec.user.clone()),
        password: (!oic3).then(|| spec.password.clone()),
        files: Vec::new(),
    }
}

/// A sandbox that listens. Dropping it stops it too, without waiting for open calls.
#[derive(Debug)]
pub struct Running {
    /// Addresses and credentials.
    pub ready: Ready,
    control: Control,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Steers the sandbox: locks, changes, faults, counts.
    #[must_use]
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// The instance of that name in [`Ready`].
    #[must_use]
    pub fn instance(&self, name: &str) -> Option<&ReadyInstance> {
        self.ready.instances.iter().find(|one| one.name == name)
    }

    /// Stops listening and ends every open call.
    pub async fn shutdown(mut self) {
        // Nobody may be waiting; then there is nobody to tell.
        let _ = self.stop.send(true);
        self.tasks.shutdown().await;
    }
}
