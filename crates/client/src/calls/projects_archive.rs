//! Archives of projects and their deployments (`.car`), out of an instance and into it.

use std::path::Path as File;

use bytes::Bytes;
use reqwest::Method;
use serde_json::json;

use super::{Made, Seen};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::{Call, Expect, Form, Upload};
use crate::pace::CallClass;
use crate::wire::Project;

impl Client {
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
        let call = self.project_export(code, name, deployment)?;
        Ok(self.send(call).await?.body)
    }

    /// The same into a file, which is begun anew; answers with its length in bytes.
    pub async fn export_project_to(
        &self,
        code: &str,
        name: Option<&str>,
        deployment: Option<&str>,
        file: &File,
    ) -> Result<u64, Error> {
        let call = self.project_export(code, name, deployment)?;
        self.download_to(call, file).await
    }

    /// Has the service export a project in the background; answers with the id for
    /// [`work_request`](Self::work_request) (`enableAsync`, seen in the console's calls; not documented). Where the file is then
    /// fetched is not known.
    pub async fn start_project_export(
        &self,
        code: &str,
        name: Option<&str>,
        deployment: Option<&str>,
    ) -> Result<String, Error> {
        let call = self
            .project_export(code, name, deployment)?
            .query("enableAsync", "true")
            .expecting(Expect::Nothing);
        let operation = call.operation.clone();
        let answer = self.send(call).await?;
        answer.header("oic-work-request-id").ok_or_else(|| {
            Error::new(
                ErrorKind::Malformed,
                operation,
                "the service did not say under which work request it exports",
            )
        })
    }

    fn project_export(
        &self,
        code: &str,
        name: Option<&str>,
        deployment: Option<&str>,
    ) -> Result<Call, Error> {
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
        Ok(path
            .call(Method::POST, CallClass::Archive)
            .json(body)
            .expecting(Expect::Zip))
    }

    /// Imports the archive of a project or deployment that is not there yet; `code` is the project that
    /// the archive holds. `Conflict` where there is a project of that code (409, documented). Its
    /// connections arrive as drafts.
    ///
    /// What is there is read first: only so a lost answer can be told from an older project.
    pub async fn import_project(
        &self,
        code: &str,
        archive: Upload,
    ) -> Result<Made<Project>, Error> {
        let operation = format!("Importing project `{code}`");
        let path = self.project_path(operation)?.then("/archive");
        let was_there = match self.project(code).await {
            Ok(_) => Some(true),
            Err(error) if *error.kind() == ErrorKind::NotFound => Some(false),
            Err(_) => None,
        };
        let call = path
            .post(CallClass::Import)
            .form(Form::archive(format!("{code}.car"), archive))
            .expecting(Expect::MaybeJson);
        let made = self
            .change(call, || async {
                let is_there = Seen::there(self.project(code).await)?;
                Ok(match (was_there, is_there) {
                    (_, Seen::NotDone) | (Some(true), _) => Seen::NotDone,
                    (Some(false), _) => Seen::Done,
                    (None, _) => Seen::Unknown,
                })
            })
            .await?;
        Ok(made.into())
    }

    /// Replaces a project by the one in the archive (Oracle's own scripts do so after a 409; no page is
    /// published). When the project was last changed is read before, so that a lost answer can be told from
    /// a lost request: a replacement that arrived is not made again.
    pub async fn replace_project(
        &self,
        code: &str,
        archive: Upload,
    ) -> Result<Made<Project>, Error> {
        let operation = format!("Replacing project `{code}`");
        let target = self.project_path(operation.clone())?.name(code)?;
        let call = self
            .project_path(operation)?
            .then("/archive")
            .put(CallClass::Import)
            .form(Form::archive(format!("{code}.car"), archive))
            .expecting(Expect::MaybeJson);
        Ok(self.rewrite(call, &target).await?.into())
    }
}
