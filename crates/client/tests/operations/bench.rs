//! A sandbox of its own for each case, with a client for one of its instances, and the ways to bring
//! things in it into a state.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use waybill_client::wire::Integration;
use waybill_client::{
    Address, CallEvent, Client, ClientConfig, Error, IdentityDomain, Observer, Proxy, Read, SignIn,
};
use waybill_model::{ArtifactId, ArtifactKind, Generation, Scope};
use waybill_sandbox::{Control, InstanceSpec, ReadyInstance, Running, Sandbox};

/// The name of the instance that the client of a bench speaks with.
pub const INSTANCE: &str = "bench";

/// A sandbox and a client of it.
pub struct Bench {
    pub client: Client,
    pub generation: Generation,
    config: ClientConfig,
    domain: OnceLock<IdentityDomain>,
    running: Running,
    heard: Arc<Heard>,
}

/// The calls that ended: method, path, status.
#[derive(Default)]
struct Heard(Mutex<Vec<(String, String, Option<u16>)>>);

impl Observer for Heard {
    fn event(&self, event: &CallEvent) {
        if let CallEvent::Finished {
            method,
            path,
            status,
            ..
        } = event
        {
            let ended = (method.clone(), path.clone(), *status);
            self.0.lock().unwrap().push(ended);
        }
    }
}

impl Bench {
    /// A sandbox with one instance of the generation, filled, and a client that is signed in.
    pub async fn new(generation: Generation) -> Self {
        let running = Sandbox::builder()
            .instance(InstanceSpec::new(INSTANCE, generation))
            .synthetic(24, 7)
            .activation_time(Duration::from_millis(40))
            .start()
            .await
            .unwrap();
        let heard = Arc::new(Heard::default());
        let mut config = config(running.instance(INSTANCE).unwrap());
        config.observer = Some(Arc::clone(&heard) as Arc<dyn Observer>);
        let client = Client::new(config.clone()).unwrap();
        client.sign_in_now().await.unwrap();
        Self {
            client,
            generation,
            config,
            domain: OnceLock::new(),
            running,
            heard,
        }
    }

    /// The identity domain of the instance.
    pub fn domain(&self) -> &IdentityDomain {
        self.domain
            .get_or_init(|| IdentityDomain::new(&self.config).unwrap())
    }

    /// Steers the sandbox.
    pub fn control(&self) -> &Control {
        self.running.control()
    }

    /// Addresses and credentials of the instance.
    pub fn instance(&self) -> &ReadyInstance {
        self.running.instance(INSTANCE).unwrap()
    }

    /// All that the sandbox said when it was ready.
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// Forgets the calls so far.
    pub fn forget(&self) {
        self.heard.0.lock().unwrap().clear();
    }

    /// The statuses of the calls of this method whose path fits the template.
    pub fn statuses(&self, method: &str, template: &str) -> Vec<Option<u16>> {
        let heard = self.heard.0.lock().unwrap();
        heard
            .iter()
            .filter(|(own, path, _)| own == method && fits(path, template))
            .map(|(_, _, status)| *status)
            .collect()
    }

    /// All calls heard, for the words of a failure.
    pub fn calls(&self) -> String {
        let heard = self.heard.0.lock().unwrap();
        let lines = heard
            .iter()
            .map(|(method, path, status)| format!("{method} {path} → {status:?}"));
        lines.collect::<Vec<_>>().join("\n    ")
    }

    /// The integrations of a scope.
    pub async fn integrations(&self, within: &Scope) -> Result<Vec<Read<Integration>>, Error> {
        self.client.integrations(within).await
    }

    /// An integration without a schedule, active or not as asked for, open in nobody's console.
    pub async fn integration(&self, within: &Scope, status: &str) -> Result<String, Error> {
        let all = self.integrations(within).await?;
        let one = all
            .iter()
            .find(|one| !one.value.schedule_applicable_flag)
            .unwrap();
        let id = one.value.id.clone();
        assert!(self.control().set_status(
            INSTANCE,
            &artifact(ArtifactKind::Integration, within, &id),
            status
        ));
        Ok(id)
    }

    /// An active integration with a schedule.
    pub async fn scheduled(&self, within: &Scope) -> Result<String, Error> {
        let all = self.integrations(within).await?;
        let one = all
            .iter()
            .find(|one| {
                one.value.schedule_defined_flag && one.value.status.as_deref() == Some("ACTIVATED")
            })
            .unwrap();
        Ok(one.value.id.clone())
    }

    /// Opens an artifact in somebody's console.
    pub fn lock(&self, kind: ArtifactKind, within: &Scope, id: &str) {
        assert!(self.control().lock(INSTANCE, &artifact(kind, within, id)));
    }

    /// Removes an artifact past the API.
    pub fn remove(&self, kind: ArtifactKind, within: &Scope, id: &str) {
        assert!(self.control().delete(INSTANCE, &artifact(kind, within, id)));
    }

    /// Sets the status of an integration or connection.
    pub fn set_status(&self, kind: ArtifactKind, within: &Scope, id: &str, status: &str) {
        assert!(
            self.control()
                .set_status(INSTANCE, &artifact(kind, within, id), status)
        );
    }
}

/// An artifact by what calls name it: `CODE|VERSION` for integrations and libraries.
pub fn artifact(kind: ArtifactKind, within: &Scope, id: &str) -> ArtifactId {
    let versioned = matches!(kind, ArtifactKind::Integration | ArtifactKind::Library);
    let (code, version) = match id.rsplit_once('|') {
        Some((code, version)) if versioned => (code, Some(version)),
        _ => (id, None),
    };
    ArtifactId {
        kind,
        scope: within.clone(),
        code: code.to_owned(),
        version: version.map(str::to_owned),
    }
}

/// A client's configuration for an instance of a sandbox.
fn config(instance: &ReadyInstance) -> ClientConfig {
    let address = Address {
        generation: instance.generation,
        base: instance.design_url.parse().unwrap(),
        instance_name: instance.integration_instance.clone(),
    };
    let sign_in = match (&instance.user, &instance.password) {
        (Some(user), Some(password)) => SignIn::Basic {
            user: user.clone(),
            password: password.as_str().into(),
        },
        _ => SignIn::ClientCredentials {
            token_url: instance.token_url.parse().unwrap(),
            client_id: instance.client_id.clone(),
            client_secret: instance.client_secret.as_str().into(),
            scope: instance.scope.clone(),
        },
    };
    let mut config = ClientConfig::new(address, sign_in);
    config.proxy = Proxy::None;
    config
}

/// Whether a path fits a template in which `{…}` stands for one segment.
fn fits(path: &str, template: &str) -> bool {
    let mut path = path.split('/');
    let mut template = template.split('/');
    loop {
        match (path.next(), template.next()) {
            (None, None) => return true,
            (Some(own), Some(due)) if due.starts_with('{') || own == due => {}
            _ => return false,
        }
    }
}

#[test]
fn a_path_fits_its_template_and_no_other() {
    let id = "/ic/api/integration/v1/integrations/A%7C1";
    assert!(fits(id, "/ic/api/integration/v1/integrations/{id}"));
    assert!(!fits(id, "/ic/api/integration/v1/integrations"));
    assert!(!fits(id, "/ic/api/integration/v1/connections/{id}"));
    assert!(!fits(
        &format!("{id}/archive"),
        "/ic/api/integration/v1/integrations/{id}"
    ));
}
