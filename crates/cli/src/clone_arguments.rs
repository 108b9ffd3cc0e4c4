//! The arguments of `waybill clone`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What to do with instances as a whole.
#[derive(Debug, Subcommand)]
pub enum CloneVerb {
    /// Clone an instance into another one: export, find the archive, import, compare, and list what did not come
    /// along. Ends with 3 where something did not.
    Into {
        /// The instance that is exported.
        source: String,
        /// The instance that it is imported into: the same or a newer generation.
        destination: String,
        #[command(flatten)]
        through: Through,
        #[command(flatten)]
        import: Importing,
        #[command(flatten)]
        job: Job,
        #[command(flatten)]
        agreed: CloneAgreed,
    },
    /// Export instances as a whole into a container. Several are exported one after the other.
    Export {
        /// The instances.
        #[arg(required = true)]
        instances: Vec<String>,
        #[command(flatten)]
        through: Through,
        #[command(flatten)]
        job: Job,
        #[command(flatten)]
        agreed: CloneAgreed,
    },
    /// Import an archive that lies in a container.
    Import {
        /// The name of the archive, ending included.
        archive: String,
        /// The instance that imports it.
        destination: String,
        /// The instance that it came from: both are compared afterwards.
        #[arg(long, value_name = "INSTANCE")]
        from: Option<String>,
        #[command(flatten)]
        through: Through,
        #[command(flatten)]
        import: Importing,
        #[command(flatten)]
        agreed: CloneAgreed,
    },
    /// Show how a clone stands: its jobs with their components, and what is left to see to.
    Show {
        /// The run; `latest` is the newest.
        #[arg(default_value = "latest")]
        run: String,
    },
    /// Sign off something that was left to see to.
    SignOff {
        /// The run; `latest` is the newest.
        run: String,
        /// Its key, as `clone show` tells it.
        key: String,
        /// Who saw to it.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// What was done about it.
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
        /// Take the sign-off back.
        #[arg(long, conflicts_with = "by")]
        undo: bool,
    },
    /// List what lies in a container.
    Archives {
        #[command(flatten)]
        through: Through,
    },
    /// Add a container: its address is built from region and namespace. Secret: the auth token of the user, through
    /// standard input or asked for.
    Container(Box<NewContainer>),
}

/// The container.
#[derive(Debug, Args)]
pub struct Through {
    /// The container: a target of the kind Swift or upload address, by name or id.
    #[arg(long, value_name = "TARGET")]
    pub container: String,
}

/// How it is imported.
#[derive(Debug, Args)]
pub struct Importing {
    /// What happens to the integrations that are imported.
    #[arg(long, value_enum, value_name = "MODE", default_value_t = CloneModeName::ImportOnly)]
    pub mode: CloneModeName,
    /// Remove the archive from the container once it is imported.
    #[arg(long)]
    pub remove_archive: bool,
    /// Certificates, and credentials of connections, come along. The archive then holds them.
    #[arg(long)]
    pub with_secrets: bool,
}

/// The job of an export.
#[derive(Debug, Args)]
pub struct Job {
    /// The name of the job and, in Oracle Integration 3, of the archive; the service takes a name once.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Write over an archive of that name.
    #[arg(long)]
    pub overwrite: bool,
}

/// What is agreed to before it begins.
#[derive(Debug, Args)]
pub struct CloneAgreed {
    /// What the archive holds, and that an import is not taken back, was read.
    #[arg(long)]
    pub yes: bool,
    /// The name of the destination, where it is Production.
    #[arg(long, value_name = "NAME")]
    pub instance_name: Option<String>,
    /// Show what would be done, and send nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// What happens to the integrations that are imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CloneModeName {
    /// They stay inactive.
    ImportOnly,
    /// They are activated where they were active.
    ImportActivate,
    /// Those that an earlier import brought are activated.
    ActivateOnly,
}

/// A container to keep.
#[derive(Debug, Args)]
pub struct NewContainer {
    /// What to call it.
    pub name: String,
    /// The region of the cloud: `eu-frankfurt-1`.
    #[arg(long, required_unless_present = "address")]
    pub region: Option<String>,
    /// The namespace of object storage.
    #[arg(long, required_unless_present = "address")]
    pub namespace: Option<String>,
    /// The storage address in place of region and namespace.
    #[arg(long, value_name = "URL")]
    pub address: Option<String>,
    /// The container, which the console of the cloud calls bucket. It is made where there is none.
    #[arg(long, value_name = "NAME")]
    pub bucket: String,
    /// The user, with the domain where there is one.
    #[arg(long)]
    pub user: String,
    /// Read the auth token from standard input.
    #[arg(long)]
    pub token_stdin: bool,
    /// A file of certificates (PEM) that are trusted beside those of the system.
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
}
