//! Why a secret could not be read or kept.

use crate::view::CommandError;

/// Why a place for secrets did not do what was asked. Holds no secret.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum SecretError {
    /// The keychain is there, and locked.
    #[error("the keychain of this computer is locked")]
    KeychainLocked,
    /// There is no keychain.
    #[error("this computer has no keychain")]
    NoKeychain,
    /// The keychain did not answer.
    #[error("the keychain of this computer did not answer within {seconds} seconds")]
    KeychainSilent {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The keychain answered with a failure.
    #[error("the keychain of this computer failed: {reason}")]
    KeychainFailed {
        /// Its words.
        reason: String,
    },
    /// There is no keychain, and no other place was chosen.
    #[error("no place for secrets was chosen")]
    NotChosen,
    /// The encrypted file was not opened yet.
    #[error("the secrets file is closed")]
    FileClosed,
    /// The passphrase does not open the encrypted file.
    #[error("the passphrase does not open the secrets file")]
    WrongPassphrase,
    /// A new passphrase is too short.
    #[error("the passphrase is too short")]
    WeakPassphrase,
    /// The encrypted file is damaged.
    #[error("the secrets file is damaged: {reason}")]
    FileDamaged {
        /// What was found.
        reason: String,
    },
    /// The encrypted file could not be read or written.
    #[error("{0}")]
    File(Box<CommandError>),
}

impl From<CommandError> for SecretError {
    fn from(error: CommandError) -> Self {
        Self::File(Box::new(error))
    }
}
