//! The arguments of `waybill word`.

use clap::{Args, Subcommand, ValueEnum};

/// What to do about word.
#[derive(Debug, Subcommand)]
pub enum WordVerb {
    /// Show where word goes, what lasts, and what waits to be sent.
    Show,
    /// Set where word goes. What is not named stays as it is.
    Set(Box<WordSet>),
    /// Send a test message and tell each stage: address, TLS, sign-in, accepted. Ends with 1 where it was not taken.
    Test {
        /// `mail`, or the name of a webhook.
        way: String,
    },
    /// Show what was said and what is on its way, newest first.
    Log {
        /// So many lines.
        #[arg(long, default_value_t = 30, value_name = "NUMBER")]
        limit: u32,
    },
}

/// How much something matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SeverityName {
    /// Worth knowing.
    Info,
    /// Something is missing.
    Warning,
    /// Something failed.
    Failure,
}

/// How a mail server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SecurityName {
    /// TLS from the first byte; usually port 465.
    Tls,
    /// TLS after a greeting; usually port 587.
    Starttls,
    /// None: for a server on this computer alone.
    None,
}

/// What is at the other end of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HookKindName {
    /// Slack, and what takes its form.
    Slack,
    /// Microsoft Teams.
    Teams,
    /// A program of one's own.
    Json,
}

/// Where word goes.
#[derive(Debug, Args)]
pub struct WordSet {
    /// The mail server.
    #[arg(long, value_name = "HOST")]
    pub mail_host: Option<String>,
    /// Its port. Without it: 465 for TLS, 587 for STARTTLS, 25 for none.
    #[arg(long, value_name = "PORT")]
    pub mail_port: Option<u16>,
    /// How it is spoken to.
    #[arg(long, value_enum, value_name = "HOW")]
    pub mail_security: Option<SecurityName>,
    /// Who signs in at the mail server; an empty one for nobody.
    #[arg(long, value_name = "USER")]
    pub mail_user: Option<String>,
    /// Take the password for the mail server: asked for, or the next line of standard input.
    #[arg(long)]
    pub mail_password: bool,
    /// The sender.
    #[arg(long, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// An administrator; can be given again. Those before are replaced.
    #[arg(long, value_name = "ADDRESS")]
    pub mail_to: Vec<String>,
    /// From how much on administrators are told.
    #[arg(long, value_enum, value_name = "HOW MUCH")]
    pub mail_severity: Option<SeverityName>,
    /// No mail any more.
    #[arg(long, conflicts_with_all = ["mail_host", "mail_to", "mail_from"])]
    pub no_mail: bool,
    /// Make or change the webhook with this name. Its address is a secret: asked for, or the next line of standard
    /// input.
    #[arg(long, value_name = "NAME")]
    pub hook: Option<String>,
    /// What is at its other end.
    #[arg(long, value_enum, value_name = "KIND", requires = "hook")]
    pub hook_kind: Option<HookKindName>,
    /// From how much on it is told.
    #[arg(long, value_enum, value_name = "HOW MUCH", requires = "hook")]
    pub hook_severity: Option<SeverityName>,
    /// Keep the address of the webhook that is there.
    #[arg(long, requires = "hook")]
    pub hook_keep_address: bool,
    /// Take the webhook with this name away.
    #[arg(long, value_name = "NAME")]
    pub no_hook: Option<String>,
    /// Tell owners of artifacts by mail what failed of theirs: `on` or `off`.
    #[arg(long, value_name = "ON|OFF", value_parser = ["on", "off"])]
    pub owners: Option<String>,
    /// Where word for an owner goes: WHO=ADDRESS; `*` stands for anything, or for the name itself. Can be given again.
    /// Those before are replaced.
    #[arg(long, value_name = "WHO=ADDRESS")]
    pub owner: Vec<String>,
    /// A summary: `off`, `daily HH:MM`, or a day of the week and a time, as in `mon 07:00`.
    #[arg(long, value_name = "WHEN")]
    pub digest: Option<String>,
    /// A file with further certificates to trust; an empty one for none.
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<String>,
}
