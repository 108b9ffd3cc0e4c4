//! Sandboxes to change, and short ways to send what changes them.

use std::time::Duration;

use serde_json::{Value, json};
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

use crate::support::{Caller, Reply};

/// The header of a partial update.
pub const PATCH: &str = "X-HTTP-Method-Override: PATCH";
pub const JSON: &str = "Content-Type: application/json";

/// An instance of Oracle Integration 3 with content.
pub async fn full(integrations: usize) -> (Running, Caller) {
    start(
        Sandbox::builder()
            .instance(InstanceSpec::oic3("one"))
            .synthetic(integrations, 5),
    )
    .await
}

/// One without.
pub async fn empty() -> (Running, Caller) {
    start(Sandbox::builder().instance(InstanceSpec::oic3("empty"))).await
}

/// One of Gen 2 with content.
pub async fn gen2() -> (Running, Caller) {
    start(
        Sandbox::builder()
            .instance(InstanceSpec::gen2("two"))
            .synthetic(40, 5),
    )
    .await
}

async fn start(builder: waybill_sandbox::Builder) -> (Running, Caller) {
    let running = builder
        .activation_time(Duration::from_millis(120))
        .start()
        .await
        .unwrap();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    (running, caller)
}

/// A part of a form: name, file name, content.
pub type Part<'part> = (&'part str, Option<&'part str>, &'part [u8]);

pub fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map_or(String::new(), |file| {
            format!("; filename=\"{file}\"\r\nContent-Type: application/octet-stream")
        });
        body.extend_from_slice(
            format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--frontier--\r\n");
    body
}

impl Caller {
    pub async fn send_form(&self, method: &str, path: &str, parts: &[Part<'_>]) -> Reply {
        self.send_form_with(method, path, &[], parts).await
    }

    pub async fn send_form_with(
        &self,
        method: &str,
        path: &str,
        headers: &[&str],
        parts: &[Part<'_>],
    ) -> Reply {
        let mut all = vec!["Content-Type: multipart/form-data; boundary=frontier"];
        all.extend(headers);
        self.send(method, path, &all, &form(parts)).await
    }

    /// The documented form: the file, and its type as a second field.
    pub async fn import(&self, method: &str, path: &str, file: &[u8]) -> Reply {
        self.send_form(
            method,
            path,
            &[
                ("file", Some("archive.bin"), file),
                ("type", None, b"application/octet-stream"),
            ],
        )
        .await
    }

    pub async fn send_json(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.send(method, path, &[JSON], body.to_string().as_bytes())
            .await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, &[], b"").await
    }

    pub async fn activate(&self, id: &str) -> Reply {
        self.patch(
            &format!("integrations/{id}"),
            &json!({"status": "ACTIVATED"}),
        )
        .await
    }

    pub async fn deactivate(&self, id: &str) -> Reply {
        self.patch(
            &format!("integrations/{id}"),
            &json!({"status": "CONFIGURED", "stopScheduleForDeactivation": "true"}),
        )
        .await
    }

    pub async fn status(&self, id: &str) -> String {
        let reply = self
            .get(&format!("integrations/{id}/activationStatus"))
            .await;
        assert_eq!(reply.status, 200, "{id}");
        reply.json()["activationStatus"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The state that a change leads to.
    pub async fn settled(&self, id: &str) -> String {
        for _ in 0..200 {
            let status = self.status(id).await;
            if !status.ends_with("_INPROGRESS") {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{id} does not settle");
    }

    /// Activates or deactivates it, whatever it is now.
    pub async fn bring_to(&self, id: &str, status: &str) {
        if self.settled(id).await == status {
            return;
        }
        let reply = if status == "ACTIVATED" {
            self.activate(id).await
        } else {
            self.deactivate(id).await
        };
        assert_eq!(reply.status, 200, "{}", text(&reply));
        assert_eq!(self.settled(id).await, status);
    }

    /// Gives a draft everything that it asks for.
    pub async fn configure(&self, code: &str) {
        let path = format!("connections/{code}");
        let shown = self.get(&path).await.json();
        let mut body = json!({});
        for member in ["connectionProperties", "securityProperties"] {
            let mut given = Vec::new();
            for property in shown[member].as_array().unwrap() {
                if property["requiredFlag"] != true || property["propertyValue"].is_string() {
                    continue;
                }
                let name = property["propertyName"].as_str().unwrap();
                if property["propertyType"] == "FILE" {
                    let sent = self
                        .import("POST", &format!("{path}/attachments/{name}"), b"a file")
                        .await;
                    assert_eq!(sent.status, 200, "{}", text(&sent));
                } else {
                    given.push(json!({
                        "propertyName": name,
                        "propertyValue": "https://erp.example.com",
                    }));
                }
            }
            body[member] = Value::Array(given);
        }
        let reply = self.patch(&path, &body).await;
        assert_eq!(reply.status, 200, "{}", text(&reply));
        assert_eq!(reply.json()["status"], "CONFIGURED", "{}", text(&reply));
    }
}

pub fn text(reply: &Reply) -> String {
    format!("{} {}", reply.line, String::from_utf8_lossy(&reply.body))
}

/// The status of an error, which is said in its body as a text too.
#[track_caller]
pub fn refused(reply: &Reply, line: &str) {
    assert_eq!(reply.line, format!("HTTP/1.1 {line}"), "{}", text(reply));
    assert_eq!(reply.json()["status"], format!("HTTP {line}"));
    assert!(reply.json()["title"].is_string());
}

/// An integration of the list, by what it has to be like.
pub fn pick(all: &[Value], fits: impl Fn(&Value) -> bool) -> &Value {
    all.iter().find(|one| fits(one)).unwrap()
}

pub fn id_of(one: &Value) -> String {
    one["id"].as_str().unwrap().to_owned()
}
