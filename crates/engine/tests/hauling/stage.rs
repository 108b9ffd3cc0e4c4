//! A source, a destination, a planned waybill and all that carries it out.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use waybill_client::Client;
use waybill_engine::cargo::Hold;
use waybill_engine::haul::{
    HaulReport, HaulRequest, HaulWork, SecretAnswer, SecretBook, haul, haul_report,
};
use waybill_engine::plan::{
    Choice, Details, GatherWork, History, OnArchive, PlanRequest, gather_destination,
    gather_source, plan,
};
use waybill_engine::waybill::{
    Acknowledgement, AttachmentBinding, Bindings, ConnectionBinding, ConnectionMode, Policies,
    Waybill, secret_account,
};
use waybill_engine::{
    Refusal, Run, RunId, SettlePatience, Severity, Side, Silent, Step, StepState, WritePermit,
    sha256,
};
use waybill_model::{ArtifactId, ArtifactKind, Catalogue, Scope, State};
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

use crate::bench::Bench;

/// Lets so many checks pass, then refuses.
pub struct Turnstile(pub AtomicI64);

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

/// Secrets in memory.
#[derive(Default)]
pub struct Book(pub Mutex<BTreeMap<String, String>>);

impl SecretBook for Book {
    fn secret<'a>(&'a self, account: &'a str) -> SecretAnswer<'a> {
        Box::pin(async move {
            let found = self.0.lock().unwrap().get(account).cloned();
            Ok(found.map(SecretString::from))
        })
    }
}

pub struct Stage {
    pub bench: Bench,
    pub hold: Arc<Hold>,
    pub permit: Arc<Turnstile>,
    pub book: Arc<Book>,
    pub patience: SettlePatience,
}

/// Instances `source`, filled, and `destination`, empty.
pub async fn stage(integrations: usize, chain: usize) -> Stage {
    stage_where(integrations, chain, true, Duration::from_millis(150)).await
}

pub async fn stage_where(
    integrations: usize,
    chain: usize,
    empty: bool,
    activation: Duration,
) -> Stage {
    let destination = InstanceSpec::oic3("destination");
    let destination = if empty {
        destination.empty()
    } else {
        destination
    };
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("source"))
        .instance(destination)
        .synthetic(integrations, 7)
        .chains(chain)
        .activation_time(activation)
        .start()
        .await
        .unwrap();
    Stage::of(sandbox)
}

/// Integrations outside projects, and all that they need.
pub fn integrations(catalogue: &Catalogue) -> Choice {
    choice(catalogue, |id| {
        id.kind == ArtifactKind::Integration && id.scope == Scope::Global
    })
}

/// All that the place lists.
pub fn everything(catalogue: &Catalogue) -> Choice {
    choice(catalogue, |_| true)
}

pub fn choice(catalogue: &Catalogue, fits: impl Fn(&ArtifactId) -> bool) -> Choice {
    let all = catalogue.artifacts.iter();
    let all = all.filter(|own| !own.prebuilt && own.lock.is_none());
    Choice {
        chosen: all
            .map(|own| own.id.clone())
            .filter(|id| fits(id))
            .collect(),
        ..Choice::default()
    }
}

impl Stage {
    /// With the instances `source` and `destination` of this sandbox.
    pub fn of(sandbox: Running) -> Self {
        let bench = Bench::with(sandbox);
        let hold = Hold::open(&bench.folder.path().join("cargo"), &bench.vault).unwrap();
        Self {
            bench,
            hold: Arc::new(hold),
            permit: Arc::new(Turnstile(AtomicI64::new(i64::MAX))),
            book: Arc::default(),
            patience: SettlePatience {
                first_pause: Duration::from_millis(5),
                longest_pause: Duration::from_millis(100),
                no_effect: Duration::from_secs(3),
                give_up: Duration::from_secs(20),
            },
        }
    }

    pub fn destination(&self) -> Client {
        self.bench.client("destination")
    }

    pub async fn catalogue(&self, name: &str) -> Catalogue {
        self.bench.live(name).await.catalogue().clone()
    }

    /// The values of the source for all its connections, and a secret wherever one is asked for.
    pub async fn bindings(&self) -> Bindings {
        let client = self.bench.client("source");
        let mut bindings = Bindings::default();
        let catalogue = self.catalogue("source").await;
        let connections = catalogue.artifacts.into_iter().map(|own| own.id);
        for id in connections.filter(|id| id.kind == ArtifactKind::Connection) {
            let Ok(read) = client.connection(&id.scope, &id.code).await else {
                continue;
            };
            let own = &read.value;
            let properties = own.connection_properties.iter();
            let properties: Vec<_> = properties.chain(&own.security_properties).collect();
            let secrets: Vec<String> = properties
                .iter()
                .filter(|property| property.property_type.as_deref() == Some("PASSWORD"))
                .map(|property| property.property_name.clone())
                .collect();
            for name in &secrets {
                let account = secret_account("destination", &id, name);
                let mut book = self.book.0.lock().unwrap();
                book.insert(account, format!("canary-{name}"));
            }
            let files = properties
                .iter()
                .filter(|property| property.has_attachment && property.property_value.is_some());
            let attachments = files
                .map(|property| {
                    let home = id.scope.project().unwrap_or_default();
                    let name = format!("{home}{}-{}.bin", id.code, property.property_name);
                    let path = self.bench.folder.path().join(&name);
                    std::fs::write(&path, &name).unwrap();
                    AttachmentBinding {
                        property: property.property_name.clone(),
                        path: path.to_str().unwrap().to_owned(),
                        sha256: sha256(name.as_bytes()),
                    }
                })
                .collect();
            let binding = ConnectionBinding {
                mode: ConnectionMode::FromSource,
                secrets,
                attachments,
                ..ConnectionBinding::default()
            };
            bindings.connections.insert(id, binding);
        }
        bindings
    }

    /// Plans a move from `source` to `destination`, its warnings read.
    pub async fn plan(
        &self,
        choose: impl Fn(&Catalogue) -> Choice,
        policies: Policies,
        bindings: Bindings,
    ) -> Waybill {
        let source = self.bench.live("source").await;
        self.plan_from(&source, choose, policies, bindings).await
    }

    pub async fn plan_from(
        &self,
        from: &Arc<Side>,
        choose: impl Fn(&Catalogue) -> Choice,
        policies: Policies,
        bindings: Bindings,
    ) -> Waybill {
        let cancel = CancellationToken::new();
        let work = GatherWork {
            journal: &self.bench.journal,
            progress: &|_| {},
            cancel: &cancel,
        };
        let hold = self.hold.clone();
        let keep: Arc<OnArchive> = Arc::new(move |_, stamp, bytes| hold.put(&stamp.sha256, bytes));
        let choice = choose(from.catalogue());
        let source = Box::pin(gather_source(from, &choice, &work, &keep))
            .await
            .unwrap();
        let live = self.bench.live("destination").await;
        let destination = Box::pin(gather_destination(
            &live,
            &self.bench.stamp("destination"),
            None,
            &source,
            &choice,
            &policies,
            &work,
        ))
        .await
        .unwrap();
        let details = Details {
            id: "WB-1".into(),
            made_at: "2026-11-21T10:00:00Z".into(),
            made_by: "tester".into(),
            ..Details::default()
        };
        let mut waybill = plan(&PlanRequest {
            details: &details,
            source: &source,
            choice: &choice,
            destination: &destination,
            policies: &policies,
            bindings: &bindings,
            history: &History::default(),
        });
        for finding in &mut waybill.findings {
            assert_ne!(finding.severity, Severity::Blocking, "{finding:?}");
            finding.acknowledged = Some(Acknowledgement {
                by: "tester".into(),
                at: "2026-11-21T10:01:00Z".into(),
            });
        }
        waybill
    }

    pub fn request(&self, waybill: &Waybill) -> HaulRequest {
        HaulRequest {
            run: RunId::fresh(),
            instance: self.bench.stamp("destination"),
            waybill: waybill.clone(),
            title: "Orders".into(),
            asked_by: "tester".into(),
            tool_version: "0.0.0".into(),
        }
    }

    pub fn work(&self, request: &HaulRequest) -> HaulWork {
        HaulWork {
            request: request.clone(),
            client: self.destination(),
            domain: None,
            vault: self.bench.vault.clone(),
            hold: self.hold.clone(),
            journal: self.bench.journal.clone(),
            reporter: Arc::new(Silent),
            cancel: CancellationToken::new(),
            permit: self.permit.clone(),
            secrets: self.book.clone(),
            patience: self.patience,
            retry_failed: false,
        }
    }

    pub async fn haul(&self, waybill: &Waybill) -> Run {
        self.go(&self.request(waybill)).await
    }

    /// Begins a run, or takes it up again.
    pub async fn go(&self, request: &HaulRequest) -> Run {
        haul(self.work(request)).await.unwrap()
    }

    pub async fn retry(&self, request: &HaulRequest) -> Run {
        let mut work = self.work(request);
        work.retry_failed = true;
        haul(work).await.unwrap()
    }

    pub fn report(&self, run: &Run) -> HaulReport {
        haul_report(&self.bench.journal, &run.id).unwrap()
    }

    pub fn steps(&self, run: &RunId) -> Vec<Step> {
        self.bench.journal.steps(run).unwrap()
    }

    pub fn count(&self, run: &RunId, state: StepState) -> usize {
        let steps = self.steps(run);
        steps.iter().filter(|step| step.state == state).count()
    }

    pub fn lines(&self, run: &RunId) -> String {
        let lines = self.bench.journal.lines(run).unwrap();
        let texts: Vec<_> = lines.into_iter().map(|line| line.text).collect();
        texts.join("\n")
    }

    pub fn effects(&self, kind: &str) -> u64 {
        self.bench.sandbox.control().calls().effects_of(kind)
    }

    /// How many changes of any sort took place.
    pub fn all_effects(&self) -> u64 {
        self.effects("")
    }

    /// Imports and activations that took place more than once.
    pub fn done_twice(&self) -> Vec<(String, String, u64)> {
        let calls = self.bench.sandbox.control().calls();
        let repeated = calls.repeated().into_iter();
        let counts = |kind: &str| {
            kind.contains("archive") || kind.contains("ACTIVATED") || kind.contains("CONFIGURED")
        };
        repeated.filter(|(kind, ..)| counts(kind)).collect()
    }

    /// How the integrations outside projects stand.
    pub async fn states(&self, name: &str) -> BTreeMap<ArtifactId, Option<State>> {
        let catalogue = self.catalogue(name).await;
        let all = catalogue.artifacts.into_iter();
        all.filter(|own| own.id.kind == ArtifactKind::Integration && own.id.scope == Scope::Global)
            .map(|own| (own.id, own.state))
            .collect()
    }
}
