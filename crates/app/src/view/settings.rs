//! Settings, the place for secrets, the vault.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SecretPlace;

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How tall rows and controls are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Density {
    /// 32 px rows.
    #[default]
    Comfortable,
    /// 26 px rows.
    Compact,
}

/// What a person can set for the whole application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct SettingsView {
    /// Light or dark.
    pub theme: Theme,
    /// How tall rows are.
    pub density: Density,
    /// Single letters act while a list has focus.
    pub letter_keys: bool,
    /// A system notice when a run ends.
    pub notify: bool,
    /// A closed window leaves Waybill running in the tray, where the computer has one.
    pub keep_in_tray: bool,
    /// A proxy for all instances without one of their own; the system's otherwise.
    pub proxy: Option<String>,
    /// A catalogue older than so many minutes counts as stale.
    pub stale_after_minutes: u32,
}

impl Default for SettingsView {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            density: Density::Comfortable,
            letter_keys: true,
            notify: true,
            keep_in_tray: false,
            proxy: None,
            stale_after_minutes: 60,
        }
    }
}

/// Where secrets are to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SecretStoreKind {
    /// The keychain of this computer.
    Keychain,
    /// A file encrypted with a passphrase.
    EncryptedFile,
    /// Memory: gone when the application closes.
    Session,
}

/// How the keychain of this computer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum KeychainState {
    /// It works.
    Available,
    /// It is there, and locked.
    Locked,
    /// There is none.
    Absent,
}

/// How the place for secrets stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct SecretStoreView {
    /// The keychain of this computer.
    pub keychain: KeychainState,
    /// What is in use: the keychain where there is one, else what was chosen; nothing until chosen.
    pub chosen: Option<SecretStoreKind>,
    /// Secrets can be read and written now.
    pub open: bool,
    /// The encrypted file exists and wants its passphrase.
    pub wants_passphrase: bool,
}

/// How the vault stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum VaultState {
    /// None yet; the first backup makes it.
    None,
    /// Its password is at hand.
    Ready,
    /// Its password is not at hand and has to be entered.
    Locked,
    /// It cannot be read.
    Failed,
}

/// The vault, for the rail, Home and Settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct VaultView {
    /// How it stands.
    pub state: VaultState,
    /// Its folder.
    pub path: String,
    /// How many snapshots it holds.
    pub snapshots: u32,
    /// Its size on disk.
    pub bytes: u64,
    /// What is free beside it.
    pub free_bytes: u64,
    /// Where its password lies.
    pub password: SecretPlace,
    /// When the recovery sheet was last saved.
    pub recovery_sheet_at: Option<String>,
    /// When it was last checked with its data.
    pub checked_at: Option<String>,
    /// That check found nothing wrong.
    pub check_passed: Option<bool>,
    /// Why it cannot be read.
    pub problem: Option<String>,
}

/// The result of a check of the whole vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct VaultCheckView {
    /// Nothing is wrong.
    pub passed: bool,
    /// What is wrong, a line each.
    pub problems: Vec<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// What the application is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AboutView {
    /// Its version.
    pub version: String,
    /// Its data folder.
    pub home: String,
    /// Its log folder.
    pub logs: String,
    /// `linux`, `macos` or `windows`.
    pub platform: String,
}
