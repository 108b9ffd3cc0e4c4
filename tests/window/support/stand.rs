//! Oracle Integration as the sandbox plays it, inside the test.

use waybill_sandbox::{
    Builder, Control, Fault, FaultKind, InstanceSpec, ReadyInstance, Running, Sandbox,
};

use super::canary;

/// A sandbox that runs as long as this value lives.
pub struct Stand(Running);

/// An instance whose secret is the canary.
pub fn oic3(name: &str) -> InstanceSpec {
    let mut spec = InstanceSpec::oic3(name);
    spec.client_secret = canary();
    spec
}

impl Stand {
    /// Starts what the builder says.
    pub async fn start(build: impl FnOnce(Builder) -> Builder) -> Self {
        Self(build(Sandbox::builder()).start().await.unwrap())
    }

    /// The instance `dev`.
    pub fn dev(&self) -> &ReadyInstance {
        self.instance("dev")
    }

    /// An instance by its name.
    pub fn instance(&self, name: &str) -> &ReadyInstance {
        self.0.instance(name).unwrap()
    }

    /// Every call whose path holds this text meets the fault from now on.
    pub fn fail_always(&self, kind: FaultKind, path: &str) {
        self.0.control().fail(Fault {
            kind,
            times: u32::MAX,
            path: Some(path.to_owned()),
        });
    }

    /// The handle by which what happens in the service is steered.
    pub fn control(&self) -> &Control {
        self.0.control()
    }

    /// All faults end.
    pub fn heal(&self) {
        self.0.control().heal();
    }
}
