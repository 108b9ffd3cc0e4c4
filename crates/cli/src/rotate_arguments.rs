//! The arguments of `waybill rotate`.

use clap::{Args, Subcommand};

/// Another password or address for connections that integrations use.
#[derive(Debug, Subcommand)]
pub enum RotateVerb {
    /// Show what it would touch: the connections, and the integrations that use them.
    Look(RotateLook),
    /// Plan the waybill: schedules stopped, integrations deactivated, values set, tested, all of it
    /// activated and started again. `waybill run` carries it out.
    Plan(RotatePlan),
}

/// Which connections.
#[derive(Debug, Args)]
pub struct RotateLook {
    /// The instance, by its name.
    #[arg(value_name = "INSTANCE")]
    pub instance: String,
    /// This connection, by its code or id. Repeatable.
    #[arg(long = "connection", value_name = "CONNECTION")]
    pub connections: Vec<String>,
    /// All connections in whose values this host, address or user stands.
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
}

/// What they get.
#[derive(Debug, Args)]
pub struct RotatePlan {
    /// The instance, by its name.
    #[arg(value_name = "INSTANCE")]
    pub instance: String,
    /// This connection, by its code or id. Repeatable.
    #[arg(long = "connection", value_name = "CONNECTION")]
    pub connections: Vec<String>,
    /// All connections in whose values this host, address or user stands; needs `--with`.
    #[arg(long, value_name = "TEXT", requires = "with")]
    pub replace: Option<String>,
    /// What stands in its place from then on.
    #[arg(long, value_name = "TEXT", requires = "replace")]
    pub with: Option<String>,
    /// A value that all of them get and that is no secret. Repeatable.
    #[arg(long = "value", value_name = "NAME=VALUE")]
    pub values: Vec<String>,
    /// A secret that all of them get, by its name (`password`); it is asked for. Repeatable.
    #[arg(long = "secret", value_name = "NAME")]
    pub secrets: Vec<String>,
    /// Read the secrets from standard input, a line each, in the order of `--secret`.
    #[arg(long, requires = "secrets")]
    pub secrets_stdin: bool,
    /// Let integrations go on running: they may keep the old values until they are activated again.
    #[arg(long)]
    pub leave_running: bool,
    /// What it is for.
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
}
