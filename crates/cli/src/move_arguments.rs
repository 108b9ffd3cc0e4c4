//! The arguments of planning a waybill, running it, and what comes after.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use crate::arguments::RunVerb;

/// A waybill to plan.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("choice").multiple(true).required(true)
    .args(["select", "packages", "projects", "changed_since", "different", "failed_last_time", "all", "remove",
    "certificates"]))]
pub struct Plan {
    /// Where the artifacts come from: `instance:NAME`, `snapshot:ID`, `file:PATH`.
    #[arg(long, value_name = "PLACE")]
    pub from: String,
    /// The instance they go to, by its name.
    #[arg(long, value_name = "INSTANCE")]
    pub to: String,
    /// These artifacts: ids, codes, or patterns of them with `*` and `?`.
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub select: Vec<String>,
    /// The integrations of this package. Repeatable.
    #[arg(long = "package", value_name = "NAME")]
    pub packages: Vec<String>,
    /// This project with all that is in it. Repeatable.
    #[arg(long = "project", value_name = "CODE")]
    pub projects: Vec<String>,
    /// Of these, or of everything, what was changed since this day or moment.
    #[arg(long, value_name = "WHEN")]
    pub changed_since: Option<String>,
    /// Of these, or of everything, what the destination lacks or has otherwise.
    #[arg(long)]
    pub different: bool,
    /// Of these, or of everything, what failed in the last run to this destination.
    #[arg(long)]
    pub failed_last_time: bool,
    /// Everything.
    #[arg(long, conflicts_with_all = ["select", "packages", "projects"])]
    pub all: bool,
    /// Leave out what would be needed: ids, codes or patterns, as for `--select`.
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub leave_out: Vec<String>,
    /// Delete these artifacts of the destination, by id.
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub remove: Vec<String>,
    /// What happens to what the destination has already.
    #[arg(long, value_enum, value_name = "POLICY")]
    pub existing: Option<ExistingName>,
    /// Which integrations are active afterwards.
    #[arg(long, value_enum, value_name = "POLICY")]
    pub activate: Option<ActivateName>,
    /// Which schedules run afterwards.
    #[arg(long, value_enum, value_name = "POLICY")]
    pub schedules: Option<SchedulesName>,
    /// Which values connections have afterwards.
    #[arg(long, value_enum, value_name = "POLICY")]
    pub connections: Option<ConnectionsName>,
    /// The project of the destination into which artifacts outside projects go.
    #[arg(long, value_name = "CODE")]
    pub into_project: Option<String>,
    /// The same in one word, or an exception for one artifact: `existing=skip`,
    /// `integration:CODE|VERSION,activate=none`. Repeatable.
    #[arg(long = "policy", value_name = "[ID,]NAME=VALUE")]
    pub policies: Vec<String>,
    /// The values that connections, lookups and schedules take in the destination. Without it, those
    /// of the last move there.
    #[arg(long, value_name = "FILE")]
    pub bindings: Option<PathBuf>,
    /// Write the bindings too, to be filled in and given with `--bindings`.
    #[arg(long, value_name = "FILE")]
    pub save_bindings: Option<PathBuf>,
    /// A value of a connection in the destination that is no secret; remembered for the next move
    /// there. Repeatable.
    #[arg(long = "value", value_name = "CONNECTION,NAME=VALUE")]
    pub values: Vec<String>,
    /// A file that goes into a connection: a wallet, a key, a definition. Repeatable.
    #[arg(long, value_name = "CONNECTION,NAME=FILE")]
    pub attach: Vec<String>,
    /// The file of a certificate of the source, by its alias: it goes along then. Type (`X509`, `SAML`,
    /// `PGP`, …) and category (`TRUST`, …) are those of the source unless they are given. Repeatable.
    #[arg(long = "certificate", value_name = "ALIAS=FILE[,TYPE[,CATEGORY]]")]
    pub certificates: Vec<String>,
    /// What it is for.
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// Write the archives it needs into this folder too, so that it can be run on another computer.
    #[arg(long, value_name = "DIR")]
    pub archives: Option<PathBuf>,
    /// Where to save the waybill (JSON).
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Take the lists of instances as they were last read.
    #[arg(long)]
    pub cached: bool,
}

impl Plan {
    /// Something of the source is asked for: a waybill may also only delete.
    pub fn chooses(&self) -> bool {
        self.all
            || self.different
            || self.failed_last_time
            || self.changed_since.is_some()
            || !(self.select.is_empty()
                && self.packages.is_empty()
                && self.projects.is_empty()
                && self.certificates.is_empty())
    }
}

/// What happens to what the destination has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExistingName {
    /// It stays.
    Skip,
    /// It is replaced.
    Replace,
    /// It is replaced if its design differs.
    ReplaceIfDifferent,
    /// Only versions come that are not there.
    NewVersion,
}

/// Which integrations are active afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ActivateName {
    /// Those that are in the source.
    AsInSource,
    /// All that are moved.
    All,
    /// None of those that are moved.
    None,
}

/// Which schedules run afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchedulesName {
    /// Those that run in the source.
    AsInSource,
    /// All of integrations that are active.
    Start,
    /// None.
    Stop,
    /// What had to be stopped stays stopped.
    LeaveStopped,
}

/// Which values connections have afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConnectionsName {
    /// Those of the destination.
    Keep,
    /// Those of the source, all but secrets.
    FromSource,
}

/// A waybill to read.
#[derive(Debug, Args)]
pub struct Show {
    /// The file of a waybill, or the number of one of this computer (`WB-0001`).
    pub waybill: String,
    /// Write it as a page too.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// A waybill to agree to.
#[derive(Debug, Args)]
pub struct SignOff {
    /// The file of a waybill, or the number of one of this computer (`WB-0001`).
    pub waybill: String,
    /// Who agrees.
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// A waybill to run, or what to do with runs.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub struct Run {
    /// What to do with runs.
    #[command(subcommand)]
    pub verb: Option<RunVerb>,
    #[command(flatten)]
    pub waybill: RunWaybill,
}

/// A waybill to run, and who agreed to what.
#[derive(Debug, Args)]
pub struct RunWaybill {
    /// The file of a waybill, or the number of one of this computer (`WB-0001`).
    #[arg(value_name = "WAYBILL")]
    pub waybill: Option<String>,
    #[command(flatten)]
    pub agreed: Agreed,
    /// The folder with its archives, where it was planned on another computer.
    #[arg(long, value_name = "DIR")]
    pub archives: Option<PathBuf>,
    /// Look at the destination, print what would be done and what stands against it, and do nothing.
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
}

/// Who agreed to what.
#[derive(Debug, Args)]
pub struct Agreed {
    /// The warnings of this rule were read. Repeatable.
    #[arg(long, value_name = "RULE", num_args = 1..)]
    pub acknowledge: Vec<String>,
    /// Run it without asking.
    #[arg(long)]
    pub yes: bool,
    /// The name of the destination: needed for Production.
    #[arg(long, value_name = "NAME")]
    pub instance_name: Option<String>,
    /// Read the destination's own secret from standard input instead of the place for secrets.
    #[arg(long)]
    pub secret_stdin: bool,
}

/// A run to go on with.
#[derive(Debug, Args)]
pub struct GoOn {
    /// Its id, or `latest` for the newest run of a waybill.
    pub run: String,
    /// The name of the destination: needed where a waybill runs in Production.
    #[arg(long, value_name = "NAME")]
    pub instance_name: Option<String>,
}

/// A run to take back.
#[derive(Debug, Args)]
pub struct Rollback {
    /// Its id, or `latest` for the newest run of a waybill.
    pub run: String,
    /// Only these artifacts, by id.
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub only: Vec<String>,
    /// Where to save the waybill of the way back (JSON).
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Run it too.
    #[arg(long = "run")]
    pub run_it: bool,
    #[command(flatten)]
    pub agreed: Agreed,
}

/// A report to read or to save.
#[derive(Debug, Args)]
pub struct Report {
    /// The run's id, or `latest` for the newest run of a waybill.
    pub run: String,
    /// Save it: as a page (`.html`), for programs (`.json`) or for a spreadsheet (`.csv`), by the
    /// ending of the file. Repeatable.
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,
}

/// What to do with the place for secrets.
#[derive(Debug, Subcommand)]
pub enum SecretsVerb {
    /// How it stands.
    Status,
    /// Choose where secrets lie, for all programs of this user.
    Choose {
        /// The place.
        place: crate::arguments::StoreName,
    },
    /// Keep a secret that a connection takes in a destination: it is read from standard input.
    Set {
        /// The destination, by its name.
        #[arg(long, value_name = "INSTANCE")]
        to: String,
        /// The connection, by its code or id; or a certificate, by its id.
        #[arg(long, value_name = "CODE")]
        connection: String,
        /// The name of the property.
        #[arg(long, value_name = "PROPERTY")]
        name: String,
    },
}
