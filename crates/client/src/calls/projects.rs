//! Projects of OIC 3, their deployments and access lists.

use bytes::Bytes;
use reqwest::Method;
use serde_json::json;
use waybill_model::{Generation, Scope};

use super::{Paging, Path};
use crate::client::Client;
use crate::error::Error;
use crate::http::Expect;
use crate::pace::CallClass;
use crate::wire::{AccessList, Deployment, Project, Read};

impl Client {
    fn project_path(&self, operation: String) -> Result<Path, Error> {
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

    /// The `.car` archive of a project, or of one of its deployments. The access list is not in it.
    ///
    /// A POST that only reads: it may be repeated. With the project's name the body is that of recorded
    /// examples, with an empty label for the whole project; without it, the shortest they show.
    pub async fn export_project(
        &self,
        code: &str,
        name: Option<&str>,
        deployment: Option<&str>,
    ) -> Result<Bytes, Error> {
        let operation = match deployment {
            Some(deployment) => format!("Exporting deployment `{deployment}` of project `{code}`"),
            None => format!("Exporting project `{code}`"),
        };
        let path = self.project_path(operation)?.name(code)?.then("/archive");
        let mut body = json!({
            "builtBy": "",
            "code": code,
            "label": deployment.unwrap_or_default(),
            "type": "DEVELOPED",
        });
        if let Some(name) = name {
            body["name"] = json!(name);
        }
        let call = path
            .call(Method::POST, CallClass::Archive)
            .json(body)
            .expecting(Expect::Zip);
        Ok(self.send(call).await?.body)
    }

    /// All deployments of a project.
    pub async fn deployments(&self, project: &str) -> Result<Vec<Read<Deployment>>, Error> {
        let path = self.project_path(format!("Listing the deployments of project `{project}`"))?;
        self.list(path.name(project)?.then("/deployments"), Paging::Documented)
            .await
    }

    /// Who may do what in a project.
    pub async fn access_list(&self, project: &str) -> Result<Read<AccessList>, Error> {
        let path = self.project_path(format!("Reading the access list of project `{project}`"))?;
        self.object(path.name(project)?.then("/acl"), Vec::new())
            .await
    }
}
