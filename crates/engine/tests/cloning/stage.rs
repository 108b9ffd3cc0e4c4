//! Two instances, a container of a real Swift server, and all that a clone is made with.

use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use waybill_client::wire::StorageInfo;
use waybill_client::{Address, Client, ClientConfig, SignIn};
use waybill_engine::clone::{
    CloneMode, ClonePatience, CloneRequest, CloneSide, CloneWork, Container, ContainerStamp,
    PartTold, clone_instance, clone_parts,
};
use waybill_engine::{
    InstanceStamp, Journal, Refusal, Run, RunId, Silent, WritePermit, read_catalogue,
};
use waybill_model::{Catalogue, Environment};
use waybill_sandbox::{InstanceSpec, ReadyInstance, Running, Sandbox};
use waybill_targets::{SwiftFiles, SwiftSettings, SwiftSignIn};
use waybill_vault::Vault;

use crate::swift_server::{ACCOUNT, READING_KEY, SwiftServer, WRITING_KEY};

/// The users, as OCI would call them.
pub const WRITER: &str = "backup/writer";
pub const READER: &str = "backup/reader";

pub fn server() -> &'static SwiftServer {
    static SERVER: OnceLock<SwiftServer> = OnceLock::new();
    SERVER.get_or_init(|| SwiftServer::start(Path::new(env!("CARGO_TARGET_TMPDIR"))))
}

/// Lets so many checks pass, then refuses.
pub struct Turnstile(pub AtomicI64);

impl Turnstile {
    pub fn open() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(i64::MAX)))
    }
}

impl WritePermit for Turnstile {
    fn check(&self) -> Result<(), Refusal> {
        if self.0.fetch_sub(1, Ordering::SeqCst) > 0 {
            return Ok(());
        }
        Err(Refusal {
            message: "`destination` is read-only.".into(),
            guidance: "Allow changes.".into(),
        })
    }
}

/// The vault of a data folder, made where there is none.
pub fn vault(folder: &Path) -> Arc<Vault> {
    let (path, password) = (folder.join("vault"), SecretString::from("barley and rye"));
    let vault = if path.exists() {
        Vault::open(&path, &password)
    } else {
        Vault::create(&path, &password)
    };
    Arc::new(vault.unwrap())
}

/// Whether a job wrote it to say what it did.
pub fn is_log(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end == "log")
}

/// How somebody signs in to the container.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Access {
    pub container: String,
    pub user: String,
    pub key: String,
    pub make: bool,
}

impl Access {
    pub fn storage() -> String {
        format!("http://{}/v1/{ACCOUNT}", server().address)
    }
}

/// All that a program needs to know; a test hands it to one that it can kill.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scene {
    pub request: CloneRequest,
    pub folder: std::path::PathBuf,
    pub source: ReadyInstance,
    pub destination: ReadyInstance,
    pub access: Access,
    /// The address that the container lies at; a program of its own starts no server.
    pub storage: String,
}

pub struct Stage {
    pub sandbox: Running,
    pub folder: tempfile::TempDir,
    pub access: Access,
    pub permit: Arc<Turnstile>,
    pub cancel: CancellationToken,
}

impl Stage {
    /// Instances `source`, filled, and `destination`, empty; jobs take so long.
    pub async fn new(source: InstanceSpec, job: Duration) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let sandbox = Sandbox::builder()
            .instance(source)
            .instance(InstanceSpec::oic3("destination").empty())
            .synthetic(12, 7)
            .activation_time(job)
            .start()
            .await
            .unwrap();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let container = format!("clone-{}-{number}", std::process::id());
        Self {
            sandbox,
            folder: tempfile::tempdir().unwrap(),
            access: Access {
                container,
                user: WRITER.to_owned(),
                key: WRITING_KEY.to_owned(),
                make: true,
            },
            permit: Turnstile::open(),
            cancel: CancellationToken::new(),
        }
    }

    pub async fn oic3() -> Self {
        Self::new(InstanceSpec::oic3("source"), Duration::from_millis(120)).await
    }

    pub fn instance(&self, name: &str) -> &ReadyInstance {
        let all = &self.sandbox.ready.instances;
        all.iter().find(|one| one.name == name).unwrap()
    }

    pub fn request(&self) -> CloneRequest {
        let own = RunId::fresh();
        CloneRequest {
            job_name: format!("Waybill-source-{}", &own.as_str()[..8]),
            run: own,
            source: Some(stamp(self.instance("source"))),
            destination: Some(stamp(self.instance("destination"))),
            container: ContainerStamp {
                id: "c".to_owned(),
                name: "Archives".to_owned(),
                title: format!("swift://{}/{}", server().address, self.access.container),
            },
            archive: None,
            name_chosen: false,
            with_secrets: false,
            overwrite: false,
            mode: CloneMode::ImportOnly,
            remove_archive: false,
            title: "Clone source into destination".to_owned(),
            asked_by: "tester".to_owned(),
            tool_version: "0".to_owned(),
        }
    }

    pub fn scene(&self, request: &CloneRequest) -> Scene {
        Scene {
            request: request.clone(),
            folder: self.folder.path().to_path_buf(),
            source: self.instance("source").clone(),
            destination: self.instance("destination").clone(),
            access: self.access.clone(),
            storage: Access::storage(),
        }
    }

    pub fn journal(&self) -> Arc<Journal> {
        Arc::new(Journal::open(&self.folder.path().join("waybill.db")).unwrap())
    }

    pub async fn run(&self, request: &CloneRequest) -> Run {
        let mut work = self.scene(request).work();
        work.cancel = self.cancel.clone();
        if let Some(side) = &mut work.destination {
            side.permit = self.permit.clone();
        }
        Box::pin(clone_instance(work)).await.unwrap()
    }

    pub fn parts(&self, request: &CloneRequest) -> Vec<PartTold> {
        clone_parts(&self.journal(), &request.run).unwrap()
    }

    pub async fn catalogue(&self, name: &str) -> Catalogue {
        let client = client(self.instance(name));
        let read = read_catalogue(&client, Timestamp::now(), &|_| {});
        read.await.unwrap().catalogue
    }

    /// The names in the container.
    pub fn names(&self) -> Vec<String> {
        let (status, body) = server().ask("GET", &self.access.container, &[]);
        assert!(matches!(status, 200 | 204 | 404), "{status}");
        if status != 200 {
            return Vec::new();
        }
        body.lines().map(str::to_owned).collect()
    }
}

impl Scene {
    pub fn work(self) -> CloneWork {
        let side = |instance: &ReadyInstance| CloneSide {
            client: client(instance),
            permit: Turnstile::open(),
        };
        let access = self.access;
        let files = SwiftFiles::new(&SwiftSettings {
            sign_in: SwiftSignIn::Basic {
                storage: self.storage.clone(),
                user: access.user.clone(),
                token: SecretString::from(access.key.clone()),
            },
            container: access.container.clone(),
            prefix: String::new(),
            make_container: access.make,
            segment_size: None,
            ca_file: None,
        })
        .unwrap();
        let imports = self.request.destination.is_some();
        CloneWork {
            vault: imports.then(|| vault(&self.folder)),
            source: self.request.source.as_ref().map(|_| side(&self.source)),
            destination: self
                .request
                .destination
                .as_ref()
                .map(|_| side(&self.destination)),
            request: self.request,
            container: Container {
                storage: StorageInfo {
                    url: format!("{}/{}", self.storage, access.container).into(),
                    user: access.user,
                    password: access.key.into(),
                },
                secret_address: false,
                files: Arc::new(files),
            },
            journal: Arc::new(Journal::open(&self.folder.join("waybill.db")).unwrap()),
            reporter: Arc::new(Silent),
            cancel: CancellationToken::new(),
            patience: ClonePatience {
                first_pause: Duration::from_millis(10),
                longest_pause: Duration::from_millis(50),
                busy_pause: Duration::from_millis(50),
                busy: Duration::from_secs(20),
                late: Duration::from_millis(500),
                outage: Duration::from_secs(5),
                give_up: Duration::from_mins(1),
            },
            clock: Arc::new(Timestamp::now),
        }
    }
}

pub fn reading(stage: &mut Stage) {
    READER.clone_into(&mut stage.access.user);
    READING_KEY.clone_into(&mut stage.access.key);
}

pub fn stamp(instance: &ReadyInstance) -> InstanceStamp {
    InstanceStamp {
        id: instance.name.clone(),
        name: instance.name.clone(),
        environment: Environment::Test,
        generation: instance.generation,
        address: instance.design_url.clone(),
        instance_name: instance.integration_instance.clone(),
    }
}

fn client(instance: &ReadyInstance) -> Client {
    let address = Address {
        generation: instance.generation,
        base: instance.design_url.parse().unwrap(),
        instance_name: instance.integration_instance.clone(),
    };
    let sign_in = SignIn::ClientCredentials {
        token_url: instance.token_url.parse().unwrap(),
        client_id: instance.client_id.clone(),
        client_secret: instance.client_secret.clone().into(),
        scope: instance.scope.clone(),
    };
    Client::new(ClientConfig::new(address, sign_in)).unwrap()
}
