//! What a person can do with instances.

use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;
use waybill_model::WritePolicy;

use super::clients::fingerprint;
use super::{connection_test, form};
use crate::changes::in_words;
use crate::secrets::{Account, SecretError};
use crate::settings::StoredInstance;
use crate::view::{
    AddressReading, CommandError, ErrorCode, InstanceForm, InstanceView, TestReport, TestStage,
};
use crate::{AppEvent, Waybill};

impl Waybill {
    /// The saved instances, in the user's order.
    pub fn instances(&self) -> Result<Vec<InstanceView>, CommandError> {
        let stored = self.shared.settings.read();
        Ok(stored
            .instances
            .iter()
            .map(|instance| self.instance_view(instance))
            .collect())
    }

    /// What a pasted address tells.
    ///
    /// # Errors
    /// `BadInput` with `context.field` = `address`.
    pub fn address_read(&self, text: &str) -> Result<AddressReading, CommandError> {
        form::read_address(text)
    }

    /// Tests the connection of a form, stage by stage. Without a secret, the stored one is used.
    ///
    /// # Errors
    /// `BadInput` with `context.field`; `SecretMissing` and the failures of the place for secrets;
    /// `Cancelled`. A stage that fails is no error: it stands in the report.
    pub async fn instance_test(
        &self,
        form: InstanceForm,
        secret: Option<SecretString>,
        on_stage: impl Fn(&TestStage) + Send + Sync + 'static,
    ) -> Result<TestReport, CommandError> {
        let stored = self.shared.settings.read();
        let before = form.id.as_deref().and_then(|id| stored.instance(id));
        let draft = match before {
            Some(before) if before.practice => {
                self.ensure_practice(before).await?;
                self.located(before)?
            }
            _ => {
                let id = before.map_or("new", |before| before.id.as_str());
                form::check(&form, id, &stored)?
            }
        };
        let secret = given(secret);
        let is_stored = secret.is_none();
        let secret = match secret {
            Some(secret) => secret,
            None if before.is_some() => self.secret_of(&draft).await?,
            None => return Err(secret_field()),
        };
        let fallback = stored.view().proxy;
        let fingerprint = fingerprint(&draft, Some(&secret), fallback.as_deref());
        let token = self.shared.tests.begin();
        let report = connection_test::run(
            &draft,
            secret,
            fallback.as_deref(),
            &self.shared.clock,
            &token,
            &on_stage,
        )
        .await?;
        if report.passed {
            self.shared.tests.remember(fingerprint, &report.at);
            if is_stored {
                self.remember_passed(&form, &draft, &report.at)?;
            }
        }
        Ok(report)
    }

    /// Stops the test under way.
    #[expect(
        clippy::unused_async,
        reason = "a verb that changes what goes on is waited for, like all of them"
    )]
    pub async fn instance_test_cancel(&self) {
        self.shared.tests.cancel();
    }

    /// Saves an instance. The secret goes to the place for secrets, nowhere else.
    ///
    /// # Errors
    /// `BadInput` with `context.field`: a field that makes no sense, or `test` where the connection
    /// test has not passed with these values and the person does not insist.
    pub async fn instance_save(
        &self,
        form: InstanceForm,
        secret: Option<SecretString>,
        insist: bool,
    ) -> Result<InstanceView, CommandError> {
        let stored = self.shared.settings.read();
        let before = match form.id.as_deref() {
            Some(id) => Some(self.stored_instance(id)?),
            None => None,
        };
        if before.as_ref().is_some_and(|before| before.practice) {
            return Err(CommandError::new(
                ErrorCode::BadInput,
                "A practice instance is part of Waybill and cannot be changed.",
            )
            .guide("Add an instance of your own under Instances."));
        }
        let id = before
            .as_ref()
            .map_or_else(new_id, |before| before.id.clone());
        let mut instance = form::check(&form, &id, &stored)?;
        let secret = given(secret);
        let fallback = stored.view().proxy;
        let fallback = fallback.as_deref();
        let same_connection = before.as_ref().is_some_and(|before| {
            fingerprint(before, None, fallback) == fingerprint(&instance, None, fallback)
        });
        let same_sign_in = before.as_ref().is_some_and(|before| {
            Account::of_instance(&id, &before.sign_in)
                == Account::of_instance(&id, &instance.sign_in)
        });
        let known = match &secret {
            Some(secret) => Some(secret.clone()),
            None if same_sign_in => self.secret_of(&instance).await.ok(),
            None => None,
        };
        if !same_connection || secret.is_some() {
            let passed = known.as_ref().and_then(|secret| {
                let values = fingerprint(&instance, Some(secret), fallback);
                self.shared.tests.passed_at(&values)
            });
            if passed.is_none() && !insist {
                return Err(if known.is_none() {
                    secret_field()
                } else {
                    untested()
                });
            }
            instance.tested_at = passed;
        }
        if let Some(secret) = &secret {
            let account = Account::of_instance(&id, &instance.sign_in);
            instance.secret_in = Some(self.shared.secrets.set(&account, secret).await?);
            self.shared.secrets.forget_given(&account);
        } else if !same_sign_in {
            instance.secret_in = None;
        }
        let kept = self.shared.settings.change(|stored| {
            // Somebody else may have taken the name since.
            let checked = form::check(&form, &id, stored)?;
            let name = checked.name;
            let saved = StoredInstance { name, ..instance };
            match stored.instances.iter_mut().find(|known| known.id == id) {
                Some(known) => *known = saved.clone(),
                None => stored.instances.push(saved.clone()),
            }
            Ok(saved)
        })?;
        if let Some(before) = &before
            && !same_sign_in
            && let Some(kind) = before.secret_in
        {
            let account = Account::of_instance(&id, &before.sign_in);
            if let Err(error) = self.shared.secrets.remove_from(kind, &account).await {
                tracing::warn!("a secret that is of no more use could not be removed: {error}");
            }
        }
        self.shared.clients.forget(&id);
        if !same_connection {
            self.shared.journal.forget_catalogue(&id)?;
        }
        self.audit("instance saved", &kept.name)?;
        self.tell(AppEvent::InstancesChanged);
        Ok(self.instance_view(&kept))
    }

    /// Removes an instance and its secret. Its snapshots stay.
    ///
    /// # Errors
    /// `UnknownSubject`; `AlreadyRunning` while a run of it is under way; the failures of the place
    /// where its secret lies, so that no secret is left behind in silence.
    pub async fn instance_remove(&self, id: &str) -> Result<(), CommandError> {
        let instance = self.stored_instance(id)?;
        self.refuse_while_running(&instance)?;
        if let Some(kind) = instance.secret_in {
            for account in Account::all_of_instance(&instance.id) {
                match self.shared.secrets.remove_from(kind, &account).await {
                    Ok(()) | Err(SecretError::NoKeychain) => {}
                    Err(error) => return Err(error.into()),
                }
                self.shared.secrets.forget_given(&account);
            }
        }
        self.shared.settings.change(|stored| {
            stored.instances.retain(|known| known.id != instance.id);
            Ok(())
        })?;
        self.shared.clients.forget(&instance.id);
        self.shared.journal.forget_catalogue(&instance.id)?;
        self.audit("instance removed", &instance.name)?;
        self.tell(AppEvent::InstancesChanged);
        Ok(())
    }

    /// Sets what Waybill may change in an instance.
    ///
    /// # Errors
    /// `UnknownSubject`.
    pub async fn instance_policy_set(
        &self,
        id: &str,
        policy: WritePolicy,
    ) -> Result<InstanceView, CommandError> {
        let instance = self.stored_instance(id)?;
        let now = self.shared.clock.now();
        let (app, before) = (self.clone(), in_words(&instance, now));
        let changed = tokio::task::spawn_blocking(move || {
            app.change_instance(&instance.id, |known| known.write_policy = policy)
        })
        .await
        .map_err(CommandError::internal)??;
        let details = serde_json::json!({
            "instance": changed.name,
            "instanceId": changed.id,
            "before": before,
            "after": in_words(&changed, now),
        });
        self.audit_with("write policy set", &changed.name, &details)?;
        self.tell(AppEvent::InstancesChanged);
        Ok(self.instance_view(&changed))
    }

    /// Takes the secret of an instance for this session alone: it is written nowhere.
    ///
    /// # Errors
    /// `UnknownSubject`.
    pub fn instance_secret_for_session(
        &self,
        id: &str,
        secret: impl Into<SecretString>,
    ) -> Result<(), CommandError> {
        let instance = self.stored_instance(id)?;
        let account = Account::of_instance(&instance.id, &instance.sign_in);
        self.shared
            .secrets
            .give_for_session(&account, &secret.into());
        self.shared.clients.forget(&instance.id);
        Ok(())
    }

    pub(crate) fn change_instance(
        &self,
        id: &str,
        change: impl FnOnce(&mut StoredInstance),
    ) -> Result<StoredInstance, CommandError> {
        self.shared.settings.change(|stored| {
            let known = stored
                .instances
                .iter_mut()
                .find(|known| known.id == id)
                .ok_or_else(|| CommandError::unknown("instance", id))?;
            change(known);
            Ok(known.clone())
        })
    }

    /// A test of a saved instance with its saved values counts for it at once.
    fn remember_passed(
        &self,
        form: &InstanceForm,
        draft: &StoredInstance,
        at: &str,
    ) -> Result<(), CommandError> {
        let Some(id) = form.id.as_deref() else {
            return Ok(());
        };
        let instance = self.stored_instance(id)?;
        let located = self.located(&instance)?;
        if fingerprint(&located, None, None) == fingerprint(draft, None, None) {
            self.change_instance(&instance.id, |known| known.tested_at = Some(at.to_owned()))?;
            self.tell(AppEvent::InstancesChanged);
        }
        Ok(())
    }
}

fn new_id() -> String {
    Uuid::new_v4().simple().to_string()[..12].to_owned()
}

/// An empty field is none.
fn given(secret: Option<SecretString>) -> Option<SecretString> {
    secret.filter(|secret| !secret.expose_secret().is_empty())
}

fn secret_field() -> CommandError {
    CommandError::field("secret", "The client secret or password is missing.")
        .guide("Enter it. It goes to the place for secrets, and into no file in plain text.")
}

fn untested() -> CommandError {
    CommandError::field(
        "test",
        "The connection test has not passed with these values.",
    )
    .guide("Test the connection, or save without passing the test.")
}
