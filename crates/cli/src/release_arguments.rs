//! The arguments of releases, and of projects with their deployments.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::change_arguments::ChangeTo;
use crate::move_arguments::Agreed;

/// What to do with releases.
#[derive(Debug, Subcommand)]
pub enum ReleaseVerb {
    /// Begin a release and bring it on until it can be promoted: make its deployment, export it, look it through,
    /// push it. Ends with 3 where something was found that has to be read first.
    New(Box<ReleaseNew>),
    /// Bring a release on from where it is: after reading its warnings, or after a failure.
    GoOn(ReleaseGoOn),
    /// Promote a release to an instance: prepare its waybill, and with `--yes` run it.
    Promote(Box<Promote>),
    /// Take a promotion back: the instance as it was before. With `--yes` it is run.
    TakeBack(TakeBack),
    /// List the releases, newest first.
    List,
    /// Show one release: what is in it, what was found, where it is.
    Show {
        /// Its number, `RL-0001`.
        release: String,
    },
    /// Which build of each project is in which instance.
    Where {
        /// Of this project alone, by its code.
        #[arg(long, value_name = "CODE")]
        project: Option<String>,
    },
    /// Give a release up. What it brought to instances and to Git stays.
    GiveUp {
        /// Its number, `RL-0001`.
        release: String,
    },
}

/// A release to begin.
#[derive(Debug, Args)]
pub struct ReleaseNew {
    /// The instance that it comes from, by its name.
    #[arg(long, value_name = "INSTANCE")]
    pub from: String,
    /// The project, by its code.
    #[arg(long, value_name = "CODE")]
    pub project: String,
    /// The number of the build, such as that of the pipeline. Without it: the next one of the project.
    #[arg(long, value_name = "N")]
    pub build: Option<u64>,
    /// The code of the deployment. With `--select` it is made or changed, without it has to be there. Without
    /// either, one is made of the whole project.
    #[arg(long, value_name = "CODE")]
    pub deployment: Option<String>,
    /// These integrations of the project, as `CODE|VERSION`.
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub select: Vec<String>,
    /// What to call it.
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// What changed, for the commit.
    #[arg(long, short, value_name = "TEXT")]
    pub message: Option<String>,
    /// The Git target that it is pushed to.
    #[arg(long, value_name = "TARGET")]
    pub git: Option<String>,
    /// The folder in the repository; `<project>` stands for the project.
    #[arg(long, value_name = "PATTERN", requires = "git")]
    pub folder: Option<String>,
    /// The tag; `<project>` and `<build>` stand for what they say.
    #[arg(long, value_name = "PATTERN", requires = "git")]
    pub tag: Option<String>,
    /// The instances that it goes through, in this order.
    #[arg(long, value_name = "INSTANCE", num_args = 1..)]
    pub route: Vec<String>,
    /// Do not promote it where the project is there already.
    #[arg(long)]
    pub stop_if_there: bool,
    #[command(flatten)]
    pub read: ReleaseRead,
}

/// A release to bring on.
#[derive(Debug, Args)]
pub struct ReleaseGoOn {
    /// Its number, `RL-0001`.
    pub release: String,
    #[command(flatten)]
    pub read: ReleaseRead,
}

/// What was read, and the secret of the instance.
#[derive(Debug, Args)]
pub struct ReleaseRead {
    /// The warnings of this rule about the archive were read. Repeatable.
    #[arg(long, value_name = "RULE", num_args = 1..)]
    pub acknowledge: Vec<String>,
    /// Read the secret of the instance that it comes from from standard input.
    #[arg(long)]
    pub secret_stdin: bool,
}

/// A release to promote.
#[derive(Debug, Args)]
pub struct Promote {
    /// Its number, `RL-0001`.
    pub release: String,
    /// The instance that it goes to, by its name. Without it: the next of its route.
    #[arg(long, value_name = "INSTANCE")]
    pub to: Option<String>,
    /// Who agrees that it goes there: needed from the second instance of its route on.
    #[arg(long, value_name = "NAME")]
    pub approved_by: Option<String>,
    /// The values that connections, lookups and schedules take there. Without it, those of the last move there.
    #[arg(long, value_name = "FILE")]
    pub bindings: Option<PathBuf>,
    /// A value of a connection there that is no secret. Repeatable.
    #[arg(long = "value", value_name = "CONNECTION,NAME=VALUE")]
    pub values: Vec<String>,
    /// A file that goes into a connection: a wallet, a key, a definition. Repeatable.
    #[arg(long, value_name = "CONNECTION,NAME=FILE")]
    pub attach: Vec<String>,
    /// Where the run does not end well, take it back at once.
    #[arg(long, requires = "yes")]
    pub roll_back: bool,
    /// Save the report: as a page (`.html`), for programs (`.json`) or for a spreadsheet (`.csv`). Repeatable.
    #[arg(long, short, value_name = "FILE", requires = "yes")]
    pub output: Vec<PathBuf>,
    #[command(flatten)]
    pub agreed: Agreed,
}

/// A promotion to take back.
#[derive(Debug, Args)]
pub struct TakeBack {
    /// The release, `RL-0001`.
    pub release: String,
    /// The instance, by its name. Without it: the one that it was promoted to last.
    #[arg(long, value_name = "INSTANCE")]
    pub from: Option<String>,
    #[command(flatten)]
    pub agreed: Agreed,
}

/// What to do with projects.
#[derive(Debug, Subcommand)]
pub enum ProjectVerb {
    /// List the projects of a place: `instance:NAME`, `snapshot:ID` or `file:PATH`.
    List {
        /// The place.
        place: String,
        /// Take the lists of an instance as they were last read.
        #[arg(long)]
        cached: bool,
    },
    /// Copy integrations into a project.
    Copy {
        #[command(flatten)]
        to: ChangeTo,
        /// The integrations of one other project, as `PROJECT/integration:CODE|VERSION`.
        #[arg(long, value_name = "ID", num_args = 1.., required = true)]
        select: Vec<String>,
    },
}

/// What to do with deployments.
#[derive(Debug, Subcommand)]
pub enum DeploymentVerb {
    /// List the deployments of a place, and how they stand against their projects now.
    List {
        /// `instance:NAME`, `snapshot:ID` or `file:PATH`.
        place: String,
        /// Of this project alone, by its code.
        #[arg(long, value_name = "CODE")]
        project: Option<String>,
        /// Take the lists of an instance as they were last read.
        #[arg(long)]
        cached: bool,
    },
    /// Make a deployment.
    Create {
        #[command(flatten)]
        of: DeploymentOf,
    },
    /// Set what a deployment holds.
    Update {
        #[command(flatten)]
        of: DeploymentOf,
    },
    /// Lay what a deployment names beside the same in another place. Ends with 5 where something differs.
    Compare {
        /// The instance that has the deployment, by its name.
        instance: String,
        /// The deployment, as `PROJECT/CODE`.
        deployment: String,
        /// The other place.
        with: String,
    },
}

/// A deployment, and what it is to hold.
#[derive(Debug, Args)]
pub struct DeploymentOf {
    #[command(flatten)]
    pub to: ChangeTo,
    /// What to call it; its code otherwise.
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// What it is for.
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// The integrations of the project, as `CODE|VERSION`.
    #[arg(long, value_name = "ID", num_args = 0..)]
    pub select: Vec<String>,
}
