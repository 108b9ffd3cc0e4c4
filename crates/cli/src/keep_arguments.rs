//! The arguments of `waybill forget`, `waybill keep` and `waybill verify`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use waybill_app::view::KeepRulesView;

/// How many snapshots stay. What is not given keeps none by itself.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct KeepCounts {
    /// Keep the last N snapshots.
    #[arg(long = "keep-last", value_name = "N")]
    pub last: Option<u32>,
    /// Keep the newest of each of the last N hours that have one.
    #[arg(long = "keep-hourly", value_name = "N")]
    pub hourly: Option<u32>,
    /// Keep the newest of each of the last N days that have one.
    #[arg(long = "keep-daily", value_name = "N")]
    pub daily: Option<u32>,
    /// Keep the newest of each of the last N weeks that have one.
    #[arg(long = "keep-weekly", value_name = "N")]
    pub weekly: Option<u32>,
    /// Keep the newest of each of the last N months that have one.
    #[arg(long = "keep-monthly", value_name = "N")]
    pub monthly: Option<u32>,
    /// Keep the newest of each of the last N years that have one.
    #[arg(long = "keep-yearly", value_name = "N")]
    pub yearly: Option<u32>,
}

impl KeepCounts {
    /// The rules; none where nothing was given.
    pub fn rules(self) -> Option<KeepRulesView> {
        let rules = KeepRulesView {
            last: self.last,
            hourly: self.hourly,
            daily: self.daily,
            weekly: self.weekly,
            monthly: self.monthly,
            yearly: self.yearly,
        };
        (rules != KeepRulesView::default()).then_some(rules)
    }
}

/// Snapshots to let go.
#[derive(Debug, Args)]
pub struct Forget {
    /// Show what would go and what stays, with the reasons; remove nothing. The same as without it.
    #[arg(long, conflicts_with = "apply")]
    pub dry_run: bool,
    /// Remove what would go, and give back its room.
    #[arg(long)]
    pub apply: bool,
    /// Of this instance alone.
    #[arg(long, value_name = "NAME")]
    pub instance: Option<String>,
    /// Rules for this time, instead of the saved ones.
    #[command(flatten)]
    pub counts: KeepCounts,
    /// Remove without asking.
    #[arg(long, requires = "apply")]
    pub yes: bool,
}

/// What to do with keep rules.
#[derive(Debug, Subcommand)]
pub enum KeepVerb {
    /// Show the saved rules.
    Show,
    /// Save rules, which are followed after each scheduled backup. Shows what they would remove now.
    Set(KeepSet),
    /// Mark a snapshot to stay whatever the rules say.
    Mark {
        /// Its id, or the beginning of it, or `latest`.
        id: String,
        /// Why, such as `Before go-live`.
        #[arg(long = "as", value_name = "NAME")]
        name: String,
    },
    /// Take that mark away.
    Unmark {
        /// Its id, or the beginning of it.
        id: String,
    },
}

/// Rules to save.
#[derive(Debug, Args)]
pub struct KeepSet {
    /// For this instance alone, instead of for all that have no rules of their own.
    #[arg(long, value_name = "NAME")]
    pub instance: Option<String>,
    /// The rules. Those that are not given are not set.
    #[command(flatten)]
    pub counts: KeepCounts,
    /// Set no rule: every snapshot stays.
    #[arg(long)]
    pub keep_all: bool,
    /// Take the instance's own rules away, so that those for all hold again.
    #[arg(long, requires = "instance", conflicts_with = "keep_all")]
    pub as_all: bool,
    /// Save without asking.
    #[arg(long)]
    pub yes: bool,
}

/// A form of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EvidenceForm {
    /// A page.
    Html,
    /// JSON.
    Json,
}

/// Proof that backups can be had back.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").args(["all", "part", "snapshot", "restore", "mend", "list", "save"])))]
pub struct Verify {
    /// Read all data of the vault. The same as without it.
    #[arg(long)]
    pub all: bool,
    /// Read one part of thirty, from 1 to 30, or `N/M` for part N of M.
    #[arg(long, value_name = "N")]
    pub part: Option<String>,
    /// Read one snapshot back and compare each file with its manifest: its id, or `latest`.
    #[arg(long, value_name = "ID")]
    pub snapshot: Option<String>,
    /// Restore artifacts of a snapshot, and compare what arrived.
    #[arg(long)]
    pub restore: bool,
    /// The snapshot to restore. Without it: the newest complete one, of one instance after the other.
    #[arg(long, value_name = "ID", requires = "restore")]
    pub of: Option<String>,
    /// Restore into this practice or scratch instance; without it, into a folder that is removed afterwards.
    #[arg(long, value_name = "INSTANCE", requires = "restore")]
    pub into: Option<String>,
    /// Restore so many artifacts; all without it.
    #[arg(long, value_name = "N", requires = "restore")]
    pub artifacts: Option<u32>,
    /// Put damage right from here: the folder of another copy of the vault, any folder with restored files,
    /// `target:NAME`, or `targets` for the copies at all of them.
    #[arg(long, value_name = "FROM")]
    pub mend: Option<String>,
    /// Read the password of that other vault from standard input.
    #[arg(long, requires = "mend")]
    pub from_password_stdin: bool,
    /// List past proofs.
    #[arg(long)]
    pub list: bool,
    /// Save past proofs as evidence.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// The form of `--save`.
    #[arg(long, value_enum, default_value = "html", requires = "save")]
    pub form: EvidenceForm,
}
