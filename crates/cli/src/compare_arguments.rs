//! The arguments of `compare` and `drift`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Two places that are laid side by side.
#[derive(Debug, Args)]
pub struct Compare {
    /// The left place: `instance:NAME`, `snapshot:ID`, `snapshot:latest:NAME` or `file:PATH`; also the
    /// name of an instance, or a path.
    pub left: String,
    /// The right place.
    pub right: String,
    /// The difference of one artifact alone: its id; a second one, if the right artifact has another.
    #[arg(long, value_name = "ID", num_args = 1..=2, conflicts_with = "html")]
    pub artifact: Vec<String>,
    #[command(flatten)]
    pub shown: Shown,
    /// Read the lists of instances anew.
    #[arg(long)]
    pub refresh: bool,
}

/// What changed in an instance since its last complete backup; with one of `--history`, `--since`, `--artifact`,
/// `--outside`: what changed from each backup to the next, and by whom.
#[derive(Debug, Args)]
pub struct Drift {
    /// The instance's name. Without it: the history of all instances.
    pub instance: Option<String>,
    /// What changed from each backup to the next.
    #[arg(long, conflicts_with_all = ["cached", "details", "html", "only"])]
    pub history: bool,
    /// Only backups from this day or time on, such as `2026-11-21`.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["cached", "details", "html", "only"])]
    pub since: Option<String>,
    /// Only this artifact, as `waybill artifacts` shows it.
    #[arg(long, value_name = "ARTIFACT", conflicts_with_all = ["cached", "details", "html", "only"])]
    pub artifact: Option<String>,
    /// Only what was not done by Waybill.
    #[arg(long, conflicts_with_all = ["cached", "details", "html", "only"])]
    pub outside: bool,
    #[command(flatten)]
    pub shown: Shown,
    /// Take the lists of the instance as they were last read.
    #[arg(long)]
    pub cached: bool,
}

/// What of a comparison is shown.
#[derive(Debug, Args)]
pub struct Shown {
    /// Only artifacts that stand like this. Without it: all but those that are the same.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WORD")]
    pub only: Vec<VerdictName>,
    /// Show all that differs in each artifact, with the values of both.
    #[arg(long)]
    pub details: bool,
    /// Write all of it as a page too, with every difference explained.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// End with 0 where something differs, too.
    #[arg(long)]
    pub exit_zero: bool,
}

/// How an artifact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum VerdictName {
    /// Its design differs.
    Different,
    /// It is in the left place alone.
    OnlyLeft,
    /// It is in the right place alone.
    OnlyRight,
    /// Only addresses, users, zones differ.
    Environment,
    /// It means the same in both.
    Same,
    /// It could not be compared.
    NotCompared,
}
