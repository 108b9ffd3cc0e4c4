//! Integrations brought in, copied, removed, and fetched into files; work that goes on after an answer.

use serde_json::json;
use waybill_model::{Generation, Scope};

use super::{Changed, named};
use crate::client::Client;
use crate::error::Error;
use crate::http::{Expect, Form, Upload};
use crate::pace::CallClass;
use crate::page::Pages;
use crate::wire::{IntegrationClone, Read, WorkRequest};

impl Client {
    /// Brings in an integration that is not there yet. `id` is the `CODE|VERSION` that the archive
    /// names: the service takes both from it. Connections in the archive that do not exist come with it,
    /// without values.
    ///
    /// Documented: 204 with `Location` (200 seen); `Server(400)` without a file; `Conflict` where it
    /// exists; `Server(500)`.
    pub async fn import_integration(
        &self,
        within: &Scope,
        id: &str,
        archive: Upload,
        include_recording: Option<bool>,
    ) -> Result<Changed, Error> {
        let operation = format!("Importing {}", named("integration", id, within));
        let target = self.integration_path(within, id, operation.clone())?;
        let call = self
            .path(within, operation)?
            .then("/integrations/archive")
            .post(CallClass::Import)
            .query_if("includeRecordingFlag", include_recording.map(flag))
            .form(Form::archive(archive_name(id), archive));
        self.write(call, &target).await
    }

    /// Replaces an integration that is there; it must not be active. Projects offer no such call.
    ///
    /// Documented: 200 (204 seen); `Server(400)` without a file; `NotFound` where it does not exist;
    /// `Server(500)`. Which error an active one gives is not documented.
    pub async fn replace_integration(
        &self,
        id: &str,
        archive: Upload,
        include_recording: Option<bool>,
    ) -> Result<Changed, Error> {
        let operation = format!("Replacing integration `{id}`");
        let target = self.integration_path(&Scope::Global, id, operation.clone())?;
        let call = self
            .path(&Scope::Global, operation)?
            .then("/integrations/archive")
            .put(CallClass::Import)
            .query_if("includeRecordingFlag", include_recording.map(flag))
            .form(Form::archive(archive_name(id), archive));
        self.write(call, &target).await
    }

    /// Fetches the `.iar` archive of one version into a file; answers with its length in bytes.
    /// `include_recording` asks for recordings too (`includeRecordingFlag`).
    ///
    /// Documented: 200; `NotFound`; `Locked` where somebody has it open or Oracle delivered it;
    /// `Server(500)`.
    pub async fn export_integration_to(
        &self,
        id: &str,
        include_recording: Option<bool>,
        file: &std::path::Path,
    ) -> Result<u64, Error> {
        let operation = format!("Exporting integration `{id}`");
        let call = self
            .integration_path(&Scope::Global, id, operation)?
            .then("/archive")
            .call(reqwest::Method::GET, CallClass::Archive)
            .expecting(Expect::Zip)
            .query_if("includeRecordingFlag", include_recording.map(flag));
        self.download_to(call, file).await
    }

    /// Makes a copy of an integration. Documented: 200 (201 seen); `Server(400)`; `NotFound`;
    /// `Server(500)`.
    pub async fn clone_integration(
        &self,
        id: &str,
        clone: &IntegrationClone,
    ) -> Result<Changed, Error> {
        let operation = format!(
            "Copying integration `{id}` to `{}|{}`",
            clone.code, clone.version
        );
        let copy = format!("{}|{}", clone.code, clone.version);
        let target = self.integration_path(&Scope::Global, &copy, operation.clone())?;
        let call = self
            .integration_path(&Scope::Global, id, operation)?
            .then("/clone")
            .post(CallClass::Change)
            .json(json!(clone));
        self.write(call, &target).await
    }

    /// Removes one version. Documented: 200; `NotFound`; `Locked` where it is active or open in the
    /// console; `Server(500)`.
    pub async fn delete_integration(&self, within: &Scope, id: &str) -> Result<Changed, Error> {
        let operation = format!("Deleting {}", named("integration", id, within));
        let path = self.integration_path(within, id, operation)?;
        self.remove(path).await
    }

    /// Work that the service took on, by the `oic-work-request-id` of its answer; `None` where it knows
    /// none of that id. OIC 3; seen in a public script for the export of projects, not documented.
    pub async fn work_request(&self, id: &str) -> Result<Option<Read<WorkRequest>>, Error> {
        let operation = format!("Reading work request `{id}`");
        self.only_on(&[Generation::Oic3], "work requests", &operation)?;
        // A quote would end the text of the condition.
        let quoted: String = id.chars().filter(|letter| *letter != '\'').collect();
        let call = self
            .path(&Scope::Global, operation.clone())?
            .then("/workRequests")
            .get()
            .query("q", format!("{{ids:'{quoted}'}}"));
        let mut pages = Pages::default();
        pages.take(self.json(call).await?, &operation)?;
        let found = pages.into_items().into_iter().find(|item| {
            let own = item.get("id").and_then(serde_json::Value::as_str);
            own.is_none_or(|own| own == id)
        });
        found
            .map(|item| super::decode(item, &operation))
            .transpose()
    }
}

/// The file name that public scripts give an export: `CODE_VERSION.iar`.
fn archive_name(id: &str) -> String {
    format!("{}.iar", id.replace('|', "_"))
}

const fn flag(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
