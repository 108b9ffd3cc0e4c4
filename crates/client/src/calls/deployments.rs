//! Deployments of projects ("label" on the wire). There is no activating them: each integration in one
//! is activated by itself.

use super::projects::body_of;
use super::{Changed, Made, Paging, Path, Seen};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::Expect;
use crate::pace::CallClass;
use crate::wire::{Deployment, DeploymentRequest, Read};

impl Client {
    fn deployment_path(&self, project: &str, operation: String) -> Result<Path, Error> {
        let path = self.project_path(operation)?;
        Ok(path.name(project)?.then("/deployments"))
    }

    /// All deployments of a project.
    pub async fn deployments(&self, project: &str) -> Result<Vec<Read<Deployment>>, Error> {
        let operation = format!("Listing the deployments of project `{project}`");
        self.list(
            self.deployment_path(project, operation)?,
            Paging::Documented,
        )
        .await
    }

    /// One deployment.
    pub async fn deployment(&self, project: &str, code: &str) -> Result<Read<Deployment>, Error> {
        let operation = format!("Reading deployment `{code}` of project `{project}`");
        let path = self.deployment_path(project, operation)?;
        self.object(path.name(code)?, Vec::new()).await
    }

    /// Makes a deployment. The service answers without its integrations (recorded).
    pub async fn create_deployment(
        &self,
        project: &str,
        deployment: &DeploymentRequest,
    ) -> Result<Made<Deployment>, Error> {
        let code = &deployment.code;
        let operation = format!("Creating deployment `{code}` of project `{project}`");
        let path = self.deployment_path(project, operation)?;
        let call = path
            .post(CallClass::Change)
            .json(body_of(deployment))
            .expecting(Expect::MaybeJson);
        let made = self
            .change(call, || async {
                match self.deployment(project, code).await {
                    Ok(found) => Ok(Seen::done_if(is_the_same(deployment, &found.value))),
                    Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Seen::NotDone),
                    Err(error) => Err(error),
                }
            })
            .await?;
        Ok(made.into())
    }

    /// Sets what a deployment holds. The same values may be sent again.
    pub async fn update_deployment(
        &self,
        project: &str,
        deployment: &DeploymentRequest,
    ) -> Result<Made<Deployment>, Error> {
        let code = &deployment.code;
        let operation = format!("Changing deployment `{code}` of project `{project}`");
        let call = self
            .deployment_path(project, operation)?
            .name(code)?
            .post(CallClass::Change)
            .patch()
            .json(body_of(deployment))
            .expecting(Expect::MaybeJson);
        Ok(Changed::from(self.send(call).await?).into())
    }

    /// Removes a deployment; what it named stays (204 recorded, 200 documented).
    pub async fn delete_deployment(&self, project: &str, code: &str) -> Result<Changed, Error> {
        let operation = format!("Deleting deployment `{code}` of project `{project}`");
        let path = self.deployment_path(project, operation)?;
        self.change(path.name(code)?.delete(), || async {
            Seen::gone(self.deployment(project, code).await)
        })
        .await
    }
}

/// Whether the deployment that is there holds what was asked for.
fn is_the_same(asked: &DeploymentRequest, found: &Deployment) -> bool {
    let mut wanted: Vec<_> = asked
        .integrations
        .iter()
        .flatten()
        .map(|integration| (integration.code.as_str(), integration.version.as_str()))
        .collect();
    let mut there: Vec<_> = found
        .integrations
        .iter()
        .map(|integration| (integration.code.as_str(), integration.version.as_str()))
        .collect();
    wanted.sort_unstable();
    there.sort_unstable();
    found.name == asked.name && wanted == there
}
