//! Projects in a Git repository on GitHub, through the instance (documented in September 2025).

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use waybill_model::{Generation, Scope};

use super::{Changed, Paging, Path, Seen};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::Expect;
use crate::pace::CallClass;
use crate::wire::{GitProject, GitSettings, Project, Read};

/// Which repository the instance is to use.
#[derive(Clone, Debug)]
pub struct GitRepository {
    /// `owner/repository`.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// The key that GitHub gave out.
    pub api_key: SecretString,
}

impl GitRepository {
    fn body(&self) -> Value {
        json!({
            "repoURL": self.repository,
            "branchName": self.branch,
            "apiKey": self.api_key.expose_secret(),
        })
    }
}

impl Client {
    fn git_path(&self, operation: &str) -> Result<Path, Error> {
        self.only_on(&[Generation::Oic3], "projects in Git", operation)?;
        let path = self.path(&Scope::Global, operation.to_owned())?;
        Ok(path.then("/gitprojects"))
    }

    /// Sets the repository. The same values may be sent again.
    pub async fn set_git_repository(&self, repository: &GitRepository) -> Result<Changed, Error> {
        let call = self
            .git_path("Setting the Git repository")?
            .then("/settings/create")
            .post(CallClass::Change)
            .hiding([repository.api_key.clone()])
            .json(repository.body());
        Ok(self.send(call).await?.into())
    }

    /// The repository that is set, without its key.
    pub async fn git_settings(&self) -> Result<Read<GitSettings>, Error> {
        let call = self
            .git_path("Reading the Git settings")?
            .then("/settings/fetch")
            .post(CallClass::Object)
            .json(json!({}))
            .expecting(Expect::Json);
        self.read(call).await
    }

    /// Has the service try the repository. That there is such a call is documented; its path and body
    /// are inferred from its neighbours.
    pub async fn test_git_repository(&self, repository: &GitRepository) -> Result<Changed, Error> {
        let call = self
            .git_path("Testing the Git repository")?
            .then("/settings/test")
            .post(CallClass::Object)
            .hiding([repository.api_key.clone()])
            .json(repository.body());
        Ok(self.send(call).await?.into())
    }

    /// The project archives in the repository.
    pub async fn git_projects(&self) -> Result<Vec<Read<GitProject>>, Error> {
        let path = self.git_path("Listing the projects in Git")?;
        let mut projects: Vec<Read<GitProject>> = self.list(path, Paging::OnDemand).await?;
        for project in &mut projects {
            // Where it is fetched from may carry a token.
            if let Some(url) = project.raw.get_mut("download_url") {
                *url = json!("*****");
            }
        }
        Ok(projects)
    }

    /// Has the service put a project into the repository. Where the answer is lost, another hash of its
    /// file tells that it is done.
    pub async fn export_project_to_git(&self, code: &str) -> Result<Changed, Error> {
        let path = self.git_path(&format!("Exporting project `{code}` to Git"))?;
        let before = self.git_hash(code).await?;
        let call = path
            .name(code)?
            .then("/exporttorepository")
            .post(CallClass::Import)
            .json(json!({}));
        self.change(call, || async {
            Ok(Seen::done_if(self.git_hash(code).await? != before))
        })
        .await
    }

    /// Has the service fetch a project from the repository; it goes on after the answer (documented).
    /// Where the answer is lost, a project that is new or has changed tells that it is done; one that has
    /// not may still be on its way.
    pub async fn import_project_from_git(
        &self,
        code: &str,
        download_url: &SecretString,
    ) -> Result<Changed, Error> {
        let path = self.git_path(&format!("Importing project `{code}` from Git"))?;
        let before = self.project_mark(code).await?;
        let call = path
            .name(code)?
            .then("/importfromrepository")
            .post(CallClass::Import)
            .hiding([download_url.clone()])
            .json(json!({ "downloadUrl": download_url.expose_secret() }));
        self.change(call, || async {
            Ok(if self.project_mark(code).await? == before {
                Seen::Unknown
            } else {
                Seen::Done
            })
        })
        .await
    }

    async fn git_hash(&self, code: &str) -> Result<Option<String>, Error> {
        let file = format!("{code}.car");
        let projects = self.git_projects().await?;
        let project = projects
            .into_iter()
            .find(|project| project.value.id == file || project.value.id == code);
        Ok(project.and_then(|project| project.value.sha))
    }

    /// What changes with each import of a project; `None` where there is no such project.
    async fn project_mark(&self, code: &str) -> Result<Option<String>, Error> {
        match self.project(code).await {
            Ok(Read {
                value: Project { state, .. },
                ..
            }) => Ok(Some(format!(
                "{:?} {:?} {:?}",
                state.project_revision_id, state.created.date, state.latest.date
            ))),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
