//! A sandbox of its own for each sample, and the objects in it that a sample can be about.

use std::time::Duration;

use serde_json::{Value, json};
use waybill_model::{ArtifactId, ArtifactKind};
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

use super::table::Way;
use crate::support::{Caller, JSON, Reply, ask};

/// The project that samples of projects are about here.
pub const PROJECT: &str = "RETURNS_PORTAL";

pub struct Stage {
    pub running: Running,
    /// An instance of Oracle Integration 3.
    pub new: Caller,
    /// An instance of Gen 2.
    pub old: Caller,
}

impl Stage {
    pub async fn set(way: Way) -> Self {
        let old = match way {
            Way::Older(_) => InstanceSpec::ics("old"),
            _ => InstanceSpec::gen2("old"),
        };
        let running = Sandbox::builder()
            .instance(InstanceSpec::oic3("new"))
            .instance(old)
            .synthetic(60, 5)
            .activation_time(Duration::from_millis(40))
            .start()
            .await
            .unwrap();
        let new = Caller::sign_in(&running.ready.instances[0]).await;
        let old = Caller::sign_in(&running.ready.instances[1]).await;
        Self { running, new, old }
    }

    /// A call of `/ic/api/common/v1`.
    pub async fn common(&self, caller: &Caller, method: &str, path: &str, body: &Value) -> Reply {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let path = format!("/ic/api/common/v1/{path}?{}", caller.selector);
        let headers = [caller.authorization.as_str(), JSON];
        ask(&caller.base, method, &path, &headers, text.as_bytes()).await
    }

    /// The same request with a place that exists.
    pub fn stored(&self, body: &Value) -> Value {
        let store = &self.running.ready.object_store;
        let mut body = body.clone();
        body["storageInfo"] = json!({
            "storageUrl": store.url, "storageUser": store.user, "storagePassword": store.password,
        });
        body
    }

    pub fn set_status(&self, instance: &str, project: Option<&str>, id: &str, status: &str) {
        let id = named(project, ArtifactKind::Integration, id);
        assert!(
            self.running.control().set_status(instance, &id, status),
            "{id}"
        );
    }

    pub fn lock(&self, instance: &str, project: Option<&str>, kind: ArtifactKind, id: &str) {
        let id = named(project, kind, id);
        assert!(self.running.control().lock(instance, &id), "{id}");
    }

    /// The first integration that fits, in the JSON of lists.
    pub async fn integration(
        &self,
        caller: &Caller,
        scope: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Value {
        let all = caller.list(&format!("{scope}integrations")).await;
        let found = all.iter().find(|one| fits(one));
        found.expect("an integration of that kind").clone()
    }
}

fn named(project: Option<&str>, kind: ArtifactKind, id: &str) -> ArtifactId {
    let (code, version) = match id.split_once('|') {
        Some((code, version)) => (code, Some(version)),
        None => (id, None),
    };
    match project {
        Some(project) => ArtifactId::in_project(project, kind, code, version),
        None => ArtifactId::global(kind, code, version),
    }
}

pub fn text<'value>(value: &'value Value, name: &str) -> &'value str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} of {value}"))
}

/// A status among those wanted.
pub fn status(reply: &Reply, wanted: &[u16]) -> Result<(), String> {
    if wanted.contains(&reply.status) {
        Ok(())
    } else {
        Err(format!(
            "{}, not {wanted:?}: {}",
            reply.line,
            String::from_utf8_lossy(&reply.body)
        ))
    }
}
