//! The one error of this crate: what went wrong at the other end, in a person's words, and what to do.
//! Secrets are never part of a text here; answers of servers are cut to what can be shown.

/// The result of everything in this crate.
pub type Result<T, E = TargetError> = std::result::Result<T, E>;

/// Why a target did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// Nothing answers there, or the connection broke. Worth another try later.
    #[error("{target} cannot be reached: {detail}.")]
    Unreachable {
        /// The target's title.
        target: String,
        /// What was seen.
        detail: String,
    },
    /// It does not take the user, key, token or password.
    #[error("{target} does not let {user} in: {detail}.")]
    SignIn {
        /// The target's title.
        target: String,
        /// Who was named.
        user: String,
        /// What it said.
        detail: String,
    },
    /// The server showed a host key that nobody has confirmed yet.
    #[error("{target} is not known yet. It shows the host key {shown}.")]
    HostKeyUnknown {
        /// The target's title.
        target: String,
        /// The key's fingerprint, `SHA256:…`.
        shown: String,
    },
    /// The server showed another host key than the confirmed one.
    #[error("{target} shows another host key than before: {shown} instead of {pinned}.")]
    HostKeyChanged {
        /// The target's title.
        target: String,
        /// The fingerprint that was confirmed.
        pinned: String,
        /// The fingerprint that is shown now.
        shown: String,
    },
    /// It may be read, not written.
    #[error("{target} cannot be written: {detail}.")]
    ReadOnly {
        /// The target's title.
        target: String,
        /// What it said.
        detail: String,
    },
    /// There is no space left.
    #[error("{target} is full: {detail}.")]
    Full {
        /// The target's title.
        target: String,
        /// What it said.
        detail: String,
    },
    /// What was asked for is not there.
    #[error("{target} has no {what}.")]
    Missing {
        /// The target's title.
        target: String,
        /// What was asked for.
        what: String,
    },
    /// What lies there is not what was written.
    #[error("{what} in {target} is damaged: {detail}.")]
    Damaged {
        /// The target's title.
        target: String,
        /// The file.
        what: String,
        /// What was found.
        detail: String,
    },
    /// Somebody else works there at the same time.
    #[error("{target} is in use: {detail}.")]
    Busy {
        /// The target's title.
        target: String,
        /// By whom, as far as it is known.
        detail: String,
    },
    /// The remote side went on without us, and cannot be joined by rule.
    #[error("{target} has moved on: {detail}.")]
    MovedOn {
        /// The target's title.
        target: String,
        /// What was found.
        detail: String,
    },
    /// What was entered for the target cannot be used.
    #[error("{what} cannot be used: {detail}.")]
    Unusable {
        /// The setting.
        what: &'static str,
        /// Why, without a secret.
        detail: String,
    },
    /// Anything else that it refused.
    #[error("{operation} failed at {target}: {detail}.")]
    Refused {
        /// The target's title.
        target: String,
        /// What was being done.
        operation: &'static str,
        /// What it said.
        detail: String,
    },
}

impl TargetError {
    /// Whether the same may go well later without a person doing anything.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Busy { .. })
    }

    /// What a person can do about it.
    #[must_use]
    pub const fn guidance(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => {
                "Look whether the address is right and the network reaches it, then try again. What was carried stays."
            }
            Self::SignIn { .. } => {
                "Enter the user, password, key or token again, then check the target."
            }
            Self::HostKeyUnknown { .. } => {
                "Compare the fingerprint with the one its owner gives you, then confirm it."
            }
            Self::HostKeyChanged { .. } => {
                "Ask its owner whether the server was set up anew. If nobody knows of it, somebody may stand between you and it: do not confirm."
            }
            Self::ReadOnly { .. } => {
                "Ask its owner for the right to write there, or choose another folder."
            }
            Self::Full { .. } => {
                "Make space there, or remove old copies, then copy again. What was carried stays."
            }
            Self::Missing { .. } => "Look whether it was moved or removed, and check the target.",
            Self::Damaged { .. } => {
                "Copy again; what is sound is not carried twice. If it happens again, the storage is failing."
            }
            Self::Busy { .. } => "Wait until the other one has ended.",
            Self::MovedOn { .. } => {
                "Look at what was added there, or choose that it is joined by rule, then copy again."
            }
            Self::Unusable { .. } => "Correct it, then check the target.",
            Self::Refused { .. } => "Check the target; its stages show where it fails.",
        }
    }
}
