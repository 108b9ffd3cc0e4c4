//! The arguments of `waybill change` and `waybill audit`.

use clap::{Args, Subcommand, ValueEnum};

/// One change of one artifact.
#[derive(Debug, Subcommand)]
pub enum ChangeVerb {
    /// Activate a version of an integration.
    Activate {
        #[command(flatten)]
        to: ChangeTo,
        /// The tracing level from then on.
        #[arg(long, value_enum, value_name = "LEVEL")]
        tracing: Option<TracingName>,
    },
    /// Deactivate a version of an integration.
    Deactivate {
        #[command(flatten)]
        to: ChangeTo,
        /// Stop its schedule first.
        #[arg(long)]
        stop_schedule: bool,
    },
    /// Set the tracing level of an integration.
    Tracing {
        #[command(flatten)]
        to: ChangeTo,
        /// The level.
        #[arg(value_enum)]
        level: TracingName,
    },
    /// Let the service test a connection.
    TestConnection {
        #[command(flatten)]
        to: ChangeTo,
    },
    /// Set values of a connection.
    SetValues {
        #[command(flatten)]
        to: ChangeTo,
        /// A new value that is no secret; an empty one clears it. Repeatable.
        #[arg(long = "value", value_name = "NAME=VALUE")]
        values: Vec<String>,
        /// Read new secrets from standard input, a line `NAME=VALUE` each, after all other lines.
        #[arg(long)]
        secret_values_stdin: bool,
        /// Another security policy.
        #[arg(long, value_name = "POLICY")]
        security_policy: Option<String>,
        /// Another agent group; an empty one takes it away.
        #[arg(long, value_name = "ID")]
        agent_group: Option<String>,
    },
    /// Start the schedule of an integration.
    StartSchedule {
        #[command(flatten)]
        to: ChangeTo,
    },
    /// Stop the schedule of an integration, and its runs under way.
    StopSchedule {
        #[command(flatten)]
        to: ChangeTo,
    },
    /// Pause the schedule of an integration; runs under way end by themselves.
    PauseSchedule {
        #[command(flatten)]
        to: ChangeTo,
    },
    /// Let a paused schedule go on.
    ResumeSchedule {
        #[command(flatten)]
        to: ChangeTo,
    },
    /// Run a scheduled integration once, now.
    RunNow {
        #[command(flatten)]
        to: ChangeTo,
    },
    /// Delete an integration, connection, lookup, library, package or certificate.
    Delete {
        #[command(flatten)]
        to: ChangeTo,
    },
}

/// What is changed, and who agreed to it.
#[derive(Debug, Args)]
pub struct ChangeTo {
    /// The instance's name.
    pub instance: String,
    /// The artifact's id (`integration:CODE|VERSION`, `PROJECT/connection:CODE`, …).
    pub id: String,
    /// Print what would be done and what stands against it, and do nothing.
    #[arg(long)]
    pub plan: bool,
    /// Do it without asking.
    #[arg(long, conflicts_with = "plan")]
    pub yes: bool,
    /// The name of what is deleted, typed once more.
    #[arg(long, value_name = "NAME")]
    pub type_name: Option<String>,
    /// Read the instance's secret from standard input instead of the place for secrets.
    #[arg(long)]
    pub secret_stdin: bool,
}

/// The tracing levels of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TracingName {
    /// As little as possible.
    Production,
    /// The steps, without payloads.
    Audit,
    /// The steps with payloads.
    Debug,
}

/// What to do with the audit log.
#[derive(Debug, Subcommand)]
pub enum AuditVerb {
    /// List what was done, newest first.
    List {
        /// In this instance alone.
        #[arg(long, value_name = "NAME")]
        instance: Option<String>,
        /// At most so many entries.
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
    },
    /// Check that no entry was changed, removed or put in between.
    Check,
}
