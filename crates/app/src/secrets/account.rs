//! The names under which secrets are kept.

use serde::{Deserialize, Serialize};

use crate::targets::TargetSlot;
use crate::view::{SignInForm, SignInKind};

/// The secrets that an instance can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Slot {
    /// Of the confidential application.
    ClientSecret,
    /// Of the user.
    Password,
    /// What an assertion is signed with.
    PrivateKey,
    /// What a new token is fetched with after somebody signed in in the browser.
    RefreshToken,
}

impl Slot {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [
        Self::ClientSecret,
        Self::Password,
        Self::PrivateKey,
        Self::RefreshToken,
    ];

    /// The last part of its account.
    fn name(self) -> &'static str {
        match self {
            Self::ClientSecret => "client-secret",
            Self::Password => "password",
            Self::PrivateKey => "private-key",
            Self::RefreshToken => "refresh-token",
        }
    }

    /// In the words of the form.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::ClientSecret => "client secret",
            Self::Password => "password",
            Self::PrivateKey => "private key",
            Self::RefreshToken => "refresh token",
        }
    }

    /// What a person enters for this way to sign in; the first is what it cannot do without, but
    /// for the browser, where nothing has to be entered.
    pub(crate) fn entered(sign_in: &SignInForm) -> &'static [Self] {
        match sign_in.kind() {
            SignInKind::ClientCredentials | SignInKind::AuthorizationCode => &[Self::ClientSecret],
            SignInKind::JwtAssertion => &[Self::PrivateKey, Self::ClientSecret],
            SignInKind::Password => &[Self::Password, Self::ClientSecret],
            SignInKind::Basic => &[Self::Password],
        }
    }

    /// What it cannot do without.
    pub(crate) fn needed(sign_in: &SignInForm) -> Option<Self> {
        match sign_in.kind() {
            SignInKind::AuthorizationCode => None,
            _ => Self::entered(sign_in).first().copied(),
        }
    }

    /// Whether it is of use for this way to sign in.
    pub(crate) fn is_used(self, sign_in: &SignInForm) -> bool {
        Self::entered(sign_in).contains(&self)
            || (self == Self::RefreshToken && sign_in.kind() == SignInKind::AuthorizationCode)
    }
}

/// The name of one secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Account(String);

impl Account {
    /// One secret of an instance.
    pub(crate) fn of_instance(id: &str, slot: Slot) -> Self {
        Self(format!("instance/{id}/{}", slot.name()))
    }

    /// A secret that goes into a destination with a waybill, by the name that the engine gives it.
    pub(crate) fn of_waybill(account: &str) -> Self {
        Self(account.to_owned())
    }

    /// One secret of a target.
    pub(crate) fn of_target(id: &str, slot: TargetSlot) -> Self {
        Self(format!("target/{id}/{}", slot.name()))
    }

    /// The vault's password; `prefix` is `vault` unless another data folder had taken that name.
    pub(crate) fn vault_password(prefix: &str) -> Self {
        Self(format!("{prefix}/password"))
    }

    /// The vault's master key, which opens it without the slow derivation from the password.
    pub(crate) fn vault_key(prefix: &str) -> Self {
        Self(format!("{prefix}/key"))
    }

    /// A beginning for the accounts of a vault that no other vault has.
    pub(crate) fn fresh_vault_prefix() -> String {
        let own = uuid::Uuid::new_v4().simple().to_string();
        format!("vault/{}", &own[..8])
    }

    /// The same account of the vault under another beginning; other accounts stay as they are.
    pub(super) fn under(&self, before: &str, prefix: &str) -> Self {
        match self.0.strip_prefix(before) {
            Some(rest) if self.is_of_vault() => Self(format!("{prefix}{rest}")),
            _ => self.clone(),
        }
    }

    /// Whether it opens the vault.
    pub(super) fn is_of_vault(&self) -> bool {
        !["instance/", "waybill/", "target/"]
            .iter()
            .any(|start| self.0.starts_with(start))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
