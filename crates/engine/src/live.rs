//! A live instance as a place: the record and the archive of one artifact, read when somebody looks
//! at it or saves it.

use bytes::Bytes;
use serde_json::Value;
use waybill_client::{Client, Error};
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use crate::catalogue::drop_secrets;
use crate::error::{EngineError, Result};
use crate::layout::{Layout, archive_extension};

/// A file made of an artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactFile {
    /// The name it has in a snapshot, without folders; safe on every system.
    pub name: String,
    /// Its bytes, as the instance served them.
    pub bytes: Bytes,
}

/// Downloads the archive of an artifact: what a snapshot would hold of it, and of a deployment its
/// part of the project.
///
/// # Errors
/// `NotInPlace` for kinds without an archive, `ArtifactCall` if the instance refuses.
pub async fn live_archive(client: &Client, id: &ArtifactId) -> Result<ArtifactFile> {
    let wire_id = id.wire();
    let bytes = match (id.kind, &id.scope) {
        (ArtifactKind::Integration, Scope::Global) => client.export_integration(&wire_id).await,
        (ArtifactKind::Package, _) => client.export_package(&id.code).await,
        (ArtifactKind::Library, Scope::Global) => client.export_library(&wire_id).await,
        (ArtifactKind::Lookup, scope) => client.export_lookup(scope, &id.code).await,
        (ArtifactKind::Project, _) => client.export_project(&id.code, None, None).await,
        (ArtifactKind::Deployment, Scope::Project(project)) => {
            client.export_project(project, None, Some(&id.code)).await
        }
        _ => {
            return Err(EngineError::NotInPlace {
                artifact: Box::new(id.clone()),
                place: "the archives that the instance exports".to_owned(),
            });
        }
    }
    .map_err(|error| failed(id, error))?;
    let extension = match id.kind {
        ArtifactKind::Library if !bytes.starts_with(b"PK") => "js",
        kind => archive_extension(kind),
    };
    let path = Layout::of([id]).path(id, extension).unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(ArtifactFile { name, bytes })
}

/// Reads the object of an artifact, without secrets. `None` for kinds of which the lists tell all
/// there is, and for a schedule that is not there.
///
/// # Errors
/// `ArtifactCall` if the instance refuses.
pub async fn live_record(client: &Client, id: &ArtifactId) -> Result<Option<Value>> {
    let wire_id = id.wire();
    let record = match id.kind {
        ArtifactKind::Integration => client
            .integration(&id.scope, &wire_id)
            .await
            .map(|read| Some(read.raw)),
        ArtifactKind::Connection => client
            .connection(&id.scope, &id.code)
            .await
            .map(|read| Some(read.raw)),
        ArtifactKind::Lookup => client
            .lookup(&id.scope, &id.code)
            .await
            .map(|read| Some(read.raw)),
        ArtifactKind::Library if id.scope == Scope::Global => {
            client.library(&wire_id).await.map(|read| Some(read.raw))
        }
        ArtifactKind::Package => client.package(&id.code).await.map(|read| Some(read.raw)),
        ArtifactKind::Project => client.project(&id.code).await.map(|read| Some(read.raw)),
        ArtifactKind::Schedule => {
            let read = client.schedule(&id.scope, &wire_id).await;
            read.map(|schedule| schedule.map(|read| read.raw))
        }
        _ => Ok(None),
    };
    let mut record = record.map_err(|error| failed(id, error))?;
    if let Some(record) = &mut record {
        drop_secrets(record);
    }
    Ok(record)
}

fn failed(id: &ArtifactId, error: Error) -> EngineError {
    EngineError::ArtifactCall {
        artifact: Box::new(id.clone()),
        source: Box::new(error),
    }
}
