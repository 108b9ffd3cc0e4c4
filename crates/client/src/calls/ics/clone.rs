//! The export of a whole ICS instance to a bucket, from which a later generation imports it (described
//! in Oracle's migration guide; the path of the status is partly inferred).

use waybill_model::Generation;

use crate::calls::Path;
use crate::client::Client;
use crate::error::Error;
use crate::pace::CallClass;
use crate::wire::{ArchiveJob, ArchiveJobStarted, InstanceExport, Read};

impl Client {
    fn clone_path(&self, operation: String) -> Result<Path, Error> {
        self.only_on(&[Generation::Ics], "this form of export", &operation)?;
        Ok(Path {
            text: "/icsapis/v2/clonepod".to_owned(),
            operation,
        })
    }

    /// Has the service export the whole instance. As with
    /// [`start_instance_export`](Self::start_instance_export), a lost answer is `Uncertain`.
    pub async fn start_ics_clone_export(
        &self,
        export: &InstanceExport,
    ) -> Result<ArchiveJobStarted, Error> {
        let call = self
            .clone_path("Starting the export of the instance".to_owned())?
            .then("/exportArtifacts")
            .post(CallClass::Change)
            .hiding([export.storage.url.clone(), export.storage.password.clone()])
            .json(export.body());
        self.start_archive_job(call).await
    }

    /// How far an export is.
    pub async fn ics_clone_export_job(&self, job: &str) -> Result<Read<ArchiveJob>, Error> {
        let path = self.clone_path(format!("Reading export job `{job}`"))?;
        self.object(path.then("/exportStatus").name(job)?, Vec::new())
            .await
    }
}
