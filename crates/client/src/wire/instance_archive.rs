//! The archive of a whole instance: storage, requests and jobs (recorded on Gen 2 in 2020 and on OIC 3
//! in 2024 and 2025; the two differ in their words).

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{WireObject, lenient};

/// Where the archive goes or comes from: a bucket by its Swift address, or a pre-authenticated
/// request. The address of such a request is a secret itself, so `Debug` shows neither.
#[derive(Clone)]
pub struct StorageInfo {
    /// `https://swiftobjectstorage.…/v1/<namespace>/<bucket>`, or the address of a pre-authenticated
    /// request.
    pub url: SecretString,
    /// `oracleidentitycloudservice/<user>` for federated users. Any word with a pre-authenticated
    /// request.
    pub user: String,
    /// The user's auth token.
    pub password: SecretString,
}

impl StorageInfo {
    fn body(&self) -> Value {
        json!({
            "storageUrl": self.url.expose_secret(),
            "storageUser": self.user,
            "storagePassword": self.password.expose_secret(),
        })
    }
}

impl std::fmt::Debug for StorageInfo {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("StorageInfo")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// What is to be exported. Everything but the storage may be left to the service.
#[derive(Clone, Debug)]
pub struct InstanceExport {
    /// Where the archive goes.
    pub storage: StorageInfo,
    /// The job's name; the service refuses one that it has had (409). On OIC 3 the archive is called
    /// like it.
    pub job_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// With certificates and the credentials of connections; the service's own default is true
    /// (recorded).
    pub security_artifacts: Option<bool>,
    /// Whether an archive of that name may be overwritten; the service's own default is false.
    pub overwrite: Option<bool>,
}

impl InstanceExport {
    /// An export of which only the storage is said.
    #[must_use]
    pub fn to(storage: StorageInfo) -> Self {
        Self {
            storage,
            job_name: None,
            description: None,
            security_artifacts: None,
            overwrite: None,
        }
    }

    pub(crate) fn body(&self) -> Value {
        let mut body = json!({ "storageInfo": self.storage.body() });
        put(&mut body, "jobName", self.job_name.as_deref());
        put(&mut body, "description", self.description.as_deref());
        put(
            &mut body,
            "exportSecurityArtifacts",
            self.security_artifacts,
        );
        put(&mut body, "overwrite", self.overwrite);
        body
    }
}

/// What happens to the integrations of an imported instance archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportMode {
    /// They are imported and stay inactive.
    ImportOnly,
    /// They are imported, and activated where they were active.
    ImportActivate,
    /// Those imported before are activated.
    ActivateOnly,
}

impl ImportMode {
    /// As it is sent. The page of OIC 3 prints a small first letter, scripts and the other pages a
    /// capital one; the service takes both (recorded).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ImportOnly => "ImportOnly",
            Self::ImportActivate => "ImportActivate",
            Self::ActivateOnly => "ActivateOnly",
        }
    }
}

/// What is to be imported.
#[derive(Clone, Debug)]
pub struct InstanceImport {
    /// The object in the bucket, as the export's job names it.
    pub archive: String,
    /// Whether integrations are activated.
    pub mode: ImportMode,
    /// Where the archive is. The service unpacks there and writes its log, so it must be writable.
    pub storage: StorageInfo,
    /// The job's name.
    pub job_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// With certificates and the credentials of connections.
    pub security_artifacts: Option<bool>,
}

impl InstanceImport {
    /// An import of which only the archive, the mode and the storage are said.
    #[must_use]
    pub fn of(archive: impl Into<String>, mode: ImportMode, storage: StorageInfo) -> Self {
        Self {
            archive: archive.into(),
            mode,
            storage,
            job_name: None,
            description: None,
            security_artifacts: None,
        }
    }

    pub(crate) fn body(&self) -> Value {
        let mut body = json!({
            "archiveFile": self.archive,
            "importActivateMode": self.mode.name(),
            "storageInfo": self.storage.body(),
        });
        put(&mut body, "jobName", self.job_name.as_deref());
        put(&mut body, "description", self.description.as_deref());
        put(
            &mut body,
            "importSecurityArtifacts",
            self.security_artifacts,
        );
        body
    }
}

fn put(body: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        body[name] = value.into();
    }
}

/// The answer to a start: the job, where the service says it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ArchiveJobStarted {
    /// The job; short and decimal on Gen 2, a UUID on OIC 3.
    #[serde(deserialize_with = "lenient::name")]
    pub job_id: String,
    /// `NOT_STARTED` (Gen 2), `IN_PROGRESS` (OIC 3).
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// Where the archive goes.
    #[serde(deserialize_with = "lenient::text")]
    pub location: Option<String>,
}

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ArchiveJob {
    /// The job.
    #[serde(deserialize_with = "lenient::name")]
    pub job_id: String,
    /// `EXPORT` or `IMPORT`.
    #[serde(deserialize_with = "lenient::text")]
    pub job_type: Option<String>,
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub job_name: Option<String>,
    /// What it is for.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// The archive, once it is there (`archiveName`; `archiveFilename` in older documents).
    #[serde(deserialize_with = "lenient::text")]
    pub archive_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    archive_filename: Option<String>,
    /// Where it stands, in the service's words; [`ArchiveJob::state`] reads them.
    #[serde(deserialize_with = "lenient::text")]
    pub overall_status: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    status: Option<String>,
    /// Why it failed.
    #[serde(deserialize_with = "lenient::text")]
    pub failure_message: Option<String>,
    /// When it began. Three forms of time were recorded; as the service writes it.
    #[serde(deserialize_with = "lenient::text")]
    pub start_time: Option<String>,
    /// When it ended.
    #[serde(deserialize_with = "lenient::text")]
    pub end_time: Option<String>,
    /// With certificates and credentials.
    #[serde(deserialize_with = "lenient::flag")]
    pub include_security_artifacts: bool,
    /// The mode of an import.
    #[serde(deserialize_with = "lenient::text")]
    pub mode: Option<String>,
    /// Parameters of schedules are imported.
    #[serde(deserialize_with = "lenient::flag")]
    pub import_schedule_params: bool,
    /// Schedules are started.
    #[serde(deserialize_with = "lenient::flag")]
    pub start_schedules: bool,
    /// The parts of the instance.
    #[serde(deserialize_with = "lenient::list")]
    pub components: Vec<ArchiveJobComponent>,
}

/// A part of the instance in a job.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ArchiveJobComponent {
    /// `Integration`, `Process`; `integration` on OIC 3.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// Where it stands, in the service's words.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// How far it is, in per cent.
    #[serde(deserialize_with = "lenient::count")]
    pub percentage: Option<u64>,
    /// How many things it holds; text on the wire.
    #[serde(deserialize_with = "lenient::count")]
    pub resource_count: Option<u64>,
    /// Why it failed.
    #[serde(deserialize_with = "lenient::text")]
    pub error_message: Option<String>,
}

/// Where a job stands, from the words that services were heard to say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobState {
    /// It waits or works (`NOT_STARTED`, `RUNNING`, `IN_PROGRESS`, …).
    Underway,
    /// It ended well.
    Completed,
    /// It ended; something was left out (`COMPLETED_WITH_WARNINGS`, recorded).
    CompletedWithWarnings,
    /// It failed.
    Failed,
    /// It was cancelled.
    Cancelled,
    /// A word never heard: whether it has ended is not known.
    Unknown(String),
}

impl JobState {
    /// Whether waiting on makes no sense.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        !matches!(self, Self::Underway | Self::Unknown(_))
    }
}

impl ArchiveJob {
    /// Where the job stands. Case, spaces and hyphens do not matter.
    #[must_use]
    pub fn state(&self) -> JobState {
        let word = self.overall_status.as_deref().unwrap_or_default();
        let plain = word.trim().to_ascii_uppercase().replace([' ', '-'], "_");
        match plain.as_str() {
            "" | "NOT_STARTED" | "RUNNING" | "IN_PROGRESS" | "INPROGRESS" | "STARTED"
            | "QUEUED" | "ACCEPTED" | "PENDING" => JobState::Underway,
            "COMPLETED" | "SUCCEEDED" | "SUCCESS" => JobState::Completed,
            "COMPLETED_WITH_WARNINGS" | "COMPLETED_WITH_ERRORS" | "PARTIAL" => {
                JobState::CompletedWithWarnings
            }
            "FAILED" | "ERROR" | "FAILURE" => JobState::Failed,
            "CANCELLED" | "CANCELED" | "ABORTED" => JobState::Cancelled,
            _ => JobState::Unknown(word.to_owned()),
        }
    }
}

impl WireObject for ArchiveJobStarted {
    fn identity(&self) -> &str {
        &self.job_id
    }
}

impl WireObject for ArchiveJob {
    fn settle(&mut self) {
        if self.archive_name.is_none() {
            self.archive_name = self.archive_filename.take();
        }
        if self.overall_status.is_none() {
            self.overall_status = self.status.take();
        }
    }

    fn identity(&self) -> &str {
        &self.job_id
    }
}
