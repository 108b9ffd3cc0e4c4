//! Everything a running sandbox knows: instances, clients, tokens, faults and counts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use waybill_model::Generation;

use crate::calls::Calls;
use crate::fault::Fault;
use crate::role::Role;
use crate::store::Instance;
use crate::synthetic::Export;

/// An instance with its addresses and its secrets.
#[derive(Debug)]
pub(crate) struct Resident {
    pub name: String,
    pub wire_name: String,
    pub generation: Generation,
    /// 32 capital hexadecimal digits, part of its scopes.
    pub guid: String,
    /// `http://127.0.0.1:PORT` of its design API.
    pub base: String,
    /// The same of its own host, which answers 307 in Oracle Integration 3.
    pub console: String,
    pub user: String,
    pub password: String,
    /// What holders of the user's name and password may do.
    pub roles: Vec<Role>,
    pub content: RwLock<Instance>,
}

impl Resident {
    /// The scopes that give access to the instance.
    pub fn scopes(&self) -> [String; 2] {
        let base = format!(
            "https://{}.integration.sandbox.ocp.oraclecloud.com:443",
            self.guid
        );
        [
            format!("{base}/ic/api/"),
            format!("{base}urn:opc:resource:consumer::all"),
        ]
    }
}

/// Someone who may ask for tokens.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub id: String,
    pub secret: String,
    pub roles: Vec<Role>,
    /// The instances (by name) it is known in; empty for all.
    pub instances: Vec<String>,
}

/// A token that was given out.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// The instances (by name on the wire) it is good for.
    pub audience: Vec<String>,
    /// The id of the client, or the e-mail of the person it was given to.
    pub who: String,
    pub roles: Vec<Role>,
    pub ends: Instant,
}

/// A budget of calls that refills with time.
#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

#[derive(Debug)]
pub(crate) struct House {
    pub residents: Vec<Resident>,
    pub callers: Vec<Caller>,
    pub tokens: Mutex<BTreeMap<String, Token>>,
    pub token_life: Duration,
    pub latency: Duration,
    pub rate: Option<u32>,
    bucket: Mutex<Bucket>,
    pub calls: Calls,
    pub faults: Mutex<Vec<Fault>>,
    exports: AtomicU64,
    pub stopped: watch::Receiver<bool>,
}

/// A lock whose holder panicked guards values that are still whole.
pub(crate) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl House {
    pub fn new(
        residents: Vec<Resident>,
        callers: Vec<Caller>,
        token_life: Duration,
        latency: Duration,
        rate: Option<u32>,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        Self {
            residents,
            callers,
            tokens: Mutex::default(),
            token_life,
            latency,
            bucket: Mutex::new(Bucket {
                left: f64::from(rate.unwrap_or_default()),
                at: Instant::now(),
            }),
            rate,
            calls: Calls::default(),
            faults: Mutex::default(),
            exports: AtomicU64::new(1),
            stopped,
        }
    }

    /// Takes one call out of the budget; false when it is used up.
    pub fn may_call(&self) -> bool {
        let Some(rate) = self.rate.map(f64::from) else {
            return true;
        };
        let mut bucket = hold(&self.bucket);
        let now = Instant::now();
        let refill = now.duration_since(bucket.at).as_secs_f64() * rate;
        bucket.left = (bucket.left + refill).min(rate);
        bucket.at = now;
        if bucket.left < 1.0 {
            return false;
        }
        bucket.left -= 1.0;
        true
    }

    /// The circumstances of the next export.
    pub fn export(&self) -> Export {
        Export::new(
            jiff::Timestamp::now(),
            self.exports.fetch_add(1, Ordering::Relaxed),
        )
    }

    /// The instance of that name, as people or as the wire spell it.
    pub fn resident(&self, name: &str) -> Option<&Resident> {
        self.residents
            .iter()
            .find(|resident| resident.name == name || resident.wire_name == name)
    }
}
