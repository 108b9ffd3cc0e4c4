//! The arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Backs up, inspects and restores Oracle Integration artifacts.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done with something missing, 4 cancelled,
/// 5 compared and found different, 6 verified and found damaged.
#[derive(Debug, Parser)]
#[command(
    name = "waybill",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Arguments {
    /// The data folder, instead of the one of this user.
    #[arg(long, global = true, value_name = "DIR", env = "WAYBILL_HOME")]
    pub home: Option<PathBuf>,
    /// Print JSON: one object per line, the result last.
    #[arg(long, global = true)]
    pub json: bool,
    /// Print results and errors only.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Where secrets lie. Without it: what was chosen before, else the keychain of this computer.
    #[arg(long, global = true, value_enum, value_name = "PLACE")]
    pub secret_store: Option<StoreName>,
    /// Read the passphrase of the encrypted secrets file from standard input (first line).
    #[arg(long, global = true)]
    pub passphrase_stdin: bool,
    /// Read the vault's password from standard input (last line).
    #[arg(long, global = true)]
    pub vault_password_stdin: bool,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Where secrets lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StoreName {
    /// The keychain of this computer.
    Keychain,
    /// A file encrypted with a passphrase.
    File,
    /// Memory: gone when the program ends.
    Session,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Saved instances.
    #[command(subcommand)]
    Instance(InstanceVerb),
    /// Back up an instance, or go on with a backup of it that was not finished.
    Backup(Backup),
    /// Backups that keep themselves: when which instance is backed up, and by whom they are looked after.
    #[command(subcommand)]
    Schedule(ScheduleVerb),
    /// Whom what is told to: mail, webhooks, summaries, and what was said.
    #[command(subcommand)]
    Word(WordVerb),
    /// Let snapshots go by keep rules: shows which, and why; removes them with `--apply`.
    Forget(Forget),
    /// Keep rules, and snapshots that stay whatever they say.
    #[command(subcommand)]
    Keep(KeepVerb),
    /// Prove that backups can be had back: read the vault, restore and compare, put damage right. Ends with 6
    /// where something is damaged.
    Verify(Verify),
    /// Copies elsewhere: where snapshots are copied to, and what lies there.
    #[command(subcommand)]
    Target(TargetVerb),
    /// Change one artifact of an instance, behind its write policy.
    #[command(subcommand)]
    Change(ChangeVerb),
    /// What was done, by whom, to what.
    #[command(subcommand)]
    Audit(AuditVerb),
    /// Snapshots in the vault.
    #[command(subcommand)]
    Snapshot(SnapshotVerb),
    /// List the artifacts of a place: `instance:NAME`, `snapshot:ID` or `file:PATH`.
    Artifacts(Artifacts),
    /// Show what archives are, what they hold, what is unusual about them and what they give away.
    Inspect(Inspect),
    /// Show what depends on what in a place: what is missing, what nothing uses, what goes in circles,
    /// what a change reaches; or draw it.
    Graph(Graph),
    /// Find where a text is used: a host, an address, a name. Secrets cannot be searched for.
    Search(Search),
    /// Lay two places side by side: what is in one alone, what differs and how. Ends with 5 where
    /// something differs.
    Compare(Compare),
    /// What changed in an instance since its last complete backup. Ends with 5 where something did.
    Drift(Drift),
    /// Plan a waybill: what is moved, from where, to where, in which steps. Changes nothing. Ends with 3
    /// where something stands against running it.
    Plan(Box<Plan>),
    /// Show a waybill: what happens to each artifact, in which steps, and what was found.
    Show(Show),
    /// Agree to a waybill as a second person. Whatever changes in it afterwards ends that.
    SignOff(SignOff),
    /// Run a waybill; or list, show, resume and give up runs.
    Run(Box<Run>),
    /// Go on with an interrupted run. The same as `run resume`.
    Resume(GoOn),
    /// Try once more what failed in the run of a waybill, and what waited for it.
    Retry(GoOn),
    /// Plan the way back from the run of a waybill, and run it if asked to.
    Rollback(Box<Rollback>),
    /// Show or save the report of the run of a waybill.
    Report(Report),
    /// Release a build of a project: export it once, push it to Git, promote it unchanged from instance to
    /// instance.
    #[command(subcommand)]
    Release(ReleaseVerb),
    /// Projects: what is in each, and copying integrations between them.
    #[command(subcommand)]
    Project(ProjectVerb),
    /// Deployments of projects: how they stand, making and changing them, laying one beside another place.
    #[command(subcommand)]
    Deployment(DeploymentVerb),
    /// Who may do what in projects: show it, compare it, copy it to another instance.
    #[command(subcommand)]
    Access(AccessVerb),
    /// Who has which service role of an instance.
    #[command(subcommand)]
    Roles(RolesVerb),
    /// Give connections another password or address while integrations use them.
    #[command(subcommand)]
    Rotate(RotateVerb),
    /// Instances as a whole: export one into a container, import such an archive, clone one into another.
    #[command(subcommand)]
    Clone(Box<CloneVerb>),
    /// The vault.
    #[command(subcommand)]
    Vault(VaultVerb),
    /// Where secrets lie, and secrets of connections.
    #[command(subcommand, visible_alias = "secret")]
    Secrets(SecretsVerb),
    /// Practice instances: a stand-in for Oracle Integration on this computer.
    #[command(subcommand)]
    Practice(PracticeVerb),
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

pub use crate::access_arguments::{AccessVerb, RolesVerb};
pub use crate::change_arguments::{AuditVerb, ChangeTo, ChangeVerb, TracingName};
pub use crate::clone_arguments::{CloneModeName, CloneVerb};
pub use crate::compare_arguments::{Compare, Drift, Shown, VerdictName};
pub use crate::graph_arguments::{FormName, Graph, Search};
pub use crate::instance_arguments::{AuthName, EnvironmentName, GenerationName, InstanceAdd};
pub use crate::keep_arguments::{Forget, KeepVerb, Verify};
pub use crate::release_arguments::{
    DeploymentOf, DeploymentVerb, ProjectVerb, Promote, ReleaseGoOn, ReleaseNew, ReleaseRead,
    ReleaseVerb, TakeBack,
};
pub use crate::rotate_arguments::RotateVerb;
pub use crate::schedule_arguments::{DayName, ScheduleSet, ScheduleVerb};
pub use crate::target_arguments::TargetVerb;
pub use crate::word_arguments::{HookKindName, SecurityName, SeverityName, WordSet, WordVerb};

pub use crate::move_arguments::{
    ActivateName, Agreed, ConnectionsName, ExistingName, GoOn, Plan, Report, Rollback, Run,
    RunWaybill, SchedulesName, SecretsVerb, Show, SignOff,
};

/// What to do with instances.
#[derive(Debug, Subcommand)]
pub enum InstanceVerb {
    /// Save an instance.
    Add(Box<InstanceAdd>),
    /// List the saved instances.
    List,
    /// Test address, TLS, sign-in, instance name, rights and one read.
    Test {
        /// Its name.
        name: String,
        /// Read its secret from standard input instead of the place for secrets.
        #[arg(long)]
        secret_stdin: bool,
    },
    /// Allow changes in a read-only instance for a time. It ends by itself.
    AllowWrites {
        /// Its name.
        name: String,
        /// For how long: 15, 60 or 240 minutes.
        #[arg(long, value_name = "N")]
        minutes: u32,
        /// The instance's name once more: needed for Production.
        #[arg(long, value_name = "NAME")]
        type_name: Option<String>,
    },
    /// Demand that a second person signs off each waybill that is run into an instance.
    RequireSignOff {
        /// Its name.
        name: String,
        /// Demand it no longer.
        #[arg(long)]
        no: bool,
    },
    /// Make an instance read-only at once.
    ReadOnly {
        /// Its name.
        name: String,
    },
    /// Sign in in the browser, for an instance with `--auth authorization-code`.
    SignIn {
        /// Its name.
        name: String,
        /// Print the address only; open no browser.
        #[arg(long)]
        no_browser: bool,
    },
    /// Forget the tokens of an instance. Its secrets stay.
    SignOut {
        /// Its name.
        name: String,
    },
    /// Show what is known of the sign-in: when it was given, when it ends, scopes, in whose name.
    /// Never the token itself.
    Token {
        /// Its name.
        name: String,
        /// Read its secret from standard input instead of the place for secrets.
        #[arg(long)]
        secret_stdin: bool,
    },
    /// Forget an instance and its secrets. Its snapshots stay.
    Remove {
        /// Its name.
        name: String,
    },
}

/// A backup.
#[derive(Debug, Args)]
pub struct Backup {
    /// The instance's name.
    pub instance: String,
    /// Only these artifacts, by id (`integration:CODE|VERSION`, `PROJECT/connection:CODE`, …).
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub only: Vec<String>,
    /// Only artifacts of these kinds (`integration`, `connection`, …).
    #[arg(long = "kind", value_name = "KIND", num_args = 1.., conflicts_with = "only")]
    pub kinds: Vec<String>,
    /// Why, for the history.
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Do not go on with a backup that was not finished; give it up and begin anew.
    #[arg(long)]
    pub fresh: bool,
    /// Read the instance's secret from standard input instead of the place for secrets.
    #[arg(long)]
    pub secret_stdin: bool,
}

/// What to do with snapshots.
#[derive(Debug, Subcommand)]
pub enum SnapshotVerb {
    /// List snapshots, newest first.
    List {
        /// Of this instance alone.
        #[arg(long, value_name = "NAME")]
        instance: Option<String>,
    },
    /// Show what is in a snapshot and what could not be read.
    Show {
        /// Its id, or the beginning of it, or `latest`.
        id: String,
    },
    /// Read a snapshot back and compare every file with its manifest.
    Verify {
        /// Its id, or the beginning of it, or `latest`.
        id: String,
    },
    /// Restore a snapshot to a folder.
    Extract {
        /// Its id, or the beginning of it, or `latest`.
        id: String,
        /// The folder; must be empty or not exist yet.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
}

/// A place whose artifacts are listed.
#[derive(Debug, Args)]
pub struct Artifacts {
    /// `instance:NAME`, `snapshot:ID` or `file:PATH`.
    pub place: String,
    /// Only this kind (`integration`, `connection`, …).
    #[arg(long)]
    pub kind: Option<String>,
    /// Save the archive of one artifact: its id.
    #[arg(long, value_name = "ID", requires = "to")]
    pub save: Option<String>,
    /// The file or folder to save to.
    #[arg(long, value_name = "PATH", requires = "save")]
    pub to: Option<PathBuf>,
}

/// Archives to look into.
#[derive(Debug, Args)]
pub struct Inspect {
    /// Files and folders. A folder that is an unpacked archive is read as one; of other folders,
    /// every archive below them is read, packed or unpacked.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Show the steps of each integration too.
    #[arg(long)]
    pub flow: bool,
    /// Show every finding with its place, not how many there are. JSON always has all.
    #[arg(long)]
    pub findings: bool,
    /// Do not look for secrets and names of one environment, which takes most of the time.
    #[arg(long, conflicts_with = "findings")]
    pub facts_only: bool,
    /// Write all of it as a page too.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// What to do with runs.
#[derive(Debug, Subcommand)]
pub enum RunVerb {
    /// List runs, newest first.
    List,
    /// Show one run with its artifacts and its log.
    Show {
        /// Its id.
        id: String,
    },
    /// Go on with an interrupted run.
    Resume(GoOn),
    /// Give an interrupted run up and delete what it had fetched.
    Discard {
        /// Its id.
        id: String,
    },
}

/// What to do with the vault.
#[derive(Debug, Subcommand)]
pub enum VaultVerb {
    /// Where it is, what it holds, how it stands.
    Status,
    /// Check all of it, reading all data.
    Check,
    /// Take the vault's password (from standard input) into the place for secrets.
    Unlock,
    /// Write the recovery sheet: a page with the password and how to restore without Waybill.
    RecoverySheet {
        /// The file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

/// What to do with practice instances.
#[derive(Debug, Subcommand)]
pub enum PracticeVerb {
    /// Start them in the foreground and save them as instances; Ctrl+C stops them.
    Start {
        /// The port; any free one otherwise.
        #[arg(long)]
        port: Option<u16>,
    },
}
