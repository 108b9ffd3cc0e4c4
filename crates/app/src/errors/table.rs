//! The one table: kind of failure → code, remedy, and whether trying again may help.

use crate::secrets::SecretError;
use crate::view::{CommandError, ErrorCode};

impl From<SecretError> for CommandError {
    fn from(error: SecretError) -> Self {
        let (code, guidance, retryable) = match &error {
            SecretError::KeychainLocked => (
                ErrorCode::KeychainLocked,
                "Unlock the keychain of this computer (on Linux: open the password manager of the desktop, or sign in to the desktop again), then try again. Or choose another place for secrets in Settings.",
                true,
            ),
            SecretError::NoKeychain | SecretError::NotChosen => (
                ErrorCode::NoKeychain,
                "Open Settings and choose where secrets are to lie: in a file encrypted with a passphrase, or in memory for this session. On the command line: `waybill secrets choose`.",
                false,
            ),
            SecretError::KeychainSilent { .. } => (
                ErrorCode::KeychainLocked,
                "Look whether a window of the system waits for the password of the keychain, answer it, then try again.",
                true,
            ),
            SecretError::KeychainFailed { .. } => (
                ErrorCode::KeychainLocked,
                "Try again. If it happens again, choose another place for secrets in Settings.",
                true,
            ),
            SecretError::FileClosed => (
                ErrorCode::SecretsLocked,
                "Enter the passphrase of the secrets file in Settings. On the command line: `--passphrase-stdin`.",
                false,
            ),
            SecretError::WrongPassphrase => (
                ErrorCode::WrongPassphrase,
                "Enter the passphrase that was chosen for the secrets file. Capital letters and spaces count. Nobody can recover it: if it is lost, move `secrets.age` out of the data folder and enter the secrets again.",
                false,
            ),
            SecretError::WeakPassphrase => (
                ErrorCode::BadInput,
                "Choose a passphrase of at least eight characters; several words are better.",
                false,
            ),
            SecretError::FileDamaged { .. } => (
                ErrorCode::FileFailed,
                "Put `secrets.age` back from a copy of the data folder, or move it away and enter the secrets again.",
                false,
            ),
            SecretError::File(inner) => return (**inner).clone(),
        };
        let message = match &error {
            SecretError::NotChosen => {
                "This computer has no keychain, and no other place for secrets was chosen."
                    .to_owned()
            }
            other => sentence(&other.to_string()),
        };
        let built = Self::new(code, message)
            .guide(guidance)
            .retryable(retryable);
        match error {
            SecretError::WeakPassphrase => built.with("field", "passphrase"),
            _ => built,
        }
    }
}

/// A clause as a sentence: capital letter, full stop.
pub(crate) fn sentence(clause: &str) -> String {
    let clause = clause.trim().trim_end_matches('.');
    let mut letters = clause.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}
