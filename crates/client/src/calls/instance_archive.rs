//! The archive of a whole instance (clone): an export to a bucket and an import from it, each a job of
//! the service that takes minutes.

use waybill_model::Generation;

use super::Path;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::body::without_mark;
use crate::http::{Call, Expect};
use crate::pace::CallClass;
use crate::wire::{ArchiveJob, ArchiveJobStarted, InstanceExport, InstanceImport, Read};

const EXPORT: &str = "/exportServiceInstanceArchive";
const IMPORT: &str = "/importServiceInstanceArchive";

impl Client {
    fn common_path(&self, operation: String) -> Result<Path, Error> {
        self.only_on(
            &[Generation::Oic3, Generation::Gen2],
            "archives of the whole instance",
            &operation,
        )?;
        Ok(Path {
            text: "/ic/api/common/v1".to_owned(),
            operation,
        })
    }

    /// Has the service export the whole instance. `Conflict` where a job is under way or the job's name
    /// was used before (409, documented). Needs ServiceAdministrator.
    ///
    /// Where the answer is lost there is no way to look: the error says `Uncertain`, and whether a job
    /// runs shows in the bucket.
    pub async fn start_instance_export(
        &self,
        export: &InstanceExport,
    ) -> Result<ArchiveJobStarted, Error> {
        let call = self
            .common_path("Starting the export of the instance".to_owned())?
            .then(EXPORT)
            .post(CallClass::Change)
            .hiding([export.storage.url.clone(), export.storage.password.clone()])
            .json(export.body());
        self.start_archive_job(call).await
    }

    /// How far an export is.
    pub async fn instance_export_job(&self, job: &str) -> Result<Read<ArchiveJob>, Error> {
        let path = self.common_path(format!("Reading export job `{job}`"))?;
        self.object(path.then(EXPORT).name(job)?, Vec::new()).await
    }

    /// Has the service import the archive of a whole instance. `Conflict` and lost answers as with
    /// [`start_instance_export`](Self::start_instance_export).
    pub async fn start_instance_import(
        &self,
        import: &InstanceImport,
    ) -> Result<ArchiveJobStarted, Error> {
        let call = self
            .common_path("Starting the import of the instance".to_owned())?
            .then(IMPORT)
            .post(CallClass::Change)
            .hiding([import.storage.url.clone(), import.storage.password.clone()])
            .json(import.body());
        self.start_archive_job(call).await
    }

    /// How far an import is.
    pub async fn instance_import_job(&self, job: &str) -> Result<Read<ArchiveJob>, Error> {
        let path = self.common_path(format!("Reading import job `{job}`"))?;
        self.object(path.then(IMPORT).name(job)?, Vec::new()).await
    }

    /// Starts a job that cannot be looked for.
    pub(super) async fn start_archive_job(&self, call: Call) -> Result<ArchiveJobStarted, Error> {
        let call = call.expecting(Expect::MaybeJson).once();
        let operation = call.operation.clone();
        let answer = self.send(call).await.map_err(|failure| {
            if failure.may_have_had_effect() {
                failure.into_uncertain()
            } else {
                failure
            }
        })?;
        let job = started(&answer.body, answer.header("jobid"));
        if job.job_id.is_empty() {
            return Err(Error::new(
                ErrorKind::Uncertain,
                operation,
                "the service took the job on but did not say its number",
            ));
        }
        Ok(job)
    }
}

/// The job from the body, else from the header `jobid` (both recorded).
pub(super) fn started(body: &[u8], header: Option<String>) -> ArchiveJobStarted {
    let mut job: ArchiveJobStarted = serde_json::from_slice(without_mark(body)).unwrap_or_default();
    if job.job_id.is_empty() {
        job.job_id = header.unwrap_or_default();
    }
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_job_is_in_the_body_or_in_the_header() {
        let body = br#"{"jobId": "1231", "status": "NOT_STARTED"}"#;
        assert_eq!(started(body, Some("other".to_owned())).job_id, "1231");
        assert_eq!(started(b"", Some("0bf9".to_owned())).job_id, "0bf9");
        assert_eq!(started(b"[]", None).job_id, "");
    }
}
