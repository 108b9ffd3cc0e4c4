//! Service roles and what they allow (documented: "Oracle Integration service roles").

/// A service role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `ServiceAdministrator`: everything.
    Administrator,
    /// `ServiceDeveloper`: everything in the design.
    Developer,
    /// `ServiceMonitor`: sees projects and what runs.
    Monitor,
    /// `ServiceUser`: sees and runs, exports integrations but no projects.
    User,
    /// `ServiceInvoker`: runs.
    Invoker,
    /// `ServiceViewer`: sees and exports.
    Viewer,
}

impl Role {
    /// Reads the name of a role (`ServiceViewer`).
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "ServiceAdministrator" => Self::Administrator,
            "ServiceDeveloper" => Self::Developer,
            "ServiceMonitor" => Self::Monitor,
            "ServiceUser" | "ServiceEndUser" => Self::User,
            "ServiceInvoker" => Self::Invoker,
            "ServiceViewer" => Self::Viewer,
            _ => return None,
        })
    }
}

/// What a call does, as far as rights are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Look at integrations, connections, lookups, …
    View,
    /// Fetch an archive of something outside projects.
    Export,
    /// Look at the list of projects.
    ListProjects,
    /// Fetch the archive of a project.
    ExportProject,
    /// Look at what runs.
    Monitor,
    /// Create, change, activate, delete or import what is designed outside projects.
    Edit,
    /// The same for projects and what is in them.
    EditProject,
    /// Set up, start and stop schedules.
    Schedule,
    /// Run an integration.
    Run,
    /// Resubmit, discard or abort what runs (inferred: those who may run things).
    Operate,
    /// Export and import the whole instance (documented).
    Administer,
}

/// Whether any of the roles allows the action.
pub(crate) fn allows(roles: &[Role], action: Action) -> bool {
    use Role::{Administrator, Developer, Invoker, User, Viewer};
    roles.iter().any(|role| match action {
        Action::View | Action::Export => matches!(role, Administrator | Developer | User | Viewer),
        Action::ListProjects | Action::Monitor => !matches!(role, Invoker),
        Action::ExportProject => matches!(role, Administrator | Developer | Viewer),
        Action::Edit | Action::EditProject => matches!(role, Administrator | Developer),
        Action::Schedule | Action::Operate => matches!(role, Administrator | Developer | User),
        Action::Run => matches!(role, Administrator | Developer | User | Invoker),
        Action::Administer => matches!(role, Administrator),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monitor_sees_projects_and_fetches_nothing() {
        let monitor = [Role::Monitor];
        assert!(allows(&monitor, Action::ListProjects));
        assert!(!allows(&monitor, Action::View));
        assert!(!allows(&monitor, Action::Export));
        assert!(!allows(&[Role::User], Action::ExportProject));
        assert!(allows(&[Role::User], Action::Export));
        assert!(!allows(&[Role::Invoker], Action::ListProjects));
        assert!(!allows(&[], Action::View));
    }
}
