//! What a person can do with instances.

use secrecy::SecretString;
use uuid::Uuid;
use waybill_model::{Environment, WritePolicy};

use super::clients::{fingerprint, missing};
use super::secrets::{InstanceSecrets, asks_elsewhere};
use super::{connection_test, form};
use crate::changes::in_words;
use crate::secrets::{Account, Slot};
use crate::settings::{StoredInstance, StoredSettings};
use crate::view::{
    AddressReading, CommandError, ErrorCode, InstanceForm, InstanceView, SecretInputs, TestReport,
    TestStage,
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

    /// Tests the connection of a form, stage by stage. What was not entered is taken from the place
    /// for secrets.
    ///
    /// # Errors
    /// `BadInput` with `context.field`; `SecretMissing` and the failures of the place for secrets;
    /// `Cancelled`. A stage that fails is no error: it stands in the report.
    pub async fn instance_test(
        &self,
        form: InstanceForm,
        secrets: impl Into<SecretInputs>,
        on_stage: impl Fn(&TestStage) + Send + Sync + 'static,
    ) -> Result<TestReport, CommandError> {
        let stored = self.shared.settings.read();
        let before = form.id.as_deref().and_then(|id| stored.instance(id));
        let draft = self.draft(&form, before, &stored).await?;
        let entered = InstanceSecrets::entered(secrets.into(), &draft.sign_in).await?;
        let is_stored = entered.is_empty();
        let secrets = match before {
            Some(_) if entered.missing(&draft.sign_in).is_some() => {
                entered.or(self.secrets_of(&draft).await?)
            }
            Some(_) => entered.or(self.kept_secrets(&draft).await?),
            None => entered,
        };
        if let Some(slot) = secrets.missing(&draft.sign_in) {
            return Err(missing(slot));
        }
        let fallback = stored.view().proxy;
        let fingerprint = fingerprint(&draft, &secrets, fallback.as_deref());
        let client = self.client_for_test(&draft, &secrets, fallback.as_deref());
        let token = self.shared.tests.begin();
        let report =
            connection_test::run(&draft, client, &self.shared.clock, &token, &on_stage).await?;
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

    /// Saves an instance. The secrets go to the place for secrets, nowhere else.
    ///
    /// # Errors
    /// `BadInput` with `context.field`: a field that makes no sense, or `test` where the connection
    /// test has not passed with these values and the person does not insist.
    pub async fn instance_save(
        &self,
        form: InstanceForm,
        secrets: impl Into<SecretInputs>,
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
        let entered = InstanceSecrets::entered(secrets.into(), &instance.sign_in).await?;
        let fallback = stored.view().proxy;
        let fallback = fallback.as_deref();
        let none = InstanceSecrets::default();
        let same_connection = before.as_ref().is_some_and(|before| {
            fingerprint(before, &none, fallback) == fingerprint(&instance, &none, fallback)
        });
        let same_sign_in = before
            .as_ref()
            .is_some_and(|before| before.sign_in == instance.sign_in);
        if let Some(before) = &before {
            if !same_connection || before.environment != instance.environment {
                self.refuse_while_running(before)?;
            }
            if before.environment == Environment::Production
                && instance.environment != Environment::Production
            {
                // No form makes a Production instance writable: that takes a step of its own.
                instance.write_policy = WritePolicy::ReadOnly;
            }
        }
        let elsewhere = before
            .as_ref()
            .is_some_and(|before| asks_elsewhere(before, &instance));
        let mut ended: Vec<Slot> = Slot::ALL.to_vec();
        ended.retain(|slot| {
            !slot.is_used(&instance.sign_in)
                || elsewhere
                || (*slot == Slot::RefreshToken && !same_sign_in)
        });
        if !same_connection || !entered.is_empty() {
            let known = match &before {
                Some(_) => {
                    let kept = self.kept_secrets(&instance).await.unwrap_or_default();
                    entered.clone().or(kept)
                }
                None => entered.clone(),
            };
            let values = fingerprint(&instance, &known, fallback);
            let passed = self.shared.tests.passed_at(&values);
            if passed.is_none() && !insist {
                return Err(known
                    .missing(&instance.sign_in)
                    .map_or_else(untested, missing));
            }
            instance.tested_at = passed;
        }
        for slot in &ended {
            instance.secrets_in.remove(slot);
        }
        for (slot, secret) in entered.iter() {
            ended.retain(|ended| *ended != slot);
            let account = Account::of_instance(&id, slot);
            let kind = self.shared.secrets.set(&account, secret).await?;
            instance.secrets_in.insert(slot, kind);
            self.shared.secrets.forget_given(&account);
        }
        if let Some(token) = self.shared.browser.refresh_token(&instance.sign_in) {
            let account = Account::of_instance(&id, Slot::RefreshToken);
            let kind = self.shared.secrets.set(&account, &token).await?;
            instance.secrets_in.insert(Slot::RefreshToken, kind);
            self.shared.browser.was_kept(&instance.sign_in);
            ended.retain(|slot| *slot != Slot::RefreshToken);
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
        if let Some(before) = &before {
            self.drop_secrets(before, &ended).await;
        }
        self.shared.clients.forget(&id);
        if !same_connection {
            self.shared.journal.forget_catalogue(&id)?;
        }
        self.audit("instance saved", &kept.name)?;
        if before.is_some() && (!same_sign_in || !entered.is_empty()) {
            let details = serde_json::json!({
                "instance": kept.name,
                "instanceId": kept.id,
                "signIn": if same_sign_in { "as before" } else { "another" },
                "secrets": if entered.is_empty() { "as before" } else { "entered anew" },
            });
            self.audit_with("sign-in changed", &kept.name, &details)?;
        }
        if let Some(before) = &before {
            self.audit_standing(before, &kept)?;
        }
        self.tell(AppEvent::InstancesChanged);
        Ok(self.instance_view(&kept))
    }

    /// Another environment or policy is another right to write: who gave it stands in the audit log.
    fn audit_standing(
        &self,
        before: &StoredInstance,
        after: &StoredInstance,
    ) -> Result<(), CommandError> {
        let now = self.shared.clock.now();
        let standing = |instance: &StoredInstance| {
            let environment = serde_json::to_value(instance.environment).unwrap_or_default();
            let environment = environment.as_str().unwrap_or_default();
            format!("{environment}, {}", in_words(instance, now))
        };
        let (was, is) = (standing(before), standing(after));
        if was == is {
            return Ok(());
        }
        let details = serde_json::json!({
            "instance": after.name,
            "instanceId": after.id,
            "before": was,
            "after": is,
        });
        self.audit_with("write policy set", &after.name, &details)
    }

    /// Removes an instance and its secret. Its snapshots stay.
    ///
    /// # Errors
    /// `UnknownSubject`; `AlreadyRunning` while a run of it is under way; the failures of the place
    /// where its secret lies, so that no secret is left behind in silence.
    pub async fn instance_remove(&self, id: &str) -> Result<(), CommandError> {
        let instance = self.stored_instance(id)?;
        self.refuse_while_running(&instance)?;
        self.remove_secrets(&instance).await?;
        self.forget_waybill_secrets(&instance.id).await?;
        self.shared.settings.change(|stored| {
            stored.instances.retain(|known| known.id != instance.id);
            stored
                .schedules
                .retain(|schedule| schedule.instance != instance.id);
            Ok(())
        })?;
        self.shared.browser.forget(&instance.sign_in);
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
        // A private key comes from its file alone.
        let slot = Slot::entered(&instance.sign_in)
            .iter()
            .copied()
            .find(|slot| *slot != Slot::PrivateKey)
            .unwrap_or(Slot::ClientSecret);
        let account = Account::of_instance(&instance.id, slot);
        self.shared
            .secrets
            .give_for_session(&account, &secret.into());
        self.shared.clients.forget(&instance.id);
        Ok(())
    }

    /// The instance that a form describes, as it would be saved.
    pub(super) async fn draft(
        &self,
        form: &InstanceForm,
        before: Option<&StoredInstance>,
        stored: &StoredSettings,
    ) -> Result<StoredInstance, CommandError> {
        match before {
            Some(before) if before.practice => {
                self.ensure_practice(before).await?;
                self.located(before)
            }
            _ => {
                let id = before.map_or("new", |before| before.id.as_str());
                form::check(form, id, stored)
            }
        }
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
        let none = InstanceSecrets::default();
        if fingerprint(&located, &none, None) == fingerprint(draft, &none, None) {
            self.change_instance(&instance.id, |known| known.tested_at = Some(at.to_owned()))?;
            self.tell(AppEvent::InstancesChanged);
        }
        Ok(())
    }
}

fn new_id() -> String {
    Uuid::new_v4().simple().to_string()[..12].to_owned()
}

fn untested() -> CommandError {
    CommandError::field(
        "test",
        "The connection test has not passed with these values.",
    )
    .guide("Test the connection, or save without passing the test.")
}
