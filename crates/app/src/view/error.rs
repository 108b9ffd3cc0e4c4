//! The one error that reaches a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What kind of failure it was; screens and scripts branch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ErrorCode {
    /// The host name is not known.
    AddressUnknown,
    /// No connection came about.
    Unreachable,
    /// The certificate is not trusted, or TLS failed otherwise.
    TlsUntrusted,
    /// The proxy did not let the call through.
    ProxyFailed,
    /// The token endpoint or the instance refused the sign-in.
    SignInRefused,
    /// The token ended and could not be renewed.
    TokenExpired,
    /// Somebody has to sign in in the browser: nobody has yet, or that sign-in has ended.
    SignInNeeded,
    /// The scope asked for is not allowed.
    ScopeRefused,
    /// The instance name is not known to the service.
    WrongInstanceName,
    /// The sign-in works, but a right is missing.
    RightMissing,
    /// There is no such thing in the instance.
    NotFound,
    /// Somebody has it open, or it may not be exported.
    ArtifactLocked,
    /// The service asked for fewer calls and did not recover in time.
    SlowedDown,
    /// A change may or may not have been made; the answer was lost.
    Uncertain,
    /// The service failed.
    ServiceFailed,
    /// What answered is not Oracle Integration.
    NotOracleIntegration,
    /// An archive arrived incomplete or is damaged.
    ArchiveDamaged,
    /// It took too long.
    TimedOut,
    /// Plain HTTP to another computer.
    InsecureAddress,
    /// This generation of Oracle Integration does not offer it.
    NotOffered,
    /// The keychain is locked.
    KeychainLocked,
    /// This computer has no keychain, and nothing else was chosen.
    NoKeychain,
    /// The place for secrets has to be chosen or unlocked first.
    SecretsLocked,
    /// A secret that is needed is not there.
    SecretMissing,
    /// The passphrase does not open the secrets file.
    WrongPassphrase,
    /// There is no vault yet.
    NoVault,
    /// The password does not open the vault.
    WrongVaultPassword,
    /// The vault holds damaged data.
    VaultDamaged,
    /// Another program is writing into the vault.
    VaultLocked,
    /// No space is left.
    DiskFull,
    /// A file or folder could not be read or written.
    FileFailed,
    /// The instance can only be read now.
    ReadOnly,
    /// The checks before a change found something that stands against it.
    ChangeBlocked,
    /// A run of this instance is under way.
    AlreadyRunning,
    /// There is no such instance, snapshot or run.
    UnknownSubject,
    /// What was given does not make sense.
    BadInput,
    /// It was cancelled.
    Cancelled,
    /// A fault in Waybill.
    Internal,
}

/// One call and its answer, with everything secret taken out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ExchangeView {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The status, if an answer came.
    pub status: Option<u16>,
    /// The beginning of the body.
    pub body: String,
    /// The service's id of the call, for a service request.
    pub request_id: Option<String>,
}

/// What went wrong, in an administrator's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct CommandError {
    /// What kind of failure it was.
    pub code: ErrorCode,
    /// What happened, to what, and why.
    pub message: String,
    /// What to do next.
    pub guidance: Option<String>,
    /// Trying again may help without anything changed.
    pub retryable: bool,
    /// Facts a screen may show or branch on (`field`, `path`, `instance`, …).
    #[serde(default)]
    pub context: BTreeMap<String, String>,
    /// The call behind it.
    pub exchange: Option<Box<ExchangeView>>,
}
