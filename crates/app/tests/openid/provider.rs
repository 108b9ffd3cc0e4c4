//! The OpenID provider in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use waybill_app::view::{InstanceForm, SignInForm};
use waybill_model::{Environment, Generation};

/// The secret of the confidential applications.
pub const CLIENT_SECRET: &str = "canary-client-secret";
/// The password of every person.
pub const PASSWORD: &str = "canary-password";
/// The scope that opens the piece of the API.
pub const SCOPE: &str = "https://A1.integration.example:443/ic/api/";

/// What it is started with.
#[derive(Clone, Default)]
pub struct Settings {
    /// How long access tokens live, in seconds.
    pub token_life: Option<u32>,
    /// The certificate of the application that signs assertions.
    pub certificate: Option<String>,
}

/// A provider that runs as long as this value lives.
pub struct Provider {
    process: Child,
    pub issuer: String,
    /// The port that the browser comes back to.
    pub redirect_port: u16,
    settings: Settings,
}

impl Provider {
    /// Starts it; `None`, said aloud, where it is not installed.
    pub fn start(settings: Settings) -> Option<Self> {
        Self::start_at(0, free_port(), settings)
    }

    /// Ends it and starts it anew at the same place: all it gave is forgotten.
    pub fn forgetting(mut self) -> Self {
        let port = self.issuer.rsplit(':').next().unwrap().parse().unwrap();
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        Self::start_at(port, self.redirect_port, self.settings.clone()).unwrap()
    }

    fn start_at(port: u16, redirect_port: u16, settings: Settings) -> Option<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/openid");
        if !folder.join("node_modules/oidc-provider").exists() {
            eprintln!(
                "passed over: the OpenID provider is not installed; `cargo xtask setup` does it"
            );
            return None;
        }
        let said = json!({
            "port": port,
            "redirect": format!("http://127.0.0.1:{redirect_port}/callback"),
            "scope": SCOPE,
            "tokenLife": settings.token_life.unwrap_or(3600),
            "certificate": settings.certificate,
        });
        let mut process = Command::new("node")
            .arg("provider.js")
            .arg(said.to_string())
            .current_dir(folder)
            // It ends when this is closed, whatever becomes of the test.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        Some(Self {
            process,
            issuer: ready["issuer"].as_str().unwrap().to_owned(),
            redirect_port,
            settings,
        })
    }

    /// What it was asked.
    pub async fn seen(&self) -> Value {
        let host = self.issuer.strip_prefix("http://").unwrap().to_owned();
        tokio::task::spawn_blocking(move || {
            use std::io::{Read as _, Write as _};
            let mut stream = std::net::TcpStream::connect(&host).unwrap();
            write!(
                stream,
                "GET /seen HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            )
            .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            let begin = answer.find('{').unwrap();
            let end = answer.rfind('}').unwrap();
            serde_json::from_str(&answer[begin..=end]).unwrap()
        })
        .await
        .unwrap()
    }

    pub fn token_url(&self) -> String {
        format!("{}/token", self.issuer)
    }

    /// How an instance signs in in the browser with one of the applications.
    pub fn in_browser(&self, client_id: &str) -> SignInForm {
        SignInForm::AuthorizationCode {
            token_url: self.token_url(),
            authorize_url: Some(format!("{}/auth", self.issuer)),
            client_id: client_id.to_owned(),
            scope: SCOPE.to_owned(),
            redirect_port: self.redirect_port,
        }
    }

    /// The form of an instance whose API the provider's tokens open.
    pub fn form(&self, sign_in: SignInForm) -> InstanceForm {
        InstanceForm {
            id: None,
            name: "Acme TEST".to_owned(),
            environment: Environment::Test,
            generation: Generation::Gen2,
            address: self.issuer.clone(),
            instance_name: None,
            sign_in,
            write_policy: None,
            calls_per_minute: None,
            ca_file: None,
            proxy: None,
        }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}
