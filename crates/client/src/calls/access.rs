//! Access lists of projects.

use super::projects::body_of;
use super::{Changed, Path};
use crate::client::Client;
use crate::error::Error;
use crate::pace::CallClass;
use crate::wire::{AccessList, AccessListRequest, Read};

impl Client {
    fn access_path(&self, project: &str, operation: String) -> Result<Path, Error> {
        Ok(self.project_path(operation)?.name(project)?.then("/acl"))
    }

    /// Who may do what in a project.
    pub async fn access_list(&self, project: &str) -> Result<Read<AccessList>, Error> {
        let operation = format!("Reading the access list of project `{project}`");
        self.object(self.access_path(project, operation)?, Vec::new())
            .await
    }

    /// Sets who may do what in a project, all four groups at once (204, documented). The ids are those of
    /// the identity domain of this instance: one from elsewhere means nobody here. The same list may be
    /// sent again.
    pub async fn set_access_list(
        &self,
        project: &str,
        list: &AccessListRequest,
    ) -> Result<Changed, Error> {
        let operation = format!("Setting the access list of project `{project}`");
        let call = self
            .access_path(project, operation)?
            .put(CallClass::Change)
            .json(body_of(list));
        Ok(self.send(call).await?.into())
    }
}
