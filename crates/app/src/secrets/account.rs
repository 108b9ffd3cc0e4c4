//! The names under which secrets are kept.

use crate::view::SignInForm;

/// The name of one secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Account(String);

impl Account {
    /// The secret of an instance, by how Waybill signs in there.
    pub(crate) fn of_instance(id: &str, sign_in: &SignInForm) -> Self {
        match sign_in {
            SignInForm::ClientCredentials { .. } => Self(format!("instance/{id}/client-secret")),
            SignInForm::Basic { .. } => Self(format!("instance/{id}/password")),
        }
    }

    /// All names that secrets of an instance can have.
    pub(crate) fn all_of_instance(id: &str) -> [Self; 2] {
        [
            Self(format!("instance/{id}/client-secret")),
            Self(format!("instance/{id}/password")),
        ]
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
        !self.0.starts_with("instance/")
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
