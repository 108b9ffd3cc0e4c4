//! The one table: kind of failure → code, remedy, and whether trying again may help. What happened
//! is said by the crate that saw it; the words here say what to do.

use waybill_archive::ArchiveError;
use waybill_client::{Error as ClientError, ErrorKind, Retry};
use waybill_engine::EngineError;
use waybill_targets::TargetError;
use waybill_vault::VaultError;

use super::exchange_view;
use crate::secrets::SecretError;
use crate::storage::file_failed;
use crate::view::{CommandError, ErrorCode};

impl From<ClientError> for CommandError {
    fn from(error: ClientError) -> Self {
        let (code, guidance) = client(error.kind());
        Self::new(code, error.to_string())
            .guide(guidance)
            .retryable(error.retry() != Retry::Never)
            .behind(error.exchange().map(exchange_view))
    }
}

/// What a failed call means for a person. The connection test has more to say, stage by stage.
fn client(kind: &ErrorKind) -> (ErrorCode, &'static str) {
    match kind {
        ErrorKind::AddressUnknown => (
            ErrorCode::AddressUnknown,
            "Check the address of the instance under Instances, and the network of this computer.",
        ),
        ErrorKind::Unreachable => (
            ErrorCode::Unreachable,
            "Check the network, VPN and proxy of this computer, then try again.",
        ),
        ErrorKind::Tls(_) => (
            ErrorCode::TlsUntrusted,
            "Test the connection under Instances: it says what is wrong with the certificate and what to do.",
        ),
        ErrorKind::ProxyFailed => (
            ErrorCode::ProxyFailed,
            "Check the proxy of the instance, or the one in Settings.",
        ),
        ErrorKind::SignInRefused { .. } => (
            ErrorCode::SignInRefused,
            "Open the instance under Instances, enter the client secret or password again and test the connection.",
        ),
        ErrorKind::SignInExpired => (
            ErrorCode::SignInNeeded,
            "Sign in again: open the instance under Instances and choose Sign in in the browser. On the command line: `waybill instance sign-in`.",
        ),
        ErrorKind::ClockWrong => (
            ErrorCode::SignInRefused,
            "Set the clock of this computer: switch on setting the time automatically, then try again.",
        ),
        ErrorKind::SecretsUnavailable => (
            ErrorCode::SecretsLocked,
            "Unlock the place for secrets under Settings, then try again.",
        ),
        ErrorKind::ScopeRefused => (
            ErrorCode::ScopeRefused,
            "Open the instance under Instances and compare the scope with the one of the confidential application; it ends in `/ic/api/`.",
        ),
        ErrorKind::Unauthorised => (
            ErrorCode::TokenExpired,
            "Test the connection under Instances: the sign-in is no longer accepted, also with a new token.",
        ),
        ErrorKind::Forbidden => (
            ErrorCode::RightMissing,
            "Give the application or user of this sign-in the role ServiceDeveloper of the instance. The right is there about a minute later.",
        ),
        ErrorKind::NotFound => (
            ErrorCode::NotFound,
            "Read the catalogue again: it may have been removed or renamed in the meantime.",
        ),
        ErrorKind::Locked => (
            ErrorCode::ArtifactLocked,
            "Have it closed in the console by whoever has it open, then try again. What Oracle delivers cannot be exported.",
        ),
        ErrorKind::Conflict | ErrorKind::WrongState => (
            ErrorCode::ServiceFailed,
            "Look at its state in the console, then try again.",
        ),
        ErrorKind::TooManyRequests => (
            ErrorCode::SlowedDown,
            "Try again in a few minutes. A lower number of calls a minute in the instance keeps it from happening.",
        ),
        ErrorKind::Server(_) | ErrorKind::Malformed => (
            ErrorCode::ServiceFailed,
            "Try again in a few minutes. If it stays, give the call below to Oracle Support.",
        ),
        ErrorKind::NotOracleIntegration => (
            ErrorCode::NotOracleIntegration,
            "Check the address under Instances. A sign-in page of a portal or proxy in between answers in this way too.",
        ),
        ErrorKind::Truncated => (
            ErrorCode::ArchiveDamaged,
            "Try again. If it happens each time, a proxy on the way may be cutting downloads short.",
        ),
        ErrorKind::Timeout => (
            ErrorCode::TimedOut,
            "Try again later, or check the network between this computer and the instance.",
        ),
        ErrorKind::InsecureAddress => (
            ErrorCode::InsecureAddress,
            "Enter the address with https:// under Instances.",
        ),
        ErrorKind::WrongInstanceName => (
            ErrorCode::WrongInstanceName,
            "Open the console of the instance, choose About, and copy Service instance into the instance under Instances.",
        ),
        ErrorKind::Unsupported => (
            ErrorCode::NotOffered,
            "This generation of Oracle Integration does not have it.",
        ),
        ErrorKind::Uncertain => (
            ErrorCode::Uncertain,
            "Look at the artifact in the instance before making the change again.",
        ),
        ErrorKind::Cancelled => (ErrorCode::Cancelled, "Nothing was lost."),
        _ => (
            ErrorCode::BadInput,
            "Correct the instance under Instances and test the connection.",
        ),
    }
}

impl From<VaultError> for CommandError {
    fn from(error: VaultError) -> Self {
        let code = match &error {
            VaultError::NotAVault { .. } => ErrorCode::NoVault,
            VaultError::WrongPassword { .. } => ErrorCode::WrongVaultPassword,
            VaultError::Damaged { .. } | VaultError::Incomplete { .. } => ErrorCode::VaultDamaged,
            VaultError::Locked { .. } => ErrorCode::VaultLocked,
            VaultError::DiskFull { .. } => ErrorCode::DiskFull,
            VaultError::NotEmpty { .. } | VaultError::Io { .. } => ErrorCode::FileFailed,
            VaultError::NoSuchSnapshot { .. }
            | VaultError::AmbiguousSnapshot { .. }
            | VaultError::NoSuchFile { .. } => ErrorCode::UnknownSubject,
            VaultError::Cancelled { .. } => ErrorCode::Cancelled,
            VaultError::UnusablePassword { .. } => ErrorCode::BadInput,
            _ => ErrorCode::Internal,
        };
        let built = Self::new(code, error.to_string())
            .guide(error.guidance())
            .retryable(error.retryable());
        match &error {
            VaultError::Io { path, .. }
            | VaultError::DiskFull { path, .. }
            | VaultError::NotAVault { path }
            | VaultError::WrongPassword { path } => built.with("path", path.display()),
            _ => built,
        }
    }
}

impl From<EngineError> for CommandError {
    fn from(error: EngineError) -> Self {
        let said = sentence(&error.to_string());
        let without_room = error.is_journal_without_room();
        match error {
            EngineError::Call { source, .. } => Self::from(*source),
            EngineError::ArtifactCall { artifact, source } => {
                Self::from(*source).with("artifact", artifact)
            }
            EngineError::Vault { source, .. } => Self::from(*source),
            EngineError::Target { source } => Self::from(*source),
            EngineError::Archive { path, source } => Self::new(
                ErrorCode::ArchiveDamaged,
                format!("`{}` cannot be read: {source}.", path.display()),
            )
            .guide(archive(&source))
            .with("path", path.display()),
            EngineError::Journal { path, .. } if without_room => Self::new(
                ErrorCode::DiskFull,
                format!(
                    "The journal `{}` could not be written: the disk is full.",
                    path.display()
                ),
            )
            .guide("Free some space on the disk, then try again. What was saved before is unchanged.")
            .retryable(true)
            .with("path", path.display()),
            EngineError::Journal { path, .. } => Self::new(ErrorCode::FileFailed, said)
                .guide("Check that the disk has room and that your account may write into the data folder, then try again.")
                .retryable(true)
                .with("path", path.display()),
            EngineError::JournalTooNew { path, .. } => Self::new(ErrorCode::FileFailed, said)
                .guide("Update Waybill on this computer, or choose another data folder.")
                .with("path", path.display()),
            EngineError::File {
                path,
                action,
                source,
            } => file_failed(action, &path, &source),
            EngineError::AlreadyRunning { run, .. } => Self::new(ErrorCode::AlreadyRunning, said)
                .guide("Watch it under Activity, or cancel it there.")
                .with("run", run),
            EngineError::UnknownRun(run) => Self::new(ErrorCode::UnknownSubject, said)
                .guide("Activity shows the runs there are.")
                .with("subject", run),
            EngineError::NotResumable { run, .. } => Self::new(ErrorCode::BadInput, said)
                .guide("Start a new one in its place.")
                .with("run", run),
            EngineError::Unreadable { .. } => Self::new(ErrorCode::VaultDamaged, said)
                .guide("Verify the snapshot, and check the vault under Settings."),
            EngineError::NotInPlace { artifact, .. } => Self::new(ErrorCode::UnknownSubject, said)
                .guide("Read the catalogue again and choose from it.")
                .with("subject", artifact),
            EngineError::NothingRead { .. } => Self::new(ErrorCode::ServiceFailed, said)
                .guide("Look at the reasons in the run under Activity, put the first right, then back up again."),
            EngineError::WriteRefused { guidance, .. } => {
                Self::new(ErrorCode::ReadOnly, said).guide(guidance)
            }
            EngineError::CargoDamaged { .. } => Self::new(ErrorCode::ArchiveDamaged, said)
                .guide("Plan the waybill again: what it sends is then read anew from its source."),
            EngineError::Cancelled => Self::new(ErrorCode::Cancelled, said),
            other => Self::internal(other.to_string().trim_end_matches('.')),
        }
    }
}

/// What to do about an archive that cannot be read.
pub(crate) fn archive(error: &ArchiveError) -> &'static str {
    match error {
        ArchiveError::NotAnArchive { .. } => {
            "Choose a file that Oracle Integration exported: .iar, .par, .car, a lookup (.csv) or a library (.jar, .js)."
        }
        ArchiveError::TooLarge(_) => {
            "Check where the file comes from: Oracle Integration does not make such archives."
        }
        _ => "Export it again from Oracle Integration, or take it from another backup.",
    }
}

impl From<TargetError> for CommandError {
    fn from(error: TargetError) -> Self {
        let code = match &error {
            TargetError::Unreachable { .. } => ErrorCode::Unreachable,
            TargetError::SignIn { .. }
            | TargetError::HostKeyUnknown { .. }
            | TargetError::HostKeyChanged { .. } => ErrorCode::SignInRefused,
            TargetError::ReadOnly { .. } => ErrorCode::FileFailed,
            TargetError::Full { .. } => ErrorCode::DiskFull,
            TargetError::Missing { .. } => ErrorCode::NotFound,
            TargetError::Damaged { .. } => ErrorCode::ArchiveDamaged,
            TargetError::Unusable { .. } => ErrorCode::BadInput,
            _ => ErrorCode::ServiceFailed,
        };
        let built = Self::new(code, sentence(&error.to_string()))
            .guide(error.guidance())
            .retryable(error.is_passing());
        match &error {
            TargetError::HostKeyUnknown { shown, .. }
            | TargetError::HostKeyChanged { shown, .. } => built.with("hostKey", shown),
            TargetError::Unusable { .. } => built.with("field", "place"),
            _ => built,
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_for_secrets_says_what_to_do() {
        for error in [
            SecretError::KeychainLocked,
            SecretError::NoKeychain,
            SecretError::NotChosen,
            SecretError::KeychainSilent { seconds: 8 },
            SecretError::FileClosed,
            SecretError::WrongPassphrase,
            SecretError::WeakPassphrase,
        ] {
            let shown = CommandError::from(error.clone());
            assert!(shown.message.ends_with('.'), "{error:?}");
            assert!(
                shown.guidance.is_some_and(|text| text.len() > 20),
                "{error:?}"
            );
        }
    }

    #[test]
    fn what_is_wrong_with_the_vault_keeps_its_path_and_its_remedy() {
        let path = std::path::PathBuf::from("/backups/vault");
        let wrong = |error: VaultError| CommandError::from(error);
        let cases = [
            (
                wrong(VaultError::WrongPassword { path: path.clone() }),
                ErrorCode::WrongVaultPassword,
            ),
            (
                wrong(VaultError::DiskFull {
                    operation: "Writing the snapshot",
                    path: path.clone(),
                }),
                ErrorCode::DiskFull,
            ),
            (
                wrong(VaultError::Io {
                    operation: "Opening the vault",
                    path: path.clone(),
                    source: std::io::Error::from(std::io::ErrorKind::PermissionDenied),
                }),
                ErrorCode::FileFailed,
            ),
        ];
        for (shown, code) in cases {
            assert_eq!(shown.code, code);
            assert_eq!(shown.context["path"], "/backups/vault");
            assert!(shown.guidance.is_some());
        }
        let busy = CommandError::from(EngineError::Vault {
            operation: "Writing the snapshot".to_owned(),
            source: Box::new(VaultError::Locked {
                by: "restic".to_owned(),
            }),
        });
        assert_eq!(busy.code, ErrorCode::VaultLocked);
        assert!(busy.retryable);
    }

    #[test]
    fn a_clause_becomes_a_sentence() {
        assert_eq!(sentence("the disk is full"), "The disk is full.");
        assert_eq!(sentence("`X` is gone."), "`X` is gone.");
        assert_eq!(sentence(""), "");
    }
}
