//! Who the identity domain of a sandbox knows beside the people of the practice instances, and how its
//! content hangs together: what tests of access and of connections in use ask for.

use crate::sandbox::Builder;
use crate::spec::IdentitySpec;

impl Builder {
    /// Adds a user or group of the identity domain.
    #[must_use]
    pub fn identity(mut self, identity: IdentitySpec) -> Self {
        self.identities.0.push(identity);
        self
    }

    /// Gives the users and groups that are added here ids of this domain alone. Without it, equal names have
    /// equal ids in all sandboxes.
    #[must_use]
    pub fn domain(mut self, name: impl Into<String>) -> Self {
        self.identities.1 = Some(name.into());
        self
    }

    /// Lets all generated integrations write through one connection, `REPORTING_ATP`.
    #[must_use]
    pub fn through_one_connection(mut self) -> Self {
        self.through_one = true;
        self
    }

    /// Gives each generated project this many integrations; five otherwise.
    #[must_use]
    pub fn inside_projects(mut self, integrations: usize) -> Self {
        self.inside = Some(integrations);
        self
    }
}
