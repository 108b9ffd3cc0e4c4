//! A second, plain client of Oracle Integration: a request, an answer, the connection closed. It
//! shares nothing with the one under test.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;
use waybill_model::Generation;
use waybill_sandbox::ReadyInstance;

/// The lists outside projects whose members are served as archives, with the member that names one
/// in a path.
pub const SERVED: [(&str, &str, &str); 4] = [
    ("integrations", "id", "integration"),
    ("packages", "name", "package"),
    ("lookups", "name", "lookup"),
    ("libraries", "id", "library"),
];

/// Someone who is signed in.
pub struct Caller {
    host: String,
    /// What all paths begin with.
    prefix: &'static str,
    instance: Option<String>,
    token: String,
}

impl Caller {
    pub fn new(instance: &ReadyInstance) -> Self {
        let host = host_of(&instance.token_url);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &instance.client_id),
            ("client_secret", &instance.client_secret),
            ("scope", &instance.scope),
        ]
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .join("&");
        let (status, body) = exchange(
            &host,
            "POST",
            "/oauth2/v1/token",
            &[("Content-Type", "application/x-www-form-urlencoded")],
            &form,
        );
        assert_eq!(status, 200);
        let answer: Value = serde_json::from_slice(&body).unwrap();
        Self {
            host: host_of(&instance.design_url),
            prefix: match instance.generation {
                Generation::Ics => "/icsapis/v2",
                _ => "/ic/api/integration/v1",
            },
            instance: instance.integration_instance.clone(),
            token: answer["access_token"].as_str().unwrap().to_owned(),
        }
    }

    fn call(&self, method: &str, path: &str, query: &str, body: &str) -> Vec<u8> {
        let selector = self
            .instance
            .as_ref()
            .map(|name| format!("integrationInstance={name}&"))
            .unwrap_or_default();
        let path = format!("{}/{path}?{selector}{query}", self.prefix);
        let authorization = format!("Bearer {}", self.token);
        let headers = [
            ("Authorization", authorization.as_str()),
            ("Content-Type", "application/json"),
        ];
        let (status, answer) = exchange(&self.host, method, &path, &headers, body);
        assert_eq!(status, 200, "{method} {path}");
        answer
    }

    /// Asks for an integration to be activated, and gives the status of the answer.
    pub fn activate(&self, id: &str) -> u16 {
        let selector = self.instance.as_deref().unwrap_or_default();
        let id = encode(id);
        let path = format!(
            "{}/integrations/{id}?integrationInstance={selector}",
            self.prefix
        );
        let authorization = format!("Bearer {}", self.token);
        let headers = [
            ("Authorization", authorization.as_str()),
            ("Content-Type", "application/json"),
            ("X-HTTP-Method-Override", "PATCH"),
        ];
        let body = "{\"status\":\"ACTIVATED\"}";
        exchange(&self.host, "POST", &path, &headers, body).0
    }

    /// All members of a list.
    pub fn list(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        loop {
            let query = format!("limit=100&offset={}", items.len());
            let page: Value = serde_json::from_slice(&self.call("GET", path, &query, "")).unwrap();
            items.extend(page["items"].as_array().unwrap().clone());
            if page["hasMore"] != true {
                return items;
            }
        }
    }

    /// The archive of a member of a list.
    pub fn archive(&self, list: &str, name: &str) -> Vec<u8> {
        let path = format!("{list}/{}/archive", encode(name));
        if list == "projects" {
            let body =
                serde_json::json!({"builtBy": "", "code": name, "label": "", "type": "DEVELOPED"});
            return self.call("POST", &path, "", &body.to_string());
        }
        self.call("GET", &path, "", "")
    }

    /// Everything that is served as an archive outside projects and projects themselves: the id
    /// Waybill gives it, and how to fetch it.
    pub fn served(&self) -> Vec<(String, &'static str, String)> {
        let mut all = Vec::new();
        let lists = SERVED.into_iter().chain([("projects", "code", "project")]);
        for (list, key, kind) in lists {
            if list == "projects" && self.instance.is_none() {
                continue;
            }
            for item in self.list(list) {
                let name = item[key]
                    .as_str()
                    .unwrap_or_else(|| panic!("{list}: {item}"));
                all.push((format!("{kind}:{name}"), list, name.to_owned()));
            }
        }
        all
    }
}

fn host_of(url: &str) -> String {
    let host = url.strip_prefix("http://").unwrap();
    host.split('/').next().unwrap().to_owned()
}

pub(super) fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(byte.into()),
            other => {
                use std::fmt::Write as _;
                let _ = write!(out, "%{other:02X}");
            }
        }
        out
    })
}

fn exchange(
    host: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, Vec<u8>) {
    let (status, _, body) = ask(host, method, path, headers, body);
    (status, body)
}

/// Sends one request; answers with status, head and body.
pub(super) fn ask(
    host: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, String, Vec<u8>) {
    let headers: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{}Content-Length: {}\r\n\r\n{body}",
        headers.concat(),
        body.len()
    );
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = memchr::memmem::find(&answer, b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    assert!(!head.to_lowercase().contains("chunked"), "{head}");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head, answer.split_off(end + 4))
}
