//! Saved instances, their form and their test.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{Environment, Generation, WritePolicy};

use super::{ExchangeView, SignInForm};

/// Where a secret lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SecretPlace {
    /// In the keychain of this computer.
    Keychain,
    /// In the file encrypted with a passphrase.
    EncryptedFile,
    /// In memory until the application closes.
    Session,
    /// Nowhere: it has to be entered.
    Missing,
    /// Not needed: a practice instance.
    NotNeeded,
}

/// A saved instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct InstanceView {
    /// Its id in the settings; never changes.
    pub id: String,
    /// What the user calls it; unique.
    pub name: String,
    /// What it is used for.
    pub environment: Environment,
    /// Its generation.
    pub generation: Generation,
    /// The address calls go to: scheme, host and port.
    pub address: String,
    /// The service instance name (OIC 3).
    pub instance_name: Option<String>,
    /// The region, as far as the address tells.
    pub region: Option<String>,
    /// How Waybill signs in.
    pub sign_in: SignInForm,
    /// What Waybill may change there.
    pub write_policy: WritePolicy,
    /// Until when changes are allowed although it can only be read.
    pub writes_allowed_until: Option<String>,
    /// At most so many calls a minute.
    pub calls_per_minute: Option<u32>,
    /// A file with further certificate authorities (PEM).
    pub ca_file: Option<String>,
    /// A proxy of its own; the system's otherwise.
    pub proxy: Option<String>,
    /// One of the instances inside the application.
    pub practice: bool,
    /// Where the secret lies that it signs in with; for a sign-in in the browser, its refresh token.
    pub secret: SecretPlace,
    /// Somebody has to sign in in the browser before anything can be read.
    pub needs_browser: bool,
    /// When the connection test last passed.
    pub tested_at: Option<String>,
    /// A second person has to sign a waybill off before it runs into it.
    pub sign_off_required: bool,
}

/// What the instance form sends. The secrets come beside it, as [`super::SecretInputs`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct InstanceForm {
    /// The instance to change; a new one otherwise.
    pub id: Option<String>,
    /// What the user calls it.
    pub name: String,
    /// What it is used for.
    pub environment: Environment,
    /// Its generation.
    pub generation: Generation,
    /// Its address, as pasted.
    pub address: String,
    /// The service instance name (OIC 3).
    pub instance_name: Option<String>,
    /// How Waybill signs in.
    pub sign_in: SignInForm,
    /// What Waybill may change there; the environment's first policy otherwise.
    pub write_policy: Option<WritePolicy>,
    /// At most so many calls a minute.
    pub calls_per_minute: Option<u32>,
    /// A file with further certificate authorities (PEM).
    pub ca_file: Option<String>,
    /// A proxy of its own.
    pub proxy: Option<String>,
}

/// What a pasted address tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct AddressReading {
    /// The address calls will go to.
    pub address: String,
    /// The generation, as far as the host tells.
    pub generation: Option<Generation>,
    /// The service instance name.
    pub instance_name: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// What could not be read from it and has to be entered, in plain words.
    pub hint: Option<String>,
}

/// The stages of a connection test, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum StageName {
    /// The host is known and answers.
    Address,
    /// Its certificate is trusted.
    Tls,
    /// A token is given, or the password is taken.
    SignIn,
    /// The service knows the instance.
    InstanceName,
    /// The sign-in may read designs.
    Rights,
    /// One list is read and makes sense.
    OneRead,
}

/// How a stage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum StageState {
    /// Not begun.
    Waiting,
    /// Under way.
    Running,
    /// Good.
    Passed,
    /// Not good; the remedy says what to do.
    Failed,
    /// Not tried: a stage before it failed, or it does not apply.
    Skipped,
}

/// One stage of a connection test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct TestStage {
    /// Which.
    pub stage: StageName,
    /// How it stands.
    pub state: StageState,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u32>,
    /// What was found, in one sentence.
    pub detail: String,
    /// What to do, where it failed.
    pub remedy: Option<String>,
    /// The call behind a failure.
    pub exchange: Option<ExchangeView>,
    /// It waits for somebody to sign in in the browser: offer that, then test again.
    pub needs_browser: bool,
}

/// A connection test: six stages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TestReport {
    /// All stages, in order.
    pub stages: Vec<TestStage>,
    /// All that apply have passed.
    pub passed: bool,
    /// When it ended.
    pub at: String,
}
