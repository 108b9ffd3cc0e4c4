//! Secrets that live until the application closes.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;

use super::Account;

/// Secrets in memory; wiped when dropped.
#[derive(Default)]
pub(super) struct SessionSecrets(Mutex<BTreeMap<Account, SecretString>>);

impl SessionSecrets {
    pub(super) fn get(&self, account: &Account) -> Option<SecretString> {
        self.held().get(account).cloned()
    }

    pub(super) fn set(&self, account: &Account, secret: &SecretString) {
        self.held().insert(account.clone(), secret.clone());
    }

    pub(super) fn remove(&self, account: &Account) {
        self.held().remove(account);
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<Account, SecretString>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SessionSecrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionSecrets(<redacted>)")
    }
}
