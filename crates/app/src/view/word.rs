//! Word to people: where it goes, what was said, and what a test found.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Day, SecretPlace};

/// How much something matters.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum WordSeverity {
    /// Worth knowing: changes in Production from outside.
    Info,
    /// Something is missing: gaps, missed times, copies that are behind.
    #[default]
    Warning,
    /// Something failed.
    Failure,
}

/// How a mail server is spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum MailSecurity {
    /// TLS from the first byte; usually port 465.
    Tls,
    /// TLS after a greeting; usually port 587.
    #[default]
    StartTls,
    /// None: for a server on this computer alone.
    None,
}

/// Mail to administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct MailForm {
    /// It is used.
    pub on: bool,
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub security: MailSecurity,
    /// Who signs in; nobody where it is absent.
    pub user: Option<String>,
    /// The sender.
    pub from: String,
    /// The administrators.
    pub to: Vec<String>,
    /// From how much on they are told.
    pub severity: WordSeverity,
}

/// What is at the other end of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum HookKind {
    /// Slack, and what takes its form.
    Slack,
    /// Microsoft Teams: a workflow that takes a card.
    Teams,
    /// A program of one's own.
    Json,
}

/// A webhook. Its address is a secret and no part of this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct HookForm {
    /// Which one; a new one without it.
    pub id: Option<String>,
    /// What people call it.
    pub name: String,
    /// What is at its other end.
    pub kind: HookKind,
    /// It is used.
    pub on: bool,
    /// From how much on it is told.
    pub severity: WordSeverity,
}

/// Where word for the owner of an artifact goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OwnerRule {
    /// Who changed it last, as the instance tells; `*` stands for anything.
    pub who: String,
    /// The mail address; `*` for the name itself, where that is one.
    pub to: String,
}

/// A summary of a day or week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "type")]
#[ts(export)]
pub enum DigestForm {
    /// None.
    #[default]
    Off,
    /// Each day.
    Daily {
        /// At this time of day, `HH:MM`.
        at: String,
    },
    /// Each week.
    Weekly {
        /// On this day.
        day: Day,
        /// At this time of day, `HH:MM`.
        at: String,
    },
}

/// All that a person sets about word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct WordForm {
    /// Mail.
    pub mail: Option<MailForm>,
    /// Owners of artifacts that could not be backed up or moved are told by mail.
    pub owners: bool,
    /// Where word for owners goes; the first rule that fits counts.
    pub owner_rules: Vec<OwnerRule>,
    /// Webhooks.
    pub hooks: Vec<HookForm>,
    /// The summary.
    pub digest: DigestForm,
    /// A file with further certificates to trust.
    pub ca_file: Option<String>,
}

/// Secrets as a person entered them. An empty one counts as not given; what is not given stays as it is.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct WordSecrets {
    /// The password for the mail server.
    #[ts(as = "Option<String>")]
    pub mail_password: Option<SecretString>,
    /// The addresses of webhooks, by their names.
    #[ts(as = "BTreeMap<String, String>")]
    pub hook_addresses: BTreeMap<String, SecretString>,
}

/// Something that lasts and was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct OpenCause {
    /// What it is.
    pub title: String,
    /// How much it matters.
    pub severity: WordSeverity,
    /// Since when.
    pub since: String,
}

/// Word as it is set, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct WordView {
    /// What was set.
    pub form: WordForm,
    /// Where the password for the mail server lies.
    pub mail_password: SecretPlace,
    /// Where the addresses of the webhooks lie, by their ids.
    pub hook_addresses: BTreeMap<String, SecretPlace>,
    /// What lasts and was said.
    pub open: Vec<OpenCause>,
    /// How many words wait to be sent.
    pub waiting: u32,
    /// Why the oldest of them could not be sent.
    pub problem: Option<String>,
}

/// What words say about their cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum WordKind {
    /// It began.
    Began,
    /// It still lasts.
    Still,
    /// It is over.
    Over,
    /// To the owner of what it concerns.
    Owner,
    /// A summary.
    Digest,
}

/// How words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum WordState {
    /// They wait to be sent, for the first time or again.
    Waiting,
    /// They are being sent.
    Sending,
    /// They were accepted.
    Sent,
    /// They are not tried any more.
    GivenUp,
}

/// Words that were sent, or are on their way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct WordLine {
    /// Their number.
    #[ts(type = "number")]
    pub id: i64,
    /// Since when.
    pub at: String,
    /// By which way, as people call it: `Mail to ops@acme.com`, the name of a webhook.
    pub way: String,
    /// What they say about their cause.
    pub kind: WordKind,
    /// How much they matter.
    pub severity: WordSeverity,
    /// Their headline.
    pub title: String,
    /// How they stand.
    pub state: WordState,
    /// How often they were tried.
    pub tries: u32,
    /// When they are tried again.
    pub next_at: Option<String>,
    /// Why they could not be sent.
    pub problem: Option<String>,
}

/// A stage on the way to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum WordStageName {
    /// The server is there.
    Address,
    /// The connection is encrypted, and the server is who it says.
    Tls,
    /// The sign-in.
    SignIn,
    /// It took the message.
    Accepted,
}

/// What a stage of a test found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct WordStage {
    /// Which stage.
    pub stage: WordStageName,
    /// It was passed.
    pub passed: bool,
    /// What was found.
    pub words: String,
    /// What to do, where it was not passed.
    pub remedy: Option<String>,
    /// How long it took, in milliseconds.
    #[ts(type = "number")]
    pub took_ms: u64,
}

/// A test of one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WordTest {
    /// The way, as people call it.
    pub way: String,
    /// All stages were passed: a message was accepted.
    pub passed: bool,
    /// The stages, up to the first that was not passed.
    pub stages: Vec<WordStage>,
}
