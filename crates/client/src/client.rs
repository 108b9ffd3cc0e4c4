//! The client itself: what is shared, and cancelling.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::address::Address;
use crate::config::ClientConfig;
use crate::error::Error;
use crate::http::{Answer, Call, Core};
use crate::observe::Lane;
use crate::reach::{self, Reach};
use crate::sign_in::{BrowserSignIn, Credentials, TokenLife};

/// Speaks with one instance. Cheap to clone; clones share connections, token and pace.
#[derive(Clone)]
pub struct Client {
    pub(crate) core: Arc<Core>,
    cancellation: CancellationToken,
}

impl Client {
    /// A client for an instance. Sends nothing; refuses what cannot work or would not be safe.
    pub fn new(config: ClientConfig) -> Result<Self, Error> {
        Ok(Self {
            core: Arc::new(Core::new(config)?),
            cancellation: CancellationToken::new(),
        })
    }

    /// The same client; calls made through it end with `Cancelled` once the token is cancelled.
    #[must_use]
    pub fn with_cancellation(&self, token: CancellationToken) -> Self {
        Self {
            core: Arc::clone(&self.core),
            cancellation: token,
        }
    }

    /// The address as it was given.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.core.address
    }

    /// How many calls of a lane may be under way at a time now.
    #[must_use]
    pub fn allowed_in_flight(&self, lane: Lane) -> usize {
        self.core.limiter.allowed(lane)
    }

    /// Signs in. With a token: fetches one if there is none. With user and password: makes one cheap
    /// read, which only succeeds for somebody who may sign in.
    pub async fn sign_in_now(&self) -> Result<TokenLife, Error> {
        match &self.core.credentials {
            Credentials::Token(_) => {
                let signing_in = self.core.credentials.authorization(
                    &self.core.transport,
                    self.core.observer(),
                    None,
                );
                self.until_cancelled("Signing in", signing_in).await?;
            }
            Credentials::Basic(_) => self.cheap_read().await?,
        }
        // A token that was fetched is there until this client ends.
        self.token_life()
            .ok_or_else(|| Error::cancelled("Signing in"))
    }

    /// Signs in with what the browser brought back.
    pub async fn finish_sign_in(
        &self,
        browser: &BrowserSignIn,
        code: SecretString,
    ) -> Result<TokenLife, Error> {
        if let Credentials::Token(provider) = &self.core.credentials {
            let (transport, observer) = (&self.core.transport, self.core.observer());
            let finishing = provider.finish(transport, observer, browser, code);
            self.until_cancelled("Signing in", finishing).await?;
        }
        self.sign_in_now().await
    }

    /// What is known of the sign-in in use; `None` before the first token. Sends nothing.
    #[must_use]
    pub fn token_life(&self) -> Option<TokenLife> {
        match &self.core.credentials {
            Credentials::Token(provider) => provider.life(),
            Credentials::Basic(_) => self.core.basic_user().map(TokenLife::of_basic),
        }
    }

    /// Goes on with the token of another client of the same sign-in, where this one has none yet.
    pub fn take_over_sign_in(&self, other: &Self) {
        if let (Credentials::Token(own), Credentials::Token(theirs)) =
            (&self.core.credentials, &other.core.credentials)
        {
            own.take_over(theirs);
        }
    }

    /// Goes to the address without signing in: resolves the name, connects, shakes hands. Each step
    /// fails with an error of its own kind.
    pub async fn reach(&self) -> Result<Reach, Error> {
        self.until_cancelled("Reaching the address", reach::reach(&self.core))
            .await
    }

    pub(crate) async fn send(&self, call: Call) -> Result<Answer, Error> {
        self.until_cancelled(&call.operation, self.core.execute(&call))
            .await
    }

    pub(crate) fn refuse_if_cancelled(&self, operation: &str) -> Result<(), Error> {
        if self.cancellation.is_cancelled() {
            return Err(Error::cancelled(operation));
        }
        Ok(())
    }

    pub(crate) async fn until_cancelled<T>(
        &self,
        operation: &str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        // The work stands where it awaits and is dropped there; permits go back by their drop.
        match self.cancellation.run_until_cancelled(work).await {
            Some(result) => result,
            None => Err(Error::cancelled(operation)),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("address", self.address())
            .finish_non_exhaustive()
    }
}
