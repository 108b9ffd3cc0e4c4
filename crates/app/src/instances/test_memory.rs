//! Which values a connection test passed with, and the test under way.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::clients::Fingerprint;

/// Memory of connection tests, until the application closes.
#[derive(Default)]
pub(crate) struct TestMemory(Mutex<Held>);

#[derive(Default)]
struct Held {
    running: Option<CancellationToken>,
    passed: Vec<(Fingerprint, String)>,
}

/// So many passed tests are remembered.
const REMEMBERED: usize = 32;

impl TestMemory {
    /// Begins a test; one that was under way is cancelled.
    pub(super) fn begin(&self) -> CancellationToken {
        let token = CancellationToken::new();
        if let Some(before) = self.held().running.replace(token.clone()) {
            before.cancel();
        }
        token
    }

    pub(super) fn cancel(&self) {
        if let Some(running) = self.held().running.take() {
            running.cancel();
        }
    }

    pub(super) fn remember(&self, fingerprint: Fingerprint, at: &str) {
        let mut held = self.held();
        held.passed.retain(|(known, _)| *known != fingerprint);
        held.passed.push((fingerprint, at.to_owned()));
        if held.passed.len() > REMEMBERED {
            held.passed.remove(0);
        }
    }

    /// When a test with these values passed.
    pub(super) fn passed_at(&self, fingerprint: &Fingerprint) -> Option<String> {
        self.held()
            .passed
            .iter()
            .find(|(known, _)| known == fingerprint)
            .map(|(_, at)| at.clone())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fingerprint rests on a secret: it is not printed either.
impl fmt::Debug for TestMemory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TestMemory").finish_non_exhaustive()
    }
}
