//! Steering a sandbox while it runs: as a library, and over HTTP for tests in other processes.

use std::sync::{Arc, PoisonError};

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;
use waybill_model::{ArtifactId, ArtifactKind};

use crate::activation::ActivationFault;
use crate::calls::CallCounts;
use crate::clone::JobFault;
use crate::fault::{Fault, StandingFault};
use crate::house::House;
use crate::spec::Application;
use crate::store::{Instance, Lock};
use crate::wire;

/// A handle to a running sandbox; cheap to clone.
#[derive(Clone, Debug)]
pub struct Control {
    house: Arc<House>,
}

impl Control {
    pub(crate) fn new(house: Arc<House>) -> Self {
        Self { house }
    }

    pub(crate) fn stopped(&self) -> watch::Receiver<bool> {
        self.house.stopped.clone()
    }

    fn change<T>(&self, instance: &str, change: impl FnOnce(&mut Instance) -> T) -> Option<T> {
        let resident = self.house.resident(instance)?;
        let mut content = resident
            .content
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        self.house.changed.notify_one();
        Some(change(&mut content))
    }

    /// Locks an artifact, as if somebody had opened it in the console; false where there is none.
    #[must_use]
    pub fn lock(&self, instance: &str, id: &ArtifactId) -> bool {
        let lock = Lock {
            by: "developer@example.com".to_owned(),
            since: Timestamp::now(),
        };
        self.change(instance, |content| content.set_lock(id, Some(lock)))
            .unwrap_or(false)
    }

    /// Unlocks it again.
    #[must_use]
    pub fn unlock(&self, instance: &str, id: &ArtifactId) -> bool {
        self.change(instance, |content| content.set_lock(id, None))
            .unwrap_or(false)
    }

    /// Changes one artifact, as its author would.
    #[must_use]
    pub fn touch(&self, instance: &str, id: &ArtifactId) -> bool {
        self.change(instance, |content| content.touch(id, Timestamp::now()))
            .unwrap_or(false)
    }

    /// Changes the first `count` integrations outside projects, by id; answers with their ids.
    #[must_use]
    pub fn touch_integrations(&self, instance: &str, count: usize) -> Vec<ArtifactId> {
        self.change(instance, |content| {
            let ids: Vec<ArtifactId> = content
                .global
                .integrations
                .values()
                .take(count)
                .map(|one| {
                    ArtifactId::global(ArtifactKind::Integration, &one.code, Some(&one.version))
                })
                .collect();
            for id in &ids {
                content.touch(id, Timestamp::now());
            }
            ids
        })
        .unwrap_or_default()
    }

    /// Sets the status of an integration or connection, in the word of the wire.
    #[must_use]
    pub fn set_status(&self, instance: &str, id: &ArtifactId, status: &str) -> bool {
        self.change(instance, |content| content.set_status(id, status))
            .unwrap_or(false)
    }

    /// Lets the tests of a connection fail for this reason, or succeed again without one.
    #[must_use]
    pub fn fail_test(&self, instance: &str, id: &ArtifactId, why: Option<&str>) -> bool {
        self.change(instance, |content| {
            content.set_broken(id, why.map(str::to_owned))
        })
        .unwrap_or(false)
    }

    /// Removes an artifact.
    #[must_use]
    pub fn delete(&self, instance: &str, id: &ArtifactId) -> bool {
        self.change(instance, |content| content.delete(id))
            .unwrap_or(false)
    }

    /// Makes every token invalid that was given out so far.
    pub fn expire_tokens(&self) {
        self.house.tokens.expire();
    }

    /// Makes every refresh token invalid that was given out so far.
    pub fn revoke_refresh_tokens(&self) {
        self.house.tokens.revoke();
    }

    /// Registers an application, or more of a known one; says what is wrong with it.
    pub fn register(&self, application: &Application) -> Result<(), String> {
        let mut callers = self
            .house
            .callers
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        application.register(&mut callers)
    }

    /// Lets the next fitting calls fail.
    pub fn fail(&self, fault: Fault) {
        self.house.faults.add(fault, 0);
    }

    /// Lets fitting calls fail after this many of them went well.
    pub fn fail_after(&self, spared: u32, fault: Fault) {
        self.house.faults.add(fault, spared);
    }

    /// Lets a share of the calls fail until [`heal`](Self::heal).
    pub fn fail_often(&self, fault: StandingFault) {
        self.house.faults.stand(fault);
    }

    /// Slows activations down, or lets them fail in the end.
    pub fn disturb_activations(&self, fault: ActivationFault) {
        self.house.activations.add(fault);
    }

    /// Lets jobs that export or import an instance fail.
    pub fn fail_jobs(&self, fault: JobFault) {
        self.house.job_faults.add(fault);
    }

    /// Takes back all faults, those of activations and jobs too.
    pub fn heal(&self) {
        self.house.faults.clear();
        self.house.job_faults.clear();
        self.house.activations.clear();
    }

    /// The counts since the start or the last reset.
    #[must_use]
    pub fn calls(&self) -> CallCounts {
        self.house.calls.snapshot()
    }

    /// Counts from zero again.
    pub fn reset_calls(&self) {
        self.house.calls.reset();
    }
}

/// The body of a request to steer.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wish {
    instance: String,
    id: Option<ArtifactId>,
    count: usize,
    status: String,
}

/// A fault with the number of fitting calls that go well before.
#[derive(Deserialize)]
struct Later {
    #[serde(flatten)]
    fault: Fault,
    #[serde(default)]
    after: u32,
}

/// Takes what is ordered by a body of its own form; `None` for other verbs.
fn order(control: &Control, verb: &str, body: &[u8]) -> Option<Result<(), String>> {
    fn read<'body, T: Deserialize<'body>>(body: &'body [u8]) -> Result<T, String> {
        serde_json::from_slice(body).map_err(|error| error.to_string())
    }
    Some(match verb {
        "fail" => {
            let standing = serde_json::from_slice::<Value>(body)
                .is_ok_and(|body| body.get("chance").is_some());
            if standing {
                read(body).map(|fault| control.fail_often(fault))
            } else {
                read(body).map(|later: Later| control.fail_after(later.after, later.fault))
            }
        }
        "job" => read(body).map(|fault| control.fail_jobs(fault)),
        "activation" => read(body).map(|fault| control.disturb_activations(fault)),
        "application" => read(body).and_then(|application| control.register(&application)),
        _ => return None,
    })
}

/// Answers `GET /__sandbox/calls` and `POST /__sandbox/…`.
pub(crate) async fn steer(control: Control, request: Request<Body>) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let method = request.method().clone();
    let Ok(body) = to_bytes(request.into_body(), 1 << 20).await else {
        return wire::problem(StatusCode::BAD_REQUEST, "The request has no readable body.");
    };
    let Some(verb) = path.strip_prefix("/__sandbox/") else {
        return wire::problem(StatusCode::NOT_FOUND, "Not found.");
    };
    let body = if body.is_empty() { &b"{}"[..] } else { &body };
    if method == Method::POST
        && let Some(ordered) = order(&control, verb, body)
    {
        return match ordered {
            Ok(()) => done(true),
            Err(words) => wire::problem(StatusCode::BAD_REQUEST, &words),
        };
    }
    let wish: Wish = match serde_json::from_slice(body) {
        Ok(wish) => wish,
        Err(error) => return wire::problem(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let instance = wish.instance.as_str();
    match (method.as_str(), verb, &wish.id) {
        ("GET", "calls", _) => match serde_json::to_value(control.calls()) {
            Ok(counts) => wire::json(&counts, false),
            Err(error) => wire::problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        },
        ("POST", "calls/reset", _) => {
            control.reset_calls();
            done(true)
        }
        ("POST", "heal", _) => {
            control.heal();
            done(true)
        }
        ("POST", "expire-tokens", _) => {
            control.expire_tokens();
            done(true)
        }
        ("POST", "revoke-refresh-tokens", _) => {
            control.revoke_refresh_tokens();
            done(true)
        }
        ("POST", "lock", Some(id)) => done(control.lock(instance, id)),
        ("POST", "unlock", Some(id)) => done(control.unlock(instance, id)),
        ("POST", "delete", Some(id)) => done(control.delete(instance, id)),
        ("POST", "status", Some(id)) => done(control.set_status(instance, id, &wish.status)),
        ("POST", "fail-test", Some(id)) => {
            let why = Some(wish.status.as_str()).filter(|why| !why.is_empty());
            done(control.fail_test(instance, id, why))
        }
        ("POST", "touch", Some(id)) => done(control.touch(instance, id)),
        ("POST", "touch", None) => {
            let touched: Vec<Value> = control
                .touch_integrations(instance, wish.count)
                .iter()
                .map(|id| json!(id.to_string()))
                .collect();
            wire::json(&json!({"touched": touched}), false)
        }
        _ => wire::problem(StatusCode::NOT_FOUND, "Not found."),
    }
}

fn done(found: bool) -> Response<Body> {
    if found {
        wire::json(&json!({"done": true}), false)
    } else {
        wire::problem(
            StatusCode::NOT_FOUND,
            "The instance or the artifact does not exist.",
        )
    }
}
