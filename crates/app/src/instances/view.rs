//! A saved instance as screens see it.

use crate::Waybill;
use crate::changes::shown_until;
use crate::secrets::Account;
use crate::settings::StoredInstance;
use crate::view::{CommandError, InstanceView, SecretPlace};

impl Waybill {
    pub(crate) fn instance_view(&self, instance: &StoredInstance) -> InstanceView {
        let address = self
            .located(instance)
            .map_or_else(|_| instance.address.clone(), |located| located.address);
        let account = Account::of_instance(&instance.id, &instance.sign_in);
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
            secret: if instance.practice {
                SecretPlace::NotNeeded
            } else {
                self.shared.secrets.place(instance.secret_in, &account)
            },
            tested_at: instance.tested_at.clone(),
        }
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
