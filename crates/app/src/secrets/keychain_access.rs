//! The calls to the keychain of this platform. They block, may wait for a person, and must never
//! be made on a thread of the async runtime; [`super::keychain`] makes them on its own.

use keyring::Entry;
use secrecy::{ExposeSecret as _, SecretString};

use super::SecretError;
use crate::view::KeychainState;

/// The service name of all entries.
const SERVICE: &str = "waybill";

/// How the keychain stands; asks nobody for anything.
pub(super) fn state() -> KeychainState {
    platform::state()
}

/// Asks the person to unlock the keychain; may wait for the answer.
pub(super) fn unlock() -> Result<(), SecretError> {
    platform::unlock()
}

pub(super) fn get(account: &str) -> Result<Option<SecretString>, SecretError> {
    match entry(account)?.get_password() {
        Ok(secret) => Ok(Some(SecretString::from(secret))),
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(failure) => Err(read_failure(&failure)),
    }
}

pub(super) fn set(account: &str, secret: &SecretString) -> Result<(), SecretError> {
    entry(account)?
        .set_password(secret.expose_secret())
        .map_err(|failure| read_failure(&failure))
}

pub(super) fn remove(account: &str) -> Result<(), SecretError> {
    match entry(account)?.delete_credential() {
        Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
        Err(failure) => Err(read_failure(&failure)),
    }
}

/// The entry, once it is certain that no call will put up a prompt.
fn entry(account: &str) -> Result<Entry, SecretError> {
    match state() {
        KeychainState::Available => {}
        KeychainState::Locked => return Err(SecretError::KeychainLocked),
        KeychainState::Absent => return Err(SecretError::NoKeychain),
    }
    Entry::new(SERVICE, account).map_err(|failure| read_failure(&failure))
}

fn read_failure(failure: &keyring::Error) -> SecretError {
    match failure {
        keyring::Error::NoStorageAccess(_) => SecretError::KeychainLocked,
        keyring::Error::NoDefaultStore => SecretError::NoKeychain,
        // The others may carry bytes of a secret in their Debug form, never in this one.
        other => SecretError::KeychainFailed {
            reason: other.to_string(),
        },
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
mod platform {
    use secret_service::EncryptionType;
    use secret_service::blocking::SecretService;

    use super::{KeychainState, SecretError};

    pub(super) fn state() -> KeychainState {
        let Ok(service) = SecretService::connect(EncryptionType::Plain) else {
            return KeychainState::Absent;
        };
        // Without a default collection nothing can be kept, and only a person could make one.
        match service
            .get_default_collection()
            .and_then(|collection| collection.is_locked())
        {
            Ok(false) => KeychainState::Available,
            Ok(true) => KeychainState::Locked,
            Err(_) => KeychainState::Absent,
        }
    }

    pub(super) fn unlock() -> Result<(), SecretError> {
        let service =
            SecretService::connect(EncryptionType::Plain).map_err(|_| SecretError::NoKeychain)?;
        let collection = service
            .get_default_collection()
            .map_err(|_| SecretError::NoKeychain)?;
        collection
            .unlock()
            .map_err(|_| SecretError::KeychainLocked)?;
        match collection.is_locked() {
            Ok(false) => Ok(()),
            _ => Err(SecretError::KeychainLocked),
        }
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
mod platform {
    use super::{Entry, KeychainState, SecretError};

    // Windows and macOS unlock their keychains with the session and ask by themselves.
    pub(super) fn state() -> KeychainState {
        match Entry::store_status() {
            Ok(()) => KeychainState::Available,
            Err(keyring::Error::NoStorageAccess(_)) => KeychainState::Locked,
            Err(_) => KeychainState::Absent,
        }
    }

    pub(super) fn unlock() -> Result<(), SecretError> {
        match state() {
            KeychainState::Absent => Err(SecretError::NoKeychain),
            _ => Ok(()),
        }
    }
}
