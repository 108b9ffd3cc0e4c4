//! Where the password of the mail server and the addresses of webhooks lie: in the place for secrets, never in the
//! settings.

use secrecy::{ExposeSecret as _, SecretString};

use crate::Waybill;
use crate::secrets::Account;
use crate::view::{CommandError, SecretPlace};

/// A secret of word.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kept<'a> {
    /// The password of the mail server.
    MailPassword,
    /// The address of a webhook, by its id.
    HookAddress(&'a str),
}

impl Kept<'_> {
    fn account(self) -> Account {
        // Below `waybill/`, like all secrets whose place the settings remember by account.
        Account::of_waybill(&match self {
            Self::MailPassword => "waybill/word/mail-password".to_owned(),
            Self::HookAddress(id) => format!("waybill/word/hook/{id}"),
        })
    }
}

impl Waybill {
    pub(super) fn word_secret_place(&self, kept: Kept<'_>) -> SecretPlace {
        let account = kept.account();
        let known = self.shared.settings.read().waybill_secrets;
        let place = known.get(account.as_str()).copied();
        self.shared.secrets.place(place, &account)
    }

    pub(super) async fn word_secret(
        &self,
        kept: Kept<'_>,
    ) -> Result<Option<SecretString>, CommandError> {
        let account = kept.account();
        let secrets = &self.shared.secrets;
        if let Some(given) = secrets.given(&account) {
            return Ok(Some(given));
        }
        let known = self.shared.settings.read().waybill_secrets;
        match known.get(account.as_str()) {
            Some(kind) => Ok(secrets.get_from(*kind, &account).await?),
            None => Ok(None),
        }
    }

    pub(super) async fn word_secret_keep(
        &self,
        kept: Kept<'_>,
        secret: &SecretString,
    ) -> Result<(), CommandError> {
        if secret.expose_secret().trim().is_empty() {
            return Ok(());
        }
        let account = kept.account();
        let kind = self.shared.secrets.set(&account, secret).await?;
        self.shared.settings.change(|stored| {
            stored
                .waybill_secrets
                .insert(account.as_str().to_owned(), kind);
            Ok(())
        })
    }

    pub(super) async fn word_secret_forget(&self, kept: Kept<'_>) -> Result<(), CommandError> {
        let account = kept.account();
        let secrets = &self.shared.secrets;
        secrets.forget_given(&account);
        let known = self.shared.settings.read().waybill_secrets;
        let Some(kind) = known.get(account.as_str()) else {
            return Ok(());
        };
        secrets.remove_from(*kind, &account).await?;
        self.shared.settings.change(|stored| {
            stored.waybill_secrets.remove(account.as_str());
            Ok(())
        })
    }
}
