//! A plain HTTP client for the tests: one connection per call, nothing interpreted.
#![allow(dead_code, reason = "each test program uses its part")]
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use waybill_sandbox::ReadyInstance;

pub struct Reply {
    /// `HTTP/1.1 200 OK`.
    pub line: String,
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Sends a request as it is written; an answer must come.
pub async fn ask(base: &str, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Reply {
    try_ask(base, method, path, headers, body)
        .await
        .expect("the connection was closed without an answer")
}

/// The same; `None` where the connection is closed without an answer.
pub async fn try_ask(
    base: &str,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &[u8],
) -> Option<Reply> {
    let host = base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str("Content-Length: ");
    request.push_str(&body.len().to_string());
    request.push_str("\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut whole = Vec::new();
    // A connection that is broken off ends with an error; what came until then is the answer.
    let _ = stream.read_to_end(&mut whole).await;
    let end = whole.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = String::from_utf8(whole[..end].to_vec()).unwrap();
    let line = head.lines().next().unwrap().to_owned();
    Some(Reply {
        status: line.split(' ').nth(1).unwrap().parse().unwrap(),
        line,
        head,
        body: whole[end + 4..].to_vec(),
    })
}

/// Steers a sandbox from outside.
pub async fn steer(control: &str, verb: &str, wish: &Value) -> Reply {
    let path = format!("/__sandbox/{verb}");
    ask(control, "POST", &path, &[], wish.to_string().as_bytes()).await
}

/// Sends a form to the token endpoint.
pub async fn ask_with_form(
    instance: &ReadyInstance,
    basic: Option<(&str, &str)>,
    fields: &[(&str, &str)],
) -> Reply {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    let mut headers = vec!["Content-Type: application/x-www-form-urlencoded".to_owned()];
    if let Some((id, secret)) = basic {
        let basic = STANDARD.encode(format!("{id}:{secret}"));
        headers.push(format!("Authorization: Basic {basic}"));
    }
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let body = form.finish();
    ask(
        &instance.design_url,
        "POST",
        "/oauth2/v1/token",
        &headers,
        body.as_bytes(),
    )
    .await
}

pub async fn ask_token(instance: &ReadyInstance, client: &str, secret: &str, scope: &str) -> Reply {
    let basic = STANDARD.encode(format!("{client}:{secret}"));
    let scope: String = url::form_urlencoded::byte_serialize(scope.as_bytes()).collect();
    ask(
        &instance.design_url,
        "POST",
        "/oauth2/v1/token",
        &[
            &format!("Authorization: Basic {basic}"),
            "Content-Type: application/x-www-form-urlencoded",
        ],
        format!("grant_type=client_credentials&scope={scope}").as_bytes(),
    )
    .await
}

/// Someone who is signed in to an instance.
pub struct Caller {
    pub base: String,
    pub selector: String,
    pub authorization: String,
}

impl Caller {
    pub async fn sign_in(instance: &ReadyInstance) -> Self {
        Self::sign_in_as(instance, &instance.client_id, &instance.client_secret).await
    }

    pub async fn sign_in_as(instance: &ReadyInstance, client: &str, secret: &str) -> Self {
        let reply = ask_token(instance, client, secret, &instance.scope).await;
        assert_eq!(
            reply.status,
            200,
            "{}",
            String::from_utf8_lossy(&reply.body)
        );
        let token = reply.json()["access_token"].as_str().unwrap().to_owned();
        Self {
            base: instance.design_url.clone(),
            selector: instance
                .integration_instance
                .as_ref()
                .map_or(String::new(), |name| format!("integrationInstance={name}")),
            authorization: format!("Authorization: Bearer {token}"),
        }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], b"").await
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Reply {
        self.try_send(method, path, headers, body)
            .await
            .expect("the connection was closed without an answer")
    }

    /// The same; `None` where the connection is closed without an answer.
    pub async fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[&str],
        body: &[u8],
    ) -> Option<Reply> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let path = format!("/ic/api/integration/v1/{path}{joint}{}", self.selector);
        let mut all = vec![self.authorization.as_str()];
        all.extend(headers);
        try_ask(&self.base, method, &path, &all, body).await
    }

    /// Asks for something with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        let headers = ["Content-Type: application/json"];
        self.send("POST", path, &headers, body.to_string().as_bytes())
            .await
    }

    /// A partial update, as it is documented.
    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        let headers = [
            "Content-Type: application/json",
            "X-HTTP-Method-Override: PATCH",
        ];
        self.send("POST", path, &headers, body.to_string().as_bytes())
            .await
    }

    /// All pages of a list.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let mut all = Vec::new();
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = self
                .get(&format!("{path}{joint}offset={}", all.len()))
                .await;
            assert_eq!(page.status, 200, "{path}");
            let page = page.json();
            all.extend(page["items"].as_array().unwrap().iter().cloned());
            if page["hasMore"] != Value::Bool(true) {
                return all;
            }
        }
    }
}

/// A folder of reference material beside the project, or `None`, said on standard error.
pub fn beside(variable: &str, usual: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).map_or_else(
        || {
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../../shared")
                .join(usual)
        },
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    #[expect(
        clippy::print_stderr,
        reason = "the reader of the test run has to know"
    )]
    {
        eprintln!("passed over: there is no folder {}", folder.display());
    }
    None
}

/// A `multipart/form-data` body with a file and other fields, and the header that goes with it.
pub fn form(file: Option<(&str, &[u8])>, fields: &[(&str, &str)]) -> (String, Vec<u8>) {
    let boundary = "----sandbox-test-boundary";
    let mut body = Vec::new();
    if let Some((name, bytes)) = file {
        body.extend_from_slice(
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; \
                 filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    for (name, value) in fields {
        body.extend_from_slice(
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
            .as_bytes(),
        );
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (
        format!("Content-Type: multipart/form-data; boundary={boundary}"),
        body,
    )
}

/// The header of an update.
pub const PATCH: &str = "X-HTTP-Method-Override: PATCH";
/// The header of a JSON body.
pub const JSON: &str = "Content-Type: application/json";

impl Caller {
    /// Sends JSON.
    pub async fn json(&self, method: &str, path: &str, headers: &[&str], body: &Value) -> Reply {
        let mut all = vec![JSON];
        all.extend(headers);
        self.send(method, path, &all, body.to_string().as_bytes())
            .await
    }

    /// Sends a file as forms do.
    pub async fn upload(&self, method: &str, path: &str, file: &str, bytes: &[u8]) -> Reply {
        let (header, body) = form(Some((file, bytes)), &[("type", "application/octet-stream")]);
        self.send(method, path, &[&header], &body).await
    }
}
