//! The runs under way in this process: who can cancel them, and who watches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::view::RunProgress;

/// So many messages wait for a watcher that is slow: 25 seconds of them.
const MESSAGES: usize = 256;

/// The runs under way.
#[derive(Debug, Default)]
pub(crate) struct RunHub(Mutex<HashMap<String, Live>>);

/// One run under way.
#[derive(Clone, Debug)]
pub(super) struct Live {
    pub(super) instance: Option<String>,
    pub(super) cancel: CancellationToken,
    pub(super) messages: broadcast::Sender<RunProgress>,
}

impl RunHub {
    /// Takes in a run that begins.
    pub(super) fn enter(&self, run: &str, instance: Option<String>) -> Live {
        let live = Live {
            instance,
            cancel: CancellationToken::new(),
            messages: broadcast::channel(MESSAGES).0,
        };
        self.held().insert(run.to_owned(), live.clone());
        live
    }

    /// Lets go of a run that ended; watchers see the end of the messages. One of this name that was
    /// resumed since then stays.
    fn leave(&self, run: &str, messages: &broadcast::Sender<RunProgress>) {
        let mut held = self.held();
        if held
            .get(run)
            .is_some_and(|live| live.messages.same_channel(messages))
        {
            held.remove(run);
        }
    }

    pub(super) fn find(&self, run: &str) -> Option<Live> {
        self.held().get(run).cloned()
    }

    /// Whether a run of this instance is under way here.
    pub(crate) fn is_busy(&self, instance: &str) -> bool {
        self.held()
            .values()
            .any(|live| live.instance.as_deref() == Some(instance))
    }

    /// The runs of this instance that go on here.
    pub(super) fn of(&self, instance: &str) -> Vec<String> {
        let held = self.held();
        let own = held
            .iter()
            .filter(|(_, live)| live.instance.as_deref() == Some(instance));
        own.map(|(run, _)| run.clone()).collect()
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Live>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets go of a run however its task ends, also by a panic.
pub(super) struct Leave {
    pub(super) hub: Arc<RunHub>,
    pub(super) run: String,
    pub(super) messages: broadcast::Sender<RunProgress>,
}

impl Drop for Leave {
    fn drop(&mut self) {
        self.hub.leave(&self.run, &self.messages);
    }
}
