//! An instance of the sandbox, with a vault, a journal and a permit that the test turns.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use waybill_client::{Address, Client, ClientConfig, SignIn};
use waybill_engine::{
    Change, ChangeRequest, ChangeWork, InstanceStamp, Journal, Plan, Refusal, Run, RunId, Secrets,
    SettlePatience, Silent, StepState, WritePermit, make_change, plan_change, read_catalogue,
};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, Environment, Scope, State};
use waybill_sandbox::{InstanceSpec, ReadyInstance, Running, Sandbox};
use waybill_vault::Vault;

/// Lets so many checks pass, then refuses.
pub struct Turnstile(pub AtomicI64);

impl WritePermit for Turnstile {
    fn check(&self) -> Result<(), Refusal> {
        if self.0.fetch_sub(1, Ordering::SeqCst) > 0 {
            return Ok(());
        }
        Err(Refusal {
            message: "`ONE` is read-only.".into(),
            guidance: "Allow changes.".into(),
        })
    }
}

pub struct Bench {
    pub running: Running,
    pub client: Client,
    pub journal: Arc<Journal>,
    pub vault: Arc<Vault>,
    pub permit: Arc<Turnstile>,
    pub patience: SettlePatience,
    pub folder: tempfile::TempDir,
}

pub async fn bench(integrations: usize) -> Bench {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .synthetic(integrations, 11)
        .activation_time(Duration::from_millis(200))
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let password = SecretString::from("a long enough password");
    let vault = Vault::create(&folder.path().join("vault"), &password).unwrap();
    let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
    let client = client(&running.ready.instances[0]);
    Bench {
        client,
        running,
        journal: Arc::new(journal),
        vault: Arc::new(vault),
        permit: Arc::new(Turnstile(AtomicI64::new(i64::MAX))),
        patience: SettlePatience {
            first_pause: Duration::from_millis(20),
            longest_pause: Duration::from_millis(100),
            no_effect: Duration::from_secs(3),
            give_up: Duration::from_secs(20),
        },
        folder,
    }
}

fn client(instance: &ReadyInstance) -> Client {
    let address = Address {
        generation: instance.generation,
        base: instance.design_url.parse().unwrap(),
        instance_name: instance.integration_instance.clone(),
    };
    let sign_in = SignIn::ClientCredentials {
        token_url: instance.token_url.parse().unwrap(),
        client_id: instance.client_id.clone(),
        client_secret: instance.client_secret.clone().into(),
        scope: instance.scope.clone(),
    };
    Client::new(ClientConfig::new(address, sign_in)).unwrap()
}

impl Bench {
    pub async fn catalogue(&self) -> Catalogue {
        let now = jiff::Timestamp::now();
        read_catalogue(&self.client, now, &|_| {})
            .await
            .unwrap()
            .catalogue
    }

    /// The first artifact of this kind that fits.
    pub async fn pick(&self, kind: ArtifactKind, fits: impl Fn(&Artifact) -> bool) -> Artifact {
        let catalogue = self.catalogue().await;
        let found = catalogue
            .artifacts
            .iter()
            .find(|one| one.id.kind == kind && fits(one));
        found.unwrap().clone()
    }

    /// An integration outside projects in this state, without a schedule or with one.
    pub async fn integration(&self, state: State, scheduled: bool) -> ArtifactId {
        let catalogue = self.catalogue().await;
        let schedule = |id: &ArtifactId| ArtifactId {
            kind: ArtifactKind::Schedule,
            ..id.clone()
        };
        let fits = |one: &&Artifact| {
            one.id.kind == ArtifactKind::Integration
                && one.id.scope == Scope::Global
                && one.state == Some(state)
                && one.lock.is_none()
                && !one.prebuilt
                && catalogue.get(&schedule(&one.id)).is_some() == scheduled
                && (scheduled || one.style.as_deref() == Some("Orchestration"))
        };
        let found = catalogue.artifacts.iter().find(fits);
        found.unwrap().id.clone()
    }

    pub async fn plan(&self, id: &ArtifactId, change: &Change) -> Plan {
        let catalogue = self.catalogue().await;
        plan_change(&self.client, &catalogue, id, change)
            .await
            .unwrap()
    }

    pub fn request(&self, id: &ArtifactId, change: Change) -> ChangeRequest {
        let instance = &self.running.ready.instances[0];
        ChangeRequest {
            run: RunId::fresh(),
            instance: InstanceStamp {
                id: "one".into(),
                name: "ONE".into(),
                environment: Environment::Test,
                generation: instance.generation,
                address: instance.design_url.clone(),
                instance_name: instance.integration_instance.clone(),
            },
            subject: change.subject(id).unwrap(),
            title: format!("{} {id}", change.name()),
            change,
            asked_by: "tester".into(),
            tool_version: "0.0.0".into(),
        }
    }

    pub async fn work(&self, request: ChangeRequest, secrets: Secrets) -> ChangeWork {
        ChangeWork {
            request,
            plan: None,
            secrets,
            client: self.client.clone(),
            catalogue: self.catalogue().await,
            vault: Some(self.vault.clone()),
            journal: self.journal.clone(),
            reporter: Arc::new(Silent),
            cancel: CancellationToken::new(),
            permit: self.permit.clone(),
            patience: self.patience,
        }
    }

    pub async fn make(&self, id: &ArtifactId, change: Change) -> Run {
        let work = self.work(self.request(id, change), Vec::new()).await;
        make_change(work).await.unwrap()
    }

    pub async fn again(&self, request: &ChangeRequest) -> Run {
        let work = self.work(request.clone(), Vec::new()).await;
        make_change(work).await.unwrap()
    }

    /// Makes the change and lets it fall once its last step stands so, as a dying process would.
    pub async fn break_off(&self, request: &ChangeRequest, at: StepState) {
        let work = self.work(request.clone(), Vec::new()).await;
        let mut making = Box::pin(make_change(work));
        loop {
            tokio::select! {
                ended = &mut making => panic!("it ended before: {ended:?}"),
                () = tokio::time::sleep(Duration::from_millis(5)) => {}
            }
            let steps = self.journal.steps(&request.run).unwrap();
            if steps.last().is_some_and(|step| step.state == at) {
                break;
            }
        }
        // The call has time to reach the service.
        tokio::select! {
            ended = &mut making => panic!("it ended before: {ended:?}"),
            () = tokio::time::sleep(Duration::from_millis(120)) => {}
        }
        drop(making);
    }

    pub fn lines(&self, run: &RunId) -> String {
        let lines = self.journal.lines(run).unwrap();
        let texts: Vec<_> = lines.into_iter().map(|line| line.text).collect();
        texts.join("\n")
    }

    pub async fn state(&self, id: &ArtifactId) -> State {
        let read = self.client.integration(&id.scope, &id.wire()).await;
        State::from_wire(&read.unwrap().value.status.unwrap())
    }

    pub fn effects(&self, kind: &str) -> u64 {
        self.running.control().calls().effects_of(kind)
    }

    pub fn audit(&self) -> Vec<(String, serde_json::Value)> {
        let entries = self.journal.audit_entries(50).unwrap();
        entries
            .into_iter()
            .map(|entry| (entry.action, entry.detail))
            .collect()
    }
}
