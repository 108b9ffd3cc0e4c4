//! Signing in in the browser of this computer: the journey there and back, and what is remembered of
//! it until the application closes.

mod listener;
mod page;
mod verbs;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use waybill_client::{Client, MemoryStore, TokenStore};

use crate::view::SignInForm;

pub use verbs::SignInTarget;

/// What the browser brought, by the sign-in it was for.
#[derive(Default)]
pub(crate) struct BrowserSignIns {
    held: Mutex<HashMap<String, Held>>,
    running: Mutex<Option<CancellationToken>>,
}

#[derive(Default)]
struct Held {
    /// Has the token that came last; other clients of this sign-in go on with it.
    client: Option<Client>,
    /// The refresh token of a sign-in that is not saved yet.
    tokens: Arc<MemoryStore>,
}

impl BrowserSignIns {
    /// Whether a token is at hand that has not ended.
    pub(super) fn is_signed_in(&self, sign_in: &SignInForm) -> bool {
        let held = self.held();
        let Some(held) = held.get(&key(sign_in)) else {
            return false;
        };
        let life = held.client.as_ref().and_then(Client::token_life);
        held.tokens.held().is_some()
            || life
                .and_then(|life| life.expires_in)
                .is_some_and(|left| !left.is_zero())
    }

    /// Lets a new client go on with the token of this sign-in.
    pub(super) fn lend_to(&self, sign_in: &SignInForm, client: &Client) {
        if let Some(known) = self
            .held()
            .get(&key(sign_in))
            .and_then(|held| held.client.as_ref())
        {
            client.take_over_sign_in(known);
        }
    }

    /// Where the refresh token of a sign-in lives that is not saved yet.
    pub(super) fn tokens(&self, sign_in: &SignInForm) -> Arc<dyn TokenStore> {
        let mut held = self.held();
        Arc::clone(&held.entry(key(sign_in)).or_default().tokens) as Arc<dyn TokenStore>
    }

    /// The refresh token of a sign-in that is not saved yet.
    pub(super) fn refresh_token(&self, sign_in: &SignInForm) -> Option<SecretString> {
        self.held()
            .get(&key(sign_in))
            .and_then(|held| held.tokens.held())
    }

    /// Its refresh token lies in the place for secrets now.
    pub(super) fn was_kept(&self, sign_in: &SignInForm) {
        if let Some(held) = self.held().get(&key(sign_in)) {
            held.tokens.hold(None);
        }
    }

    /// The client that has the token of this sign-in.
    fn client(&self, sign_in: &SignInForm) -> Option<Client> {
        self.held()
            .get(&key(sign_in))
            .and_then(|held| held.client.clone())
    }

    fn remember(&self, sign_in: &SignInForm, client: Client) {
        self.held().entry(key(sign_in)).or_default().client = Some(client);
    }

    pub(super) fn forget(&self, sign_in: &SignInForm) {
        self.held().remove(&key(sign_in));
    }

    /// Begins a journey; one that was under way is given up.
    fn begin(&self) -> CancellationToken {
        let token = CancellationToken::new();
        if let Some(before) = lock(&self.running).replace(token.clone()) {
            before.cancel();
        }
        token
    }

    fn cancel(&self) {
        if let Some(running) = lock(&self.running).take() {
            running.cancel();
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        lock(&self.held)
    }
}

impl fmt::Debug for BrowserSignIns {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BrowserSignIns")
            .finish_non_exhaustive()
    }
}

fn key(sign_in: &SignInForm) -> String {
    serde_json::to_string(sign_in).unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
