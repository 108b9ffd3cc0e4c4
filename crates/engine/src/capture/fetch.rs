//! Fetching one artifact: as few calls as its kind allows.
//!
//! | kind | calls |
//! |---|---|
//! | integration outside projects | archive; the object too if it is scheduled, for its parameters |
//! | connection | the object |
//! | lookup | CSV, and the object unless the list gave the rows |
//! | library, package, project | archive |
//! | schedule | the object |
//! | deployment that was named | archive |
//! | anything else, and what is prebuilt | none: the list entry is the record |

use bytes::Bytes;
use serde_json::Value;
use waybill_client::{Client, Error, ErrorKind};
use waybill_model::{Artifact, ArtifactKind, Scope};

use crate::carry;
use crate::catalogue::{Detail, drop_secrets};
use crate::layout::archive_extension;

/// What was fetched of an artifact.
pub(super) struct Fetched {
    /// The archive with the ending of its name.
    pub archive: Option<(&'static str, Bytes)>,
    /// The record.
    pub record: Value,
    /// The carry key, where only fetching tells it.
    pub carry_key: Option<String>,
    /// Something worth a line in the log.
    pub note: Option<String>,
}

/// Whether anything has to be fetched: the record of some artifacts is their list entry.
pub(super) fn needs_calls(artifact: &Artifact, detail: &Detail) -> bool {
    let in_project = artifact.id.scope != Scope::Global;
    if artifact.prebuilt && artifact.id.kind != ArtifactKind::Connection {
        return false;
    }
    match artifact.id.kind {
        ArtifactKind::Integration => !in_project || detail.is_scheduled(),
        ArtifactKind::Connection
        | ArtifactKind::Lookup
        | ArtifactKind::Library
        | ArtifactKind::Package
        | ArtifactKind::Project
        | ArtifactKind::Schedule => true,
        ArtifactKind::Certificate
        | ArtifactKind::Deployment
        | ArtifactKind::AgentGroup
        | ArtifactKind::AccessList => false,
    }
}

/// Whether the artifact has an archive of its own.
pub(super) fn has_archive(artifact: &Artifact) -> bool {
    let in_project = artifact.id.scope != Scope::Global;
    !artifact.prebuilt
        && match artifact.id.kind {
            // The API exports no single integration out of a project (documented).
            ArtifactKind::Integration => !in_project,
            ArtifactKind::Lookup
            | ArtifactKind::Library
            | ArtifactKind::Package
            | ArtifactKind::Project => true,
            _ => false,
        }
}

impl Detail {
    fn is_scheduled(&self) -> bool {
        let flag = |name: &str| {
            self.wire
                .get(name)
                .and_then(Value::as_bool)
                .unwrap_or(false)
        };
        flag("scheduleApplicableFlag") || flag("scheduleDefinedFlag")
    }

    fn has_rows(&self) -> bool {
        self.wire.get("rows").is_some_and(Value::is_array)
    }
}

/// Fetches an artifact. `None`: it is no longer in the instance.
///
/// An archive that is not found is no proof of that: only an object that is gone as well is left
/// out, anything else could not be read.
pub(super) async fn fetch(
    client: &Client,
    artifact: &Artifact,
    detail: &Detail,
) -> Result<Option<Fetched>, Error> {
    match attempt(client, artifact, detail).await {
        Err(error) if *error.kind() == ErrorKind::NotFound => {
            if is_there(client, artifact).await? {
                Err(error)
            } else {
                Ok(None)
            }
        }
        other => other,
    }
}

/// Whether the instance still has the object.
async fn is_there(client: &Client, artifact: &Artifact) -> Result<bool, Error> {
    let (id, wire_id) = (&artifact.id, artifact.id.wire());
    let asked = match id.kind {
        ArtifactKind::Integration => client.integration(&id.scope, &wire_id).await.map(drop),
        ArtifactKind::Lookup => client.lookup(&id.scope, &id.code).await.map(drop),
        ArtifactKind::Library => client.library(&wire_id).await.map(drop),
        ArtifactKind::Package => client.package(&id.code).await.map(drop),
        ArtifactKind::Project => client.project(&id.code).await.map(drop),
        ArtifactKind::Deployment => {
            let project = id.scope.project().unwrap_or_default();
            client.deployment(project, &id.code).await.map(drop)
        }
        // Their object is what was asked for.
        _ => return Ok(false),
    };
    match asked {
        Ok(()) => Ok(true),
        Err(error) if *error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

async fn attempt(
    client: &Client,
    artifact: &Artifact,
    detail: &Detail,
) -> Result<Option<Fetched>, Error> {
    let id = &artifact.id;
    let wire_id = id.wire();
    let mut fetched = Fetched {
        archive: None,
        record: detail.wire.clone(),
        carry_key: detail.carry_key.clone(),
        note: None,
    };
    match id.kind {
        ArtifactKind::Integration => {
            let object = async {
                if detail.is_scheduled() {
                    client
                        .integration(&id.scope, &wire_id)
                        .await
                        .map(|read| Some(read.raw))
                } else {
                    Ok(None)
                }
            };
            let archive = async {
                if has_archive(artifact) {
                    client.export_integration(&wire_id).await.map(Some)
                } else {
                    Ok(None)
                }
            };
            let (object, archive) = futures::try_join!(object, archive)?;
            fetched.archive = archive.map(|bytes| (archive_extension(id.kind), bytes));
            fetched.record = object.unwrap_or(fetched.record);
        }
        ArtifactKind::Connection => {
            fetched.record = client.connection(&id.scope, &id.code).await?.raw;
        }
        ArtifactKind::Lookup => {
            let object = async {
                if detail.has_rows() {
                    Ok(None)
                } else {
                    client
                        .lookup(&id.scope, &id.code)
                        .await
                        .map(|read| Some(read.raw))
                }
            };
            let csv = async {
                match client.export_lookup(&id.scope, &id.code).await {
                    // Projects export lookups since June 2025 only (documented).
                    Err(error)
                        if id.scope != Scope::Global && *error.kind() == ErrorKind::NotFound =>
                    {
                        Ok(None)
                    }
                    other => other.map(Some),
                }
            };
            let (object, csv) = futures::try_join!(object, csv)?;
            fetched.record = object.unwrap_or(fetched.record);
            if csv.is_none() {
                fetched.note = Some(format!(
                    "Lookup `{}` is kept by its rows: the instance exports no CSV out of projects.",
                    artifact.name
                ));
            }
            fetched.archive = csv.map(|bytes| (archive_extension(id.kind), bytes));
        }
        ArtifactKind::Library => {
            let bytes = client.export_library(&wire_id).await?;
            let extension = if bytes.starts_with(b"PK") {
                "jar"
            } else {
                "js"
            };
            fetched.archive = Some((extension, bytes));
        }
        ArtifactKind::Package => {
            let bytes = client.export_package(&id.code).await?;
            fetched.archive = Some((archive_extension(id.kind), bytes));
        }
        ArtifactKind::Project => {
            let bytes = client
                .export_project(&id.code, Some(&artifact.name), None)
                .await?;
            fetched.archive = Some((archive_extension(id.kind), bytes));
        }
        // Asked for by name alone: see `plan`.
        ArtifactKind::Deployment => {
            let project = id.scope.project().unwrap_or_default();
            let bytes = client.export_project(project, None, Some(&id.code)).await?;
            fetched.archive = Some((archive_extension(id.kind), bytes));
        }
        ArtifactKind::Schedule => {
            let Some(read) = client.schedule(&id.scope, &wire_id).await? else {
                return Ok(None);
            };
            fetched.carry_key = Some(carry::of_content(&read.raw));
            fetched.record = read.raw;
        }
        _ => {}
    }
    drop_secrets(&mut fetched.record);
    Ok(Some(fetched))
}
