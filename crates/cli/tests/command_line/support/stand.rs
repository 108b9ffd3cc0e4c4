//! Oracle Integration as the sandbox plays it, inside the test.

use std::sync::Arc;

use tokio::runtime::Runtime;
use waybill_model::{ArtifactId, Generation};
use waybill_sandbox::{
    Builder, Control, Fault, FaultKind, InstanceSpec, ReadyInstance, Running, Sandbox,
};

use super::canary::canary;

/// A sandbox that runs as long as this value lives.
pub struct Stand {
    pub runtime: Arc<Runtime>,
    running: Option<Running>,
}

/// An instance of Oracle Integration 3 whose secret is the canary.
pub fn oic3(name: &str) -> InstanceSpec {
    spec(name, Generation::Oic3)
}

/// An instance of Gen 2 whose secrets are the canary.
pub fn gen2(name: &str) -> InstanceSpec {
    spec(name, Generation::Gen2)
}

/// An instance of before Gen 2 whose secrets are the canary.
pub fn ics(name: &str) -> InstanceSpec {
    spec(name, Generation::Ics)
}

fn spec(name: &str, generation: Generation) -> InstanceSpec {
    let mut spec = InstanceSpec::new(name, generation);
    spec.client_secret = canary();
    spec.password = canary();
    spec
}

impl Stand {
    /// Starts what the builder says.
    pub fn start(build: impl FnOnce(Builder) -> Builder) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let running = runtime.block_on(build(Sandbox::builder()).start()).unwrap();
        Self {
            runtime: Arc::new(runtime),
            running: Some(running),
        }
    }

    /// One instance called `dev` with this many integrations.
    pub fn with(integrations: usize) -> Self {
        Self::start(|builder| builder.instance(oic3("dev")).synthetic(integrations, 11))
    }

    pub fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    pub fn instance(&self, name: &str) -> &ReadyInstance {
        self.running().instance(name).unwrap()
    }

    /// The instance `dev`.
    pub fn dev(&self) -> &ReadyInstance {
        self.instance("dev")
    }

    pub fn control(&self) -> &Control {
        self.running().control()
    }

    /// Every call whose path holds this text meets the fault from now on.
    pub fn fail_always(&self, kind: FaultKind, path: &str) {
        self.control().fail(Fault {
            kind,
            times: u32::MAX,
            path: Some(path.to_owned()),
        });
    }

    /// How many archives were asked for since the last reset.
    pub fn archives_asked(&self) -> u64 {
        self.control().calls().archives
    }

    /// The first integration outside projects.
    pub fn an_integration(&self) -> ArtifactId {
        let id = super::Caller::new(self.dev()).list("integrations")[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        format!("integration:{id}").parse().unwrap()
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
    }
}
