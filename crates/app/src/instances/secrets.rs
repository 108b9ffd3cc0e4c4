//! The secrets that an instance signs in with, at hand: entered just now, or read from the place
//! for secrets.

use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};
use waybill_client::SigningKey;

use crate::Waybill;
use crate::secrets::{Account, SecretError, Slot};
use crate::settings::StoredInstance;
use crate::view::{CommandError, ErrorCode, KeyFile, SecretInputs, SignInForm};

/// No key file is larger.
const LARGEST_KEY_FILE: u64 = 1024 * 1024;

/// What a person enters, under its slot.
#[derive(Clone, Debug, Default)]
pub(super) struct InstanceSecrets(Vec<(Slot, SecretString)>);

impl InstanceSecrets {
    /// One secret alone.
    pub(super) fn one(slot: Slot, secret: SecretString) -> Self {
        Self(vec![(slot, secret)])
    }

    /// What was entered, as far as this way to sign in has use for it. The private key is read from
    /// its file and decrypted.
    ///
    /// # Errors
    /// `BadInput` with `context.field` = `keyFile` or `keyPassphrase`.
    pub(super) async fn entered(
        inputs: SecretInputs,
        sign_in: &SignInForm,
    ) -> Result<Self, CommandError> {
        let mut all = Vec::new();
        if let Some(secret) = given(inputs.client_secret) {
            all.push((Slot::ClientSecret, secret));
        }
        if let Some(secret) = given(inputs.password) {
            all.push((Slot::Password, secret));
        }
        if let Some(file) = inputs.key_file.filter(|file| !file.path.trim().is_empty())
            && Slot::PrivateKey.is_used(sign_in)
        {
            let key = tokio::task::spawn_blocking(move || read_key(file))
                .await
                .map_err(CommandError::internal)??;
            all.push((Slot::PrivateKey, key));
        }
        all.retain(|(slot, _)| slot.is_used(sign_in));
        Ok(Self(all))
    }

    pub(super) fn get(&self, slot: Slot) -> Option<&SecretString> {
        self.0
            .iter()
            .find(|(known, _)| *known == slot)
            .map(|(_, secret)| secret)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Slot, &SecretString)> {
        self.0.iter().map(|(slot, secret)| (*slot, secret))
    }

    /// These, and of the others what is not among them.
    pub(super) fn or(mut self, others: Self) -> Self {
        for (slot, secret) in others.0 {
            if self.get(slot).is_none() {
                self.0.push((slot, secret));
            }
        }
        self.0.sort_by_key(|(slot, _)| *slot);
        self
    }

    /// What is missing that this way to sign in cannot do without.
    pub(super) fn missing(&self, sign_in: &SignInForm) -> Option<Slot> {
        Slot::needed(sign_in).filter(|slot| self.get(*slot).is_none())
    }
}

/// Whether the secrets of `before` would be sent to somebody else, or in another name, with `after`.
pub(super) fn asks_elsewhere(before: &StoredInstance, after: &StoredInstance) -> bool {
    fn asked(instance: &StoredInstance) -> (String, &str) {
        match &instance.sign_in {
            SignInForm::ClientCredentials {
                token_url,
                client_id,
                ..
            }
            | SignInForm::AuthorizationCode {
                token_url,
                client_id,
                ..
            }
            | SignInForm::JwtAssertion {
                token_url,
                client_id,
                ..
            }
            | SignInForm::Password {
                token_url,
                client_id,
                ..
            } => (origin(token_url), client_id),
            SignInForm::Basic { user } => (origin(&instance.address), user),
        }
    }
    asked(before) != asked(after)
}

fn origin(address: &str) -> String {
    url::Url::parse(address).map_or_else(
        |_| address.to_owned(),
        |url| url.origin().ascii_serialization(),
    )
}

impl Waybill {
    /// The secrets of a saved instance.
    ///
    /// # Errors
    /// `SecretMissing`, and the failures of the place for secrets.
    pub(super) async fn secrets_of(
        &self,
        instance: &StoredInstance,
    ) -> Result<InstanceSecrets, CommandError> {
        let secrets = self.kept_secrets(instance).await?;
        match secrets.missing(&instance.sign_in) {
            None => Ok(secrets),
            Some(slot) => Err(CommandError::new(
                ErrorCode::SecretMissing,
                format!("The {} of `{}` is not at hand.", slot.words(), instance.name),
            )
            .guide("Open the instance under Instances, enter it and save. On the command line: `--secret-stdin`.")
            .with("instance", &instance.name)),
        }
    }

    /// What lies in the place for secrets of what this instance signs in with.
    pub(super) async fn kept_secrets(
        &self,
        instance: &StoredInstance,
    ) -> Result<InstanceSecrets, CommandError> {
        if instance.practice {
            return Ok(InstanceSecrets::one(
                Slot::ClientSecret,
                crate::practice::secret(),
            ));
        }
        // What was entered for one application is told to no other one.
        if let Ok(saved) = self.stored_instance(&instance.id)
            && asks_elsewhere(&saved, instance)
        {
            return Ok(InstanceSecrets::default());
        }
        let secrets = &self.shared.secrets;
        let needed = Slot::needed(&instance.sign_in);
        let mut all = Vec::new();
        for slot in Slot::entered(&instance.sign_in) {
            let account = Account::of_instance(&instance.id, *slot);
            let is_sought = needed == Some(*slot)
                || instance.secrets_in.contains_key(slot)
                || secrets.given(&account).is_some();
            if is_sought && let Some(secret) = secrets.get(&account).await? {
                all.push((*slot, secret));
            }
        }
        all.sort_by_key(|(slot, _)| *slot);
        Ok(InstanceSecrets(all))
    }

    /// Removes secrets of an instance that are of no more use. Which could not be, is logged.
    pub(super) async fn drop_secrets(&self, instance: &StoredInstance, slots: &[Slot]) {
        for slot in slots {
            if let Some(kind) = instance.secrets_in.get(slot) {
                let account = Account::of_instance(&instance.id, *slot);
                if let Err(error) = self.shared.secrets.remove_from(*kind, &account).await {
                    tracing::warn!("a secret that is of no more use could not be removed: {error}");
                }
                self.shared.secrets.forget_given(&account);
            }
        }
    }

    /// Removes all secrets of an instance, so that none is left behind in silence.
    pub(super) async fn remove_secrets(
        &self,
        instance: &StoredInstance,
    ) -> Result<(), CommandError> {
        let mut kinds: Vec<_> = instance.secrets_in.values().copied().collect();
        kinds.sort_by_key(|kind| *kind as u8);
        kinds.dedup();
        for slot in Slot::ALL {
            let account = Account::of_instance(&instance.id, slot);
            for kind in &kinds {
                match self.shared.secrets.remove_from(*kind, &account).await {
                    Ok(()) | Err(SecretError::NoKeychain) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            self.shared.secrets.forget_given(&account);
        }
        Ok(())
    }
}

/// An empty field is none.
fn given(secret: Option<SecretString>) -> Option<SecretString> {
    secret.filter(|secret| !secret.expose_secret().is_empty())
}

/// The key in the form in which it is kept.
fn read_key(file: KeyFile) -> Result<SecretString, CommandError> {
    let path = PathBuf::from(file.path.trim());
    let wrong = |why: &str| {
        CommandError::field(
            "keyFile",
            format!("`{}` cannot be used: {why}.", path.display()),
        )
        .with("path", path.display())
    };
    let unread = |source: std::io::Error| {
        wrong(&source.to_string())
            .guide("Check where the file is, and that your account may read it.")
    };
    let facts = std::fs::metadata(&path).map_err(unread)?;
    if !facts.is_file() || facts.len() > LARGEST_KEY_FILE {
        return Err(wrong("it is no file with a key")
            .guide("Choose the file with the private key: PEM, DER or PKCS#12 (.p12, .pfx)."));
    }
    let bytes = zeroize::Zeroizing::new(std::fs::read(&path).map_err(unread)?);
    let key = SigningKey::read(&bytes, given(file.passphrase).as_ref()).map_err(|reason| {
        let refused = wrong(&reason.to_string());
        if reason.is_about_passphrase() {
            refused
                .guide(format!(
                    "{} On the command line: `--key-passphrase-stdin`.",
                    reason.guidance()
                ))
                .with("field", "keyPassphrase")
        } else {
            refused.guide(reason.guidance())
        }
    })?;
    Ok(key.to_text())
}
