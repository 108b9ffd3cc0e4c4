//! A sandbox that listens.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::control::Control;
use crate::house::House;
use crate::persist::save;
use crate::ready::{Ready, ReadyInstance};

/// A sandbox that listens. Dropping it stops it too, without waiting for open calls.
#[derive(Debug)]
pub struct Running {
    /// Addresses and credentials.
    pub ready: Ready,
    pub(crate) control: Control,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) tasks: JoinSet<()>,
    pub(crate) house: Arc<House>,
    /// Where the state is kept.
    pub(crate) state: Option<PathBuf>,
}

impl Running {
    /// Steers the sandbox: locks, changes, faults, counts.
    #[must_use]
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// The instance of that name in [`Ready`].
    #[must_use]
    pub fn instance(&self, name: &str) -> Option<&ReadyInstance> {
        self.ready.instances.iter().find(|one| one.name == name)
    }

    /// Stops listening and ends every open call; then writes the state, where it is kept.
    pub async fn shutdown(self) {
        // Who has to know whether the state was written asks `stop`.
        let _ = self.stop().await;
    }

    /// The same, and says whether the state could be written.
    pub async fn stop(mut self) -> std::io::Result<()> {
        // Nobody may be waiting; then there is nobody to tell.
        let _ = self.stop.send(true);
        self.tasks.shutdown().await;
        match &self.state {
            Some(folder) => save(&self.house, folder),
            None => Ok(()),
        }
    }
}
