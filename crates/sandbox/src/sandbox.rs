//! Putting a sandbox together, starting and stopping it.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use waybill_model::Generation;

use crate::api::{Door, DoorKind};
use crate::control::Control;
use crate::house::{Beginning, House, Resident, hold};
use crate::introduce::{callers, introduce, people};
use crate::load::{Loaded, load};
use crate::persist::{keep, load as load_state};
use crate::ready::{Ready, ReadyStore};
use crate::running::Running;
use crate::serve::{serve, serve_control, serve_objects};
use crate::spec::{Application, ClientSpec, IdentitySpec, InstanceSpec, UserSpec, hex};
use crate::store::Instance;
use crate::synthetic::{Filling, fill};
use crate::tls::Authority;

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
    /// An application cannot be registered.
    #[error("cannot register the application `{id}`: {reason}")]
    Application {
        /// Its id.
        id: String,
        /// Why.
        reason: String,
    },
    /// The state of an earlier sandbox cannot be read.
    #[error("cannot read the state in `{folder}`: {reason}")]
    State {
        /// The folder.
        folder: PathBuf,
        /// Why.
        reason: String,
    },
    /// The certificates for TLS cannot be made or written.
    #[error("cannot make the certificates in `{folder}`: {reason}")]
    Certificates {
        /// The folder.
        folder: PathBuf,
        /// Why.
        reason: String,
    },
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
            users: Vec::new(),
            applications: Vec::new(),
            identities: (Vec::new(), None),
            auto_consent: false,
            tls: None,
            state: None,
            token_rate: None,
            code_life: Duration::from_mins(1),
            activation_time: Duration::from_millis(300),
            traffic: 120,
            synthetic: None,
            chain: 0,
            inside: None,
            through_one: false,
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
    users: Vec<UserSpec>,
    applications: Vec<Application>,
    /// Users and groups, and what the ids of this domain begin with.
    pub(crate) identities: (Vec<IdentitySpec>, Option<String>),
    auto_consent: bool,
    tls: Option<PathBuf>,
    state: Option<PathBuf>,
    token_rate: Option<u32>,
    code_life: Duration,
    activation_time: Duration,
    traffic: u32,
    synthetic: Option<(usize, u64)>,
    chain: usize,
    /// The integrations of each generated project.
    pub(crate) inside: Option<usize>,
    pub(crate) through_one: bool,
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

    /// Adds a person who can sign in.
    #[must_use]
    pub fn user(mut self, user: UserSpec) -> Self {
        self.users.push(user);
        self
    }

    /// Registers an application, or redirect addresses, grants and certificates of a known one.
    #[must_use]
    pub fn application(mut self, application: Application) -> Self {
        self.applications.push(application);
        self
    }

    /// Signs in the first fitting person at once wherever a browser would show the sign-in page.
    #[must_use]
    pub fn auto_consent(mut self) -> Self {
        self.auto_consent = true;
        self
    }

    /// Keeps the state in a folder, and goes on with what an earlier sandbox kept there; then
    /// nothing is generated or loaded anew. Tokens are not kept.
    #[must_use]
    pub fn state(mut self, folder: impl Into<PathBuf>) -> Self {
        self.state = Some(folder.into());
        self
    }

    /// Speaks TLS, with certificates of an authority of its own that is written to the folder;
    /// [`Ready::ca_file`] says where.
    #[must_use]
    pub fn tls(mut self, folder: impl Into<PathBuf>) -> Self {
        self.tls = Some(folder.into());
        self
    }

    /// How many calls for tokens a second are answered; those beyond get 429 without
    /// `Retry-After`.
    #[must_use]
    pub fn token_rate(mut self, per_second: u32) -> Self {
        self.token_rate = Some(per_second);
        self
    }

    /// How long the code of a sign-in serves; a minute where nothing is said.
    #[must_use]
    pub fn code_life(mut self, life: Duration) -> Self {
        self.code_life = life;
        self
    }

    /// How long activations take; 300 ms where nothing is said.
    #[must_use]
    pub fn activation_time(mut self, time: Duration) -> Self {
        self.activation_time = time;
        self
    }

    /// How many runs an hour the active integrations of an instance make together; 120 where
    /// nothing is said. Three days of them, or 20,000 runs, lie behind the start.
    #[must_use]
    pub fn traffic(mut self, hourly: u32) -> Self {
        self.traffic = hourly;
        self
    }

    /// Fills every instance with this many integrations of its own making, and what they need. The
    /// same seed gives the same instance.
    #[must_use]
    pub fn synthetic(mut self, integrations: usize, seed: u64) -> Self {
        self.synthetic = Some((integrations, seed));
        self
    }

    /// Lets generated integrations call each other in chains of so many: each but the first of a chain
    /// calls the one before, and all of them are active. Below 2 there are none.
    #[must_use]
    pub fn chains(mut self, of: usize) -> Self {
        self.chain = of;
        self
    }

    /// Loads every archive below the folder (`.iar`, `.par`, `.car`, lookups, and ZIPs of these) and
    /// serves its bytes unchanged. An archive goes to an instance of the generation that made it, or
    /// else of Oracle Integration 3; one whose code is taken there, to the next of these. Instances
    /// are added as needed. [`Ready`] says what went where.
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
        let mut saved = match &self.state {
            Some(folder) => load_state(folder)?,
            None => None,
        };
        if let Some(saved) = &mut saved {
            self.take_back(std::mem::take(&mut saved.instances));
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
        }
        let authority = self.tls.as_deref().map(Authority::make).transpose()?;
        let secure = authority.is_some();
        let loaded = self.fill()?;
        // Loading may have added instances.
        let known = callers(&self.specs, &self.clients, &self.applications)?;
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
                let (listener, base) = listen(std::mem::take(&mut port), secure).await?;
                if oic3 {
                    design = Some(base.clone());
                    doors.push((listener, DoorKind::Design));
                } else {
                    doors.push((listener, DoorKind::Own(index)));
                }
                base
            };
            let console = if oic3 {
                let (listener, console) = listen(0, secure).await?;
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
                content: RwLock::new(self.filled(spec)),
                journal: Mutex::default(),
            };
            let mut introduced = introduce(spec, &resident, &known);
            introduced.files = loaded
                .placed
                .iter()
                .filter(|(place, _)| *place == index)
                .map(|(_, file)| file.clone())
                .collect();
            instances.push(introduced);
            residents.push(resident);
        }
        let (control_door, control_url) = listen(0, false).await?;
        let (objects_door, objects_url) = listen(0, secure).await?;
        let (stop, stopped) = watch::channel(false);
        let house = Arc::new(House::new(Beginning {
            residents,
            callers: known,
            people: people(&self.specs, &self.users),
            token_life: self.token_life,
            code_life: self.code_life,
            auto_consent: self.auto_consent,
            latency: self.latency,
            rate: self.rate,
            token_rate: self.token_rate,
            activation_time: self.activation_time,
            traffic: self.traffic,
            identities: self.identities,
            objects_url,
            stopped,
        }));
        if let Some(saved) = saved {
            house.restore(saved);
        }
        let mut tasks = JoinSet::new();
        if let Some(folder) = self.state.clone() {
            tasks.spawn(keep(Arc::clone(&house), folder));
        }
        for (listener, kind) in doors {
            let door = Door {
                house: Arc::clone(&house),
                kind,
            };
            let tls = authority.as_ref().map(Authority::acceptor);
            tasks.spawn(serve(listener, tls, door));
        }
        let tls = authority.as_ref().map(Authority::acceptor);
        tasks.spawn(serve_objects(objects_door, tls, Arc::clone(&house)));
        let object_store = ReadyStore::of(&hold(&house.objects));
        let control = Control::new(Arc::clone(&house));
        tasks.spawn(serve_control(control_door, control.clone()));
        Ok(Running {
            ready: Ready {
                ready: true,
                control_url,
                ca_file: authority.map(|authority| authority.file),
                object_store,
                instances,
                passed_over: loaded.passed_over,
            },
            control,
            stop,
            tasks,
            house,
            state: self.state,
        })
    }

    /// Goes on with instances of an earlier start: what they held is not made or loaded anew.
    fn take_back(&mut self, instances: Vec<Instance>) {
        self.folder = None;
        for instance in instances {
            if !self.specs.iter().any(|spec| spec.name == instance.name) {
                let spec = InstanceSpec::new(instance.name.clone(), instance.generation);
                self.specs.push(spec);
            }
            self.contents.retain(|one| one.name != instance.name);
            self.contents.push(instance);
        }
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
            let specs = &self.specs;
            let open = |index: usize| specs.get(index).is_none_or(|spec| !spec.empty);
            loaded = load(&folder, &mut contents, open, |index| {
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
        if let Some((integrations, seed)) = self.synthetic.filter(|_| !spec.empty) {
            let oic3 = spec.generation == Generation::Oic3;
            let filling = Filling {
                integrations,
                projects: if oic3 { 2 } else { 0 },
                inside: self.inside.unwrap_or(5),
                chain: self.chain,
                through_one: self.through_one,
                seed,
                now,
            };
            fill(&mut instance, filling);
        }
        instance
    }
}

async fn listen(port: u16, secure: bool) -> Result<(TcpListener, String), SandboxError> {
    let failed = |source| SandboxError::Listen { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let scheme = if secure { "https" } else { "http" };
    Ok((listener, format!("{scheme}://{address}")))
}
