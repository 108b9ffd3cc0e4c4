//! A small instance on this computer whose every answer the test decides, with a vault, a journal
//! and a client for it.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use waybill_client::{Address, Client, ClientConfig, Pace, SignIn};
use waybill_engine::{
    CaptureOutcome, CaptureRequest, EngineError, InstanceStamp, Journal, Reporter, RunId,
    Selection, Silent, capture, sha256,
};
use waybill_model::{Environment, Generation};
use waybill_vault::Vault;

const PASSWORD: &str = "a long enough password";

/// What the instance holds and how it behaves.
#[derive(Default)]
pub struct World {
    /// Integrations outside projects by code; version is always 01.00.0000.
    pub integrations: BTreeMap<String, Value>,
    pub connections: BTreeMap<String, Value>,
    pub lookups: BTreeMap<String, Value>,
    pub packages: BTreeMap<String, Value>,
    /// Projects by code, each with one integration, one connection and a deployment.
    pub projects: BTreeMap<String, Value>,
    /// Exports so far of each path; makes the bytes of each export differ.
    pub downloads: HashMap<String, u32>,
    /// All calls but those for tokens.
    pub calls: Vec<String>,
    /// The archive bytes last served, by path.
    pub served: HashMap<String, Vec<u8>>,
    /// Answers by path instead of the usual ones.
    pub instead: HashMap<String, (u16, Vec<u8>)>,
    /// From this many archive downloads on every call is refused with 401.
    pub refuse_after: Option<u32>,
    /// How large archives are beyond their head.
    pub archive_bytes: usize,
    /// How long an archive takes.
    pub archive_takes: Duration,
}

impl World {
    pub fn with_integrations(count: usize) -> Self {
        let mut world = Self::default();
        for number in 0..count {
            let code = format!("FLOW_{number:03}");
            world.integrations.insert(code.clone(), integration(&code));
        }
        world
    }

    pub fn archive_downloads(&self) -> u32 {
        self.downloads.values().sum()
    }

    pub fn touch(&mut self, code: &str) {
        let entry = self.integrations.get_mut(code).unwrap();
        entry["lastUpdated"] = json!("2026-06-01T00:00:00.000+0000");
    }
}

pub fn integration(code: &str) -> Value {
    json!({
        "id": format!("{code}|01.00.0000"), "code": code, "version": "01.00.0000",
        "name": format!("{code} flow"), "status": "ACTIVATED", "projectType": "DEVELOPED",
        "lastUpdated": "2026-01-01T00:00:00.000+0000", "lastUpdatedBy": "dev@example.com",
        "lockedFlag": false, "scheduleDefinedFlag": false, "pattern": "Orchestration",
        "endPoints": [
            {"name": "In", "role": "SOURCE", "connection": {"id": "SCHEDULE"}},
            {"name": "Out", "role": "TARGET", "connection": {"id": "ERP"}},
        ],
    })
}

type Shared = Arc<Mutex<World>>;

/// Serves the world on loopback.
async fn serve(world: Shared) -> url::Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer).with_state(world);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}").parse().unwrap()
}

async fn answer(State(world): State<Shared>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    if path == "/oauth2/v1/token" {
        let token = json!({"access_token": "t", "token_type": "Bearer", "expires_in": 3600});
        return reply(200, token.to_string().into_bytes());
    }
    let path = path.trim_start_matches("/ic/api/integration/v1").to_owned();
    let wait = {
        let world = world.lock().unwrap();
        if path.ends_with("/archive") {
            world.archive_takes
        } else {
            Duration::ZERO
        }
    };
    tokio::time::sleep(wait).await;
    let mut world = world.lock().unwrap();
    world.calls.push(path.clone());
    if world
        .refuse_after
        .is_some_and(|after| world.archive_downloads() >= after)
    {
        return reply(401, Vec::new());
    }
    if let Some((status, body)) = world.instead.get(&path) {
        return reply(*status, body.clone());
    }
    let parts: Vec<_> = path
        .trim_matches('/')
        .split('/')
        .map(str::to_owned)
        .collect();
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    let found = match parts.as_slice() {
        ["integrations"] => Some(list(world.integrations.values())),
        ["packages"] => Some(list(world.packages.values())),
        ["connections"] => Some(list(world.connections.values())),
        ["lookups"] => Some(list(world.lookups.values())),
        ["projects"] => Some(list(world.projects.values())),
        ["integrations", id] => world.integrations.get(code(id)).cloned(),
        ["connections", id] => world.connections.get(*id).cloned(),
        ["lookups", name] => world.lookups.get(*name).cloned(),
        ["integrations", _, "schedule"] => {
            Some(json!({"id": "S", "name": "S", "state": "ACTIVE", "scheduleTZ": "UTC"}))
        }
        ["projects", _, "acl"] => {
            Some(json!({"administrators": {"allowAll": true, "allowed": []}}))
        }
        ["projects", _, "integrations"] => Some(list([integration("INSIDE")].iter())),
        ["projects", _, "deployments"] => {
            Some(json!({"items": [{"code": "D1", "name": "First", "integrations": []}]}))
        }
        ["libraries" | "certificates"] | ["monitoring", "agentgroups"] | ["projects", _, _] => {
            Some(list([].iter()))
        }
        _ => None,
    };
    let exists = match parts.as_slice() {
        ["integrations", id, "archive"] => world.integrations.contains_key(code(id)),
        ["packages", name, "archive"] => world.packages.contains_key(*name),
        ["lookups", name, "archive"] => world.lookups.contains_key(*name),
        ["projects", id, "archive"] => world.projects.contains_key(*id),
        _ => false,
    };
    if exists {
        let count = world.downloads.entry(path.clone()).or_default();
        *count += 1;
        let count = *count;
        let bytes = if parts[0] == "lookups" {
            b"DVM,Tax,Codes\nERP,CRM\nA,B\n".to_vec()
        } else {
            archive(&format!("{path} export {count}"), world.archive_bytes)
        };
        world.served.insert(path, bytes.clone());
        return reply(200, bytes);
    }
    match found {
        Some(body) => reply(200, body.to_string().into_bytes()),
        None => reply(
            404,
            json!({"status": "HTTP 404 Not Found", "title": "Not found."})
                .to_string()
                .into_bytes(),
        ),
    }
}

fn code(id: &str) -> &str {
    let id = id.strip_suffix("%7C01.00.0000").unwrap_or(id);
    id.strip_suffix("|01.00.0000").unwrap_or(id)
}

fn list<'a>(items: impl Iterator<Item = &'a Value>) -> Value {
    let items: Vec<_> = items.collect();
    // All in one page, whatever was asked for.
    json!({"hasMore": false, "limit": 100, "totalResults": items.len(), "items": items})
}

/// Passes for a ZIP: a local header in front, an end of central directory behind.
pub fn archive(text: &str, padding: usize) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend_from_slice(text.as_bytes());
    // Hex of hashes: does not compress away, and holds no sign of a ZIP's end.
    let mut block = sha256(text.as_bytes());
    while bytes.len() < padding {
        block = sha256(block.as_bytes());
        bytes.extend_from_slice(block.as_bytes());
    }
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    bytes
}

fn reply(status: u16, body: Vec<u8>) -> Response<Body> {
    let mut reply = Response::new(Body::from(body));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap();
    reply
}

/// An instance with everything that a capture of it needs.
pub struct Stage {
    pub world: Shared,
    pub vault: Arc<Vault>,
    pub home: tempfile::TempDir,
    base: url::Url,
}

impl Stage {
    pub async fn new(world: World) -> Self {
        let home = tempfile::tempdir().unwrap();
        let world = Arc::new(Mutex::new(world));
        let base = serve(world.clone()).await;
        let path = home.path().join("vault");
        let vault = tokio::task::spawn_blocking(move || {
            Vault::create(&path, &SecretString::from(PASSWORD)).unwrap()
        })
        .await
        .unwrap();
        Self {
            world,
            vault: Arc::new(vault),
            home,
            base,
        }
    }

    pub fn reopen_vault(&mut self) {
        let password = SecretString::from(PASSWORD);
        self.vault = Arc::new(Vault::open(&self.home.path().join("vault"), &password).unwrap());
    }

    pub fn journal(&self) -> Arc<Journal> {
        Arc::new(Journal::open(&self.journal_path()).unwrap())
    }

    pub fn journal_path(&self) -> std::path::PathBuf {
        Path::new(self.home.path()).join("waybill.db")
    }

    pub fn client(&self) -> Client {
        let address = Address {
            generation: Generation::Oic3,
            base: self.base.clone(),
            instance_name: Some("shop-ax1-px".into()),
        };
        let sign_in = SignIn::ClientCredentials {
            token_url: self.base.join("/oauth2/v1/token").unwrap(),
            client_id: "id".into(),
            client_secret: "canary-secret".into(),
            scope: "all".into(),
        };
        let mut config = ClientConfig::new(address, sign_in);
        config.pace = Pace {
            max_in_flight: 4,
            per_minute: None,
        };
        Client::new(config).unwrap()
    }

    pub fn request(&self, run: &str) -> CaptureRequest {
        CaptureRequest {
            run: RunId::named(run),
            instance: InstanceStamp {
                id: "i1".into(),
                name: "SHOP TEST".into(),
                environment: Environment::Test,
                generation: Generation::Oic3,
                address: self.base.to_string(),
                instance_name: Some("shop-ax1-px".into()),
            },
            selection: Selection::Everything,
            asked_by: "tester".into(),
            note: None,
            tool_version: "0.0.0".into(),
        }
    }

    pub async fn capture(&self, run: &str) -> Result<CaptureOutcome, EngineError> {
        let request = self.request(run);
        self.capture_with(request, Arc::new(Silent), CancellationToken::new())
            .await
    }

    pub async fn capture_with(
        &self,
        request: CaptureRequest,
        reporter: Arc<dyn Reporter>,
        cancel: CancellationToken,
    ) -> Result<CaptureOutcome, EngineError> {
        let journal = self.journal();
        capture(
            request,
            self.client(),
            self.vault.clone(),
            journal,
            reporter,
            cancel,
        )
        .await
    }

    pub fn downloads(&self) -> u32 {
        self.world.lock().unwrap().archive_downloads()
    }

    pub fn change(&self, change: impl FnOnce(&mut World)) {
        change(&mut self.world.lock().unwrap());
    }
}
