//! The arguments of `waybill access` and `waybill roles`.

use clap::{ArgGroup, Args, Subcommand};

/// Who may do what in projects.
#[derive(Debug, Subcommand)]
pub enum AccessVerb {
    /// Show who may do what in a project.
    Show {
        /// Where: `instance:NAME`, `snapshot:ID`.
        #[arg(value_name = "PLACE")]
        place: String,
        /// The project, by its code.
        #[arg(long, value_name = "CODE")]
        project: String,
    },
    /// Lay the access lists of a project in two places side by side. Ends with 5 where they differ.
    Compare(AccessCompare),
    /// Plan a waybill that gives projects of an instance the access lists of another place. It says who is
    /// meant in the destination and who is not let in; `waybill run` carries it out.
    Copy(AccessCopyArguments),
    /// Show or say who is whom in the identity domain of another instance.
    People(People),
}

/// Two access lists.
#[derive(Debug, Args)]
pub struct AccessCompare {
    /// The first place: `instance:NAME`, `snapshot:ID`.
    #[arg(value_name = "PLACE")]
    pub left: String,
    /// The second place.
    #[arg(value_name = "PLACE")]
    pub right: String,
    /// The project, by its code.
    #[arg(long, value_name = "CODE")]
    pub project: String,
    /// Its code in the second place, where that is another one.
    #[arg(long, value_name = "CODE")]
    pub other: Option<String>,
    /// End with 0 though they differ.
    #[arg(long)]
    pub exit_zero: bool,
}

/// Access lists to copy.
#[derive(Debug, Args)]
pub struct AccessCopyArguments {
    /// From where: `instance:NAME`, `snapshot:ID`.
    #[arg(long, value_name = "PLACE")]
    pub from: String,
    /// To which instance, by its name.
    #[arg(long, value_name = "INSTANCE")]
    pub to: String,
    /// This project, by its code; all that both have where none is named. Repeatable.
    #[arg(long = "project", value_name = "CODE")]
    pub projects: Vec<String>,
}

/// Who is whom.
#[derive(Debug, Args)]
pub struct People {
    /// The instance where the access lists come from, by its name.
    #[arg(long, value_name = "INSTANCE")]
    pub from: String,
    /// The instance where they go, by its name.
    #[arg(long, value_name = "INSTANCE")]
    pub to: String,
    /// This user is that one: `ann@old.example=ann@new.example`. Repeatable.
    #[arg(long, value_name = "FROM=TO")]
    pub user: Vec<String>,
    /// This group is that one. Repeatable.
    #[arg(long, value_name = "FROM=TO")]
    pub group: Vec<String>,
    /// This user gets no access in the destination. Repeatable.
    #[arg(long, value_name = "NAME")]
    pub leave_out_user: Vec<String>,
    /// This group gets no access in the destination. Repeatable.
    #[arg(long, value_name = "NAME")]
    pub leave_out_group: Vec<String>,
    /// Forget what was said about this user or group. Repeatable.
    #[arg(long, value_name = "NAME")]
    pub forget: Vec<String>,
}

impl People {
    /// Whether something is said, rather than asked.
    pub fn says(&self) -> bool {
        let said = [
            &self.user,
            &self.group,
            &self.leave_out_user,
            &self.leave_out_group,
            &self.forget,
        ];
        said.into_iter().any(|all| !all.is_empty())
    }
}

/// Service roles.
#[derive(Debug, Subcommand)]
pub enum RolesVerb {
    /// Show who has which service role of an instance.
    Show {
        /// The instance, by its name.
        #[arg(value_name = "INSTANCE")]
        instance: String,
        /// Of this role alone: `ServiceDeveloper`.
        #[arg(long, value_name = "ROLE")]
        role: Option<String>,
    },
    /// Lay the service roles of two instances side by side. Ends with 5 where they differ.
    Compare {
        /// The first instance, by its name.
        #[arg(value_name = "INSTANCE")]
        left: String,
        /// The second.
        #[arg(value_name = "INSTANCE")]
        right: String,
        /// End with 0 though they differ.
        #[arg(long)]
        exit_zero: bool,
    },
    /// Plan a waybill that gives users and groups of an instance the roles that they have in another one.
    Copy {
        /// The instance that has them, by its name.
        #[arg(long, value_name = "INSTANCE")]
        from: String,
        /// The instance that gets them.
        #[arg(long, value_name = "INSTANCE")]
        to: String,
        /// Take away what users and groups do not have in the first. Whoever may be meant by somebody who is
        /// not found again keeps what they have.
        #[arg(long)]
        take_away: bool,
    },
    /// Plan a waybill that gives a role.
    Give(RoleOf),
    /// Plan a waybill that takes a role away.
    Take(RoleOf),
}

/// A role of somebody.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whom").multiple(true).required(true).args(["users", "groups"]))]
pub struct RoleOf {
    /// The instance, by its name.
    #[arg(value_name = "INSTANCE")]
    pub instance: String,
    /// The role: `ServiceDeveloper`.
    #[arg(value_name = "ROLE")]
    pub role: String,
    /// This user, by the user name. Repeatable.
    #[arg(long = "user", value_name = "NAME")]
    pub users: Vec<String>,
    /// This group, by its name. Repeatable.
    #[arg(long = "group", value_name = "NAME")]
    pub groups: Vec<String>,
}
