//! `settings.json`: what a person set, the saved instances, and where secrets lie. Never a secret.

mod store;
mod stored;
mod verbs;

pub(crate) use store::SettingsStore;
pub(crate) use stored::{StoredInstance, StoredSettings, StoredVault, same_name};
pub(crate) use verbs::read_proxy;
