//! Where refresh tokens live: with the caller, who knows a place for secrets.

use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use secrecy::SecretString;

/// What a store answers in its own time.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreFailure>> + Send + 'a>>;

/// Why a store could not do it: the words end a sentence, and hold no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreFailure(pub String);

/// Keeps the refresh token of one sign-in. It is read anew each time, for another program of the same
/// user may have renewed it; and it is handed over as soon as the identity domain gives a new one.
pub trait TokenStore: Send + Sync + fmt::Debug {
    /// The refresh token, where there is one.
    fn refresh_token(&self) -> StoreFuture<'_, Option<SecretString>>;

    /// Keeps a new refresh token in place of the one before; forgets it with `None`.
    fn keep(&self, token: Option<SecretString>) -> StoreFuture<'_, ()>;
}

/// A store in memory: for a sign-in that is not saved yet, and for tests.
#[derive(Default)]
pub struct MemoryStore(Mutex<Option<SecretString>>);

impl MemoryStore {
    /// What it holds.
    #[must_use]
    pub fn held(&self) -> Option<SecretString> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Holds this from now on.
    pub fn hold(&self, token: Option<SecretString>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }
}

impl TokenStore for MemoryStore {
    fn refresh_token(&self) -> StoreFuture<'_, Option<SecretString>> {
        Box::pin(async { Ok(self.held()) })
    }

    fn keep(&self, token: Option<SecretString>) -> StoreFuture<'_, ()> {
        Box::pin(async {
            self.hold(token);
            Ok(())
        })
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MemoryStore(<redacted>)")
    }
}
