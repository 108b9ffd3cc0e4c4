//! A saved instance as screens see it.

use crate::Waybill;
use crate::changes::shown_until;
use crate::secrets::{Account, Slot};
use crate::settings::StoredInstance;
use crate::view::{CommandError, InstanceView, SecretPlace, SignInKind};

impl Waybill {
    pub(crate) fn instance_view(&self, instance: &StoredInstance) -> InstanceView {
        let address = self
            .located(instance)
            .map_or_else(|_| instance.address.clone(), |located| located.address);
        InstanceView {
            id: instance.id.clone(),
            name: instance.name.clone(),
            environment: instance.environment,
            generation: instance.generation,
            address,
            instance_name: instance.instance_name.clone(),
            region: instance.region.clone(),
            sign_in: instance.sign_in.clone(),
            write_policy: instance.write_policy,
            writes_allowed_until: shown_until(instance, self.shared.clock.now()),
            calls_per_minute: instance.calls_per_minute,
            ca_file: instance.ca_file.clone(),
            proxy: instance.proxy.clone(),
            practice: instance.practice,
            secret: self.secret_place(instance),
            needs_browser: self.needs_browser(instance),
            tested_at: instance.tested_at.clone(),
            sign_off_required: instance.sign_off_required,
        }
    }

    /// Where the one secret lies that the sign-in cannot do without.
    fn secret_place(&self, instance: &StoredInstance) -> SecretPlace {
        if instance.practice {
            return SecretPlace::NotNeeded;
        }
        self.place_of(
            instance,
            Slot::needed(&instance.sign_in).unwrap_or(Slot::RefreshToken),
        )
    }

    /// Where a secret of an instance lies.
    pub(super) fn place_of(&self, instance: &StoredInstance, slot: Slot) -> SecretPlace {
        let account = Account::of_instance(&instance.id, slot);
        let kept = instance.secrets_in.get(&slot).copied();
        self.shared.secrets.place(kept, &account)
    }

    /// Whether somebody has to sign in in the browser before anything can be read.
    pub(super) fn needs_browser(&self, instance: &StoredInstance) -> bool {
        instance.sign_in.kind() == SignInKind::AuthorizationCode
            && self.place_of(instance, Slot::RefreshToken) == SecretPlace::Missing
            && !self.shared.browser.is_signed_in(&instance.sign_in)
    }

    /// The saved instance with this id or name.
    pub(crate) fn stored_instance(&self, id_or_name: &str) -> Result<StoredInstance, CommandError> {
        self.shared
            .settings
            .read()
            .instance(id_or_name)
            .cloned()
            .ok_or_else(|| {
                CommandError::unknown("instance", id_or_name).guide(
                    "Instances shows the saved ones. On the command line: `waybill instance list`.",
                )
            })
    }
}
