//! Projects of OIC 3: reading, creating, changing, removing, and copying integrations into them.

use waybill_model::{Generation, Scope};

use super::{Changed, Made, Paging, Path, Seen};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::Expect;
use crate::pace::CallClass;
use crate::wire::{IntegrationVersion, NewProject, Project, ProjectChange, Read};

impl Client {
    pub(super) fn project_path(&self, operation: String) -> Result<Path, Error> {
        self.only_on(&[Generation::Oic3], "projects", &operation)?;
        Ok(self.path(&Scope::Global, operation)?.then("/projects"))
    }

    /// All projects.
    pub async fn projects(&self) -> Result<Vec<Read<Project>>, Error> {
        let path = self.project_path("Listing the projects".to_owned())?;
        self.list(path, Paging::Documented).await
    }

    /// One project.
    pub async fn project(&self, code: &str) -> Result<Read<Project>, Error> {
        let path = self.project_path(format!("Reading project `{code}`"))?;
        self.object(path.name(code)?, Vec::new()).await
    }

    /// Makes an empty project (inferred; no page is published). `Conflict` where there is one of that
    /// code. Where the answer is lost, a project of that code and name counts as the one asked for.
    pub async fn create_project(&self, project: &NewProject) -> Result<Made<Project>, Error> {
        let path = self.project_path(format!("Creating project `{}`", project.code))?;
        let call = path
            .post(CallClass::Change)
            .json(body_of(project))
            .expecting(Expect::MaybeJson);
        let made = self
            .change(call, || async {
                match self.project(&project.code).await {
                    Ok(found) => Ok(Seen::done_if(found.value.name == project.name)),
                    Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Seen::NotDone),
                    Err(error) => Err(error),
                }
            })
            .await?;
        Ok(made.into())
    }

    /// Changes name, description or search words of a project (announced; the form is inferred). The same
    /// values may be sent again.
    pub async fn update_project(
        &self,
        code: &str,
        change: &ProjectChange,
    ) -> Result<Made<Project>, Error> {
        let path = self.project_path(format!("Changing project `{code}`"))?;
        let call = path
            .name(code)?
            .post(CallClass::Change)
            .patch()
            .json(body_of(change))
            .expecting(Expect::MaybeJson);
        Ok(Changed::from(self.send(call).await?).into())
    }

    /// Removes a project with all that is in it. `WrongState` where something in it is active or locked
    /// (412, documented).
    pub async fn delete_project(&self, code: &str) -> Result<Changed, Error> {
        let path = self.project_path(format!("Deleting project `{code}`"))?;
        self.change(path.name(code)?.delete(), || async {
            Seen::gone(self.project(code).await)
        })
        .await
    }

    /// Copies integrations of the project `from` into the project `into` (public scripts; no page is
    /// published). Where the answer is lost, versions that were not there before tell that it is done.
    pub async fn copy_integrations(
        &self,
        into: &str,
        from: &str,
        integrations: &[IntegrationVersion],
    ) -> Result<Changed, Error> {
        let operation = format!("Copying integrations of project `{from}` into project `{into}`");
        let path = self.project_path(operation)?.name(into)?;
        let scope = Scope::Project(into.to_owned());
        let present = async || -> Result<usize, Error> {
            let there = self.integrations(&scope).await?;
            let is_there = |wanted: &&IntegrationVersion| {
                there.iter().any(|found| {
                    found.value.code == wanted.code && found.value.version == wanted.version
                })
            };
            Ok(integrations.iter().filter(is_there).count())
        };
        let before = present().await?;
        let call = path
            .then("/integrations/copy")
            .post(CallClass::Import)
            .json(serde_json::json!({ "projectCode": from, "integrations": integrations }));
        self.change(call, || async {
            Ok(match present().await? {
                now if now == before => Seen::NotDone,
                now if before == 0 && now == integrations.len() => Seen::Done,
                _ => Seen::Unknown,
            })
        })
        .await
    }
}

/// A request as JSON. What is sent consists of texts, flags and lists, which always become JSON.
pub(super) fn body_of(request: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(request).unwrap_or_default()
}
