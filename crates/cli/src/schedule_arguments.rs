//! The arguments of `waybill schedule`.

use clap::{Args, Subcommand, ValueEnum};

/// What to do with schedules.
#[derive(Debug, Subcommand)]
pub enum ScheduleVerb {
    /// List the schedules: when, what comes next, how the last times went.
    List {
        /// Of this instance alone.
        instance: Option<String>,
    },
    /// Make a schedule for an instance, or change one.
    Set(Box<ScheduleSet>),
    /// Turn a schedule on.
    On {
        /// Its id, as `schedule list` shows it.
        id: String,
    },
    /// Turn a schedule off. It stays.
    Off {
        /// Its id.
        id: String,
    },
    /// Forget a schedule. Snapshots stay.
    Remove {
        /// Its id.
        id: String,
    },
    /// Look once: make the backups that are due and wait for their end. Timers of the system call this; it is safe
    /// to call it as often as one likes, from several programs at once. Ends with 3 where one has gaps.
    Run,
    /// Have this computer look by itself, also while nobody has the window open: writes a systemd user timer, a
    /// launchd agent, or a task of Windows.
    Install {
        /// Print what would be written, and write nothing.
        #[arg(long)]
        print: bool,
    },
    /// Take that away again. Schedules stay.
    Uninstall,
    /// Whether this computer looks by itself.
    Status,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DayName {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

/// A schedule to make or change.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("rhythm").required(true).args(["hourly", "daily", "weekly", "cron"])))]
pub struct ScheduleSet {
    /// The instance's name.
    pub instance: String,
    /// Change this schedule instead of making one.
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// Each hour at this minute.
    #[arg(long, value_name = "MINUTE")]
    pub hourly: Option<u8>,
    /// Each day at this time.
    #[arg(long, value_name = "HH:MM")]
    pub daily: Option<String>,
    /// On these days, at the time of `--at`.
    #[arg(
        long,
        value_name = "DAYS",
        value_enum,
        value_delimiter = ',',
        requires = "at"
    )]
    pub weekly: Vec<DayName>,
    /// The time of `--weekly`.
    #[arg(long, value_name = "HH:MM", requires = "weekly")]
    pub at: Option<String>,
    /// As a line of cron says, such as `30 5 * * 1-5`.
    #[arg(long, value_name = "LINE")]
    pub cron: Option<String>,
    /// The time zone, such as `Europe/Vienna`. Without it: that of this computer.
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Only this artifact, as `waybill artifacts` shows it; can be given again. A project stands for all in it.
    #[arg(long, value_name = "ARTIFACT")]
    pub only: Vec<String>,
    /// Only artifacts of this kind (`integration`, `connection`, …); can be given again.
    #[arg(long = "kind", value_name = "KIND", conflicts_with = "only")]
    pub kinds: Vec<String>,
    /// Do not make up for a time that passed while the computer was off.
    #[arg(long)]
    pub no_catch_up: bool,
    /// Also while the computer runs on its battery.
    #[arg(long)]
    pub on_battery: bool,
}
