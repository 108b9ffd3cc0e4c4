//! The keychain behind a thread of its own with a queue. Its calls block, can wait for a person
//! and have panicked on threads of the async runtime; so callers wait here, for a limited time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::oneshot;

use super::keychain_access as access;
use super::{Account, SecretError};
use crate::view::KeychainState;

/// How long a caller waits for reading or writing.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long a caller waits to learn how the keychain stands.
const PROBE_PATIENCE: Duration = Duration::from_secs(3);
/// How long a person has to answer the prompt of the system.
const PROMPT_PATIENCE: Duration = Duration::from_mins(2);

/// The keychain of this computer.
#[derive(Debug)]
pub(super) struct Keychain {
    queue: mpsc::Sender<Job>,
}

type Job = Box<dyn FnOnce() + Send>;

impl Keychain {
    /// Starts the thread. It ends when this is dropped and its last call came back.
    pub(super) fn start() -> Result<Self, SecretError> {
        let (queue, jobs) = mpsc::channel::<Job>();
        thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || jobs.into_iter().for_each(|job| job()))
            .map_err(|source| SecretError::KeychainFailed {
                reason: source.to_string(),
            })?;
        Ok(Self { queue })
    }

    /// How the keychain stands. One that does not answer counts as locked.
    pub(super) async fn state(&self) -> KeychainState {
        self.ask(PROBE_PATIENCE, || Ok(access::state()))
            .await
            .unwrap_or(KeychainState::Locked)
    }

    pub(super) async fn get(&self, account: &Account) -> Result<Option<SecretString>, SecretError> {
        let account = account.clone();
        self.ask(PATIENCE, move || access::get(account.as_str()))
            .await
    }

    pub(super) async fn set(
        &self,
        account: &Account,
        secret: &SecretString,
    ) -> Result<(), SecretError> {
        let (account, secret) = (account.clone(), secret.clone());
        self.ask(PATIENCE, move || access::set(account.as_str(), &secret))
            .await
    }

    pub(super) async fn remove(&self, account: &Account) -> Result<(), SecretError> {
        let account = account.clone();
        self.ask(PATIENCE, move || access::remove(account.as_str()))
            .await
    }

    /// Lets the system ask the person to unlock it.
    pub(super) async fn unlock(&self) -> Result<(), SecretError> {
        self.ask(PROMPT_PATIENCE, access::unlock).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce() -> Result<T, SecretError> + Send + 'static,
    ) -> Result<T, SecretError> {
        let (answer, wait) = oneshot::channel();
        let job = move || {
            // A caller that gave up while the call waited in the queue needs it no more.
            if answer.is_closed() {
                return;
            }
            let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
                Err(SecretError::KeychainFailed {
                    reason: "its library broke off".to_owned(),
                })
            });
            let _ = answer.send(result);
        };
        let gone = || SecretError::KeychainFailed {
            reason: "its thread has ended".to_owned(),
        };
        self.queue.send(Box::new(job)).map_err(|_| gone())?;
        match tokio::time::timeout(patience, wait).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(gone()),
            Err(_) => Err(SecretError::KeychainSilent {
                seconds: patience.as_secs(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_that_hangs_is_given_up_and_the_next_one_is_served() {
        let keychain = Keychain::start().unwrap();
        let (release, held) = mpsc::channel::<()>();
        let hanging = keychain
            .ask(Duration::from_millis(30), move || {
                let _ = held.recv();
                Ok(())
            })
            .await;
        assert_eq!(hanging, Err(SecretError::KeychainSilent { seconds: 0 }));
        release.send(()).unwrap();
        let next = keychain.ask(PATIENCE, || Ok(7)).await;
        assert_eq!(next, Ok(7));
    }

    #[tokio::test]
    async fn a_call_that_panics_is_an_error_and_the_thread_lives_on() {
        let keychain = Keychain::start().unwrap();
        let broken: Result<(), _> = keychain.ask(PATIENCE, || panic!("as seen")).await;
        assert!(matches!(broken, Err(SecretError::KeychainFailed { .. })));
        assert_eq!(keychain.ask(PATIENCE, || Ok(1)).await, Ok(1));
    }
}
