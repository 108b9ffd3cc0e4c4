//! Everything a running sandbox knows: instances, clients, tokens, faults and counts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use waybill_model::Generation;

use crate::activation::Activations;
use crate::budget::Budget;
use crate::calls::Calls;
use crate::clone::{Job, JobFaults};
use crate::fault::Faults;
use crate::identity::{Directory, Holder};
use crate::monitoring::Journal;
use crate::persist::Saved;
use crate::sign_in::{Caller, Person, Tokens};
use crate::spec::IdentitySpec;
use crate::store::Instance;
use crate::swift::ObjectStore;
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
    pub content: RwLock<Instance>,
    /// What runs in it.
    pub journal: Mutex<Journal>,
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

#[derive(Debug)]
pub(crate) struct House {
    pub residents: Vec<Resident>,
    pub callers: RwLock<Vec<Caller>>,
    pub people: RwLock<Vec<Person>>,
    pub tokens: Tokens,
    pub token_life: Duration,
    /// How long the code of a sign-in serves.
    pub code_life: Duration,
    /// Signs in the first fitting person without asking.
    pub auto_consent: bool,
    pub latency: Duration,
    budget: Budget,
    token_budget: Budget,
    pub calls: Calls,
    pub faults: Faults,
    pub activations: Activations,
    /// How many runs an hour the active integrations of an instance make.
    pub traffic: u32,
    /// The identity domain: who there is, and who has which role.
    pub directory: Mutex<Directory>,
    /// What archives of instances are written to and read from.
    pub objects: Mutex<ObjectStore>,
    /// Exports and imports of instances, newest last.
    pub jobs: Mutex<Vec<Job>>,
    job_time: Duration,
    /// What jobs meet.
    pub job_faults: JobFaults,
    /// Rung after each change that is kept.
    pub changed: Notify,
    exports: AtomicU64,
    pub stopped: watch::Receiver<bool>,
}

/// A lock whose holder panicked guards values that are still whole.
pub(crate) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A lock whose holder panicked guards values that are still whole.
pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// How a house begins.
#[derive(Debug)]
pub(crate) struct Beginning {
    pub residents: Vec<Resident>,
    pub callers: Vec<Caller>,
    pub people: Vec<Person>,
    pub token_life: Duration,
    pub code_life: Duration,
    pub auto_consent: bool,
    pub latency: Duration,
    /// Calls a second.
    pub rate: Option<u32>,
    /// Calls for tokens a second.
    pub token_rate: Option<u32>,
    pub activation_time: Duration,
    pub traffic: u32,
    /// Users and groups, and what their ids are made of beside their names.
    pub identities: (Vec<IdentitySpec>, Option<String>),
    /// The address of the object store.
    pub objects_url: String,
    pub stopped: watch::Receiver<bool>,
}

impl House {
    pub fn new(beginning: Beginning) -> Self {
        let applications = beginning.callers.iter().map(|one| Holder {
            name: one.id.clone(),
            person: false,
            roles: one.roles.clone(),
            instances: one.instances.clone(),
        });
        let people = beginning.people.iter().map(|one| Holder {
            name: one.name.clone(),
            person: true,
            roles: one.roles.clone(),
            instances: one.instances.clone(),
        });
        let holders: Vec<Holder> = applications.chain(people).collect();
        let mut directory = Directory::new(&beginning.residents, &holders);
        let (identities, domain) = &beginning.identities;
        for identity in identities {
            directory.add(identity, domain.as_deref().unwrap_or_default());
        }
        Self {
            directory: Mutex::new(directory),
            objects: Mutex::new(ObjectStore::new(beginning.objects_url)),
            jobs: Mutex::default(),
            job_time: beginning.activation_time,
            job_faults: JobFaults::default(),
            residents: beginning.residents,
            callers: RwLock::new(beginning.callers),
            people: RwLock::new(beginning.people),
            tokens: Tokens::default(),
            token_life: beginning.token_life,
            code_life: beginning.code_life,
            auto_consent: beginning.auto_consent,
            latency: beginning.latency,
            budget: Budget::new(beginning.rate),
            token_budget: Budget::new(beginning.token_rate),
            calls: Calls::default(),
            faults: Faults::default(),
            activations: Activations::new(beginning.activation_time),
            traffic: beginning.traffic,
            changed: Notify::new(),
            exports: AtomicU64::new(1),
            stopped: beginning.stopped,
        }
    }

    /// Goes on with what an earlier sandbox kept; the instances have their content already.
    pub fn restore(&self, saved: Saved) {
        for (name, journal) in saved.journals {
            if let Some(resident) = self.resident(&name) {
                *hold(&resident.journal) = journal;
            }
        }
        *hold(&self.jobs) = saved.jobs;
        hold(&self.objects).refill(saved.objects);
        *hold(&self.directory) = saved.directory;
    }

    /// Takes one call out of the budget; false when it is used up.
    pub fn may_call(&self) -> bool {
        self.budget.take()
    }

    /// The same for calls for tokens.
    pub fn may_ask_for_token(&self) -> bool {
        self.token_budget.take()
    }

    /// The address of the token endpoint, one of those it is reached at.
    pub fn token_url(&self) -> String {
        let base = self
            .residents
            .first()
            .map_or("", |resident| resident.base.as_str());
        format!("{base}/oauth2/v1/token")
    }

    /// How long a job takes that exports or imports an instance: as long as an activation.
    pub fn job_time(&self) -> Duration {
        self.job_time
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
