//! The bytes of an artifact, and saving them as a file.

use std::path::Path;

use waybill_model::{ArtifactId, ArtifactKind, Scope};

use super::file_name::file_name;
use super::open::{Place, blocking};
use crate::Waybill;
use crate::settings::StoredInstance;
use crate::storage::save_file;
use crate::view::{CommandError, ErrorCode, PlaceRef, SavedFile};

/// The bytes of an artifact with the name a file of them should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactFile {
    /// The name.
    pub name: String,
    /// The bytes, as the place holds them.
    pub bytes: Vec<u8>,
}

impl Waybill {
    /// The bytes of an artifact: its archive as the instance served it. Of a snapshot, what has no
    /// archive gives its record.
    ///
    /// # Errors
    /// `NotOffered` for what has no archive; `ArtifactLocked`; `UnknownSubject`; the failures of the
    /// place.
    pub async fn artifact_bytes(
        &self,
        place: &PlaceRef,
        id: &ArtifactId,
    ) -> Result<ArtifactFile, CommandError> {
        match self.open_place(place).await? {
            Place::Instance(instance) => {
                let bytes = self.live_bytes(&instance, id).await?;
                Ok(ArtifactFile {
                    name: file_name(id, Some(&bytes)),
                    bytes,
                })
            }
            Place::Snapshot(snapshot) => {
                let wanted = id.clone();
                let (stamp, bytes) = blocking(move || snapshot.bytes(&wanted)).await?;
                let is_record = Path::new(&stamp.path)
                    .extension()
                    .is_some_and(|extension| extension == "json");
                let proposed = file_name(id, Some(&bytes));
                let name = match proposed.rsplit_once('.') {
                    Some((stem, _)) if is_record => format!("{stem}.json"),
                    _ => proposed,
                };
                Ok(ArtifactFile { name, bytes })
            }
            Place::File(file) => {
                let wanted = id.clone();
                let bytes = blocking(move || file.bytes(&wanted)).await?;
                Ok(ArtifactFile {
                    name: file_name(id, Some(&bytes)),
                    bytes,
                })
            }
        }
    }

    /// The file name that an export of the artifact proposes.
    ///
    /// # Errors
    /// `NotOffered` for what cannot be saved, `UnknownSubject`, the failures of the place.
    pub async fn artifact_file_name(
        &self,
        place: &PlaceRef,
        id: &ArtifactId,
    ) -> Result<String, CommandError> {
        let detail = self.artifact_detail(place, id).await?;
        detail.file_name.ok_or_else(|| {
            CommandError::new(
                ErrorCode::NotOffered,
                detail
                    .cannot_export_because
                    .unwrap_or_else(|| format!("`{id}` has no archive.")),
            )
        })
    }

    /// Saves the archive of an artifact as a file.
    ///
    /// # Errors
    /// As [`Self::artifact_bytes`]; `FileFailed`, `DiskFull`.
    pub async fn save_artifact(
        &self,
        place: &PlaceRef,
        id: &ArtifactId,
        path: &Path,
    ) -> Result<SavedFile, CommandError> {
        let file = self.artifact_bytes(place, id).await?;
        let path = path.to_path_buf();
        let saved = tokio::task::spawn_blocking(move || save_file(&path, &file.bytes))
            .await
            .map_err(CommandError::internal)??;
        self.audit("archive saved", &id.to_string())?;
        Ok(saved)
    }

    async fn live_bytes(
        &self,
        instance: &StoredInstance,
        id: &ArtifactId,
    ) -> Result<Vec<u8>, CommandError> {
        if let Some(why) = no_archive(id) {
            return Err(CommandError::new(ErrorCode::NotOffered, why));
        }
        let client = self.client_of(instance).await?;
        let wire = id.wire();
        let bytes = match id.kind {
            ArtifactKind::Integration => client.export_integration(&wire).await?,
            ArtifactKind::Package => client.export_package(&id.code).await?,
            ArtifactKind::Lookup => client.export_lookup(&id.scope, &id.code).await?,
            ArtifactKind::Library => client.export_library(&wire).await?,
            ArtifactKind::Project => client.export_project(&id.code, None, None).await?,
            ArtifactKind::Deployment => {
                let project = id.scope.project().unwrap_or_default();
                client.export_project(project, None, Some(&id.code)).await?
            }
            _ => {
                return Err(CommandError::new(
                    ErrorCode::NotOffered,
                    format!("`{id}` has no archive."),
                ));
            }
        };
        Ok(bytes.to_vec())
    }
}

/// Why an artifact of an instance has no archive that could be fetched.
pub(super) fn no_archive(id: &ArtifactId) -> Option<String> {
    let in_project = id.scope != Scope::Global;
    match id.kind {
        ArtifactKind::Integration | ArtifactKind::Library if in_project => Some(
            "What lives in a project is exported with its project. Export the project instead."
                .to_owned(),
        ),
        ArtifactKind::Integration
        | ArtifactKind::Library
        | ArtifactKind::Lookup
        | ArtifactKind::Package
        | ArtifactKind::Project
        | ArtifactKind::Deployment => None,
        ArtifactKind::Connection => Some(
            "Oracle Integration exports no connections. A backup keeps the values of this one without its secrets.".to_owned(),
        ),
        ArtifactKind::Certificate => Some(
            "Oracle Integration gives out no certificates and keys. A backup keeps what is known of this one.".to_owned(),
        ),
        _ => Some(
            "Oracle Integration has no archive of this. A backup keeps what is known of it.".to_owned(),
        ),
    }
}
