//! What [`crate::Waybill::open`] is given: folder, keychain, clock, the person's name.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::schedules::Power;
use crate::view::SecretStoreKind;

/// Whether the keychain of this computer may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeychainChoice {
    /// The one of the system, where there is one.
    #[default]
    System,
    /// None: as on a computer without a keychain.
    None,
}

/// Where the time comes from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks `now`.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The clock of this computer.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Timestamp::now)
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}

/// What the application is opened with.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// The data folder; made if it is not there.
    pub home: PathBuf,
    /// A place for secrets that counts over the one chosen in the settings.
    pub secret_store: Option<SecretStoreKind>,
    /// Whether the keychain may be used.
    pub keychain: KeychainChoice,
    /// Who uses the application: stands in snapshots and in the history.
    pub asked_by: String,
    /// Where the time comes from.
    pub clock: Clock,
    /// Whether the computer has mains.
    pub power: Power,
}

impl OpenOptions {
    /// This folder, the keychain and clock of the computer, its user's name.
    #[must_use]
    pub fn new(home: impl Into<PathBuf>) -> Self {
        Self {
            home: home.into(),
            secret_store: None,
            keychain: KeychainChoice::System,
            asked_by: user_name(),
            clock: Clock::system(),
            power: Power::system(),
        }
    }
}

/// The name of the user of this computer.
#[must_use]
pub fn user_name() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .map(|name| name.trim().to_owned())
        .find(|name| !name.is_empty())
        .or_else(|| whoami::username().ok())
        .unwrap_or_else(|| "unknown".to_owned())
}
