//! Everything the detail panel shows about one artifact.

use serde_json::Value;
use waybill_client::{Client, Error as ClientError, ErrorKind};
use waybill_engine::{FilePlace, SnapshotPlace, Tracing as Level, unlock_hint};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, State};

use super::export::no_archive;
use super::file_name::file_name;
use super::masking::mask_one;
use super::open::Place;
use super::values;
use crate::Waybill;
use crate::changes::actions;
use crate::settings::StoredInstance;
use crate::view::{ArtifactDetail, CommandError, PlaceRef, Tracing};

impl Waybill {
    /// One artifact of a place with its values, and what depends on what.
    ///
    /// # Errors
    /// `UnknownSubject` if the place does not hold it; the failures of the place.
    pub async fn artifact_detail(
        &self,
        place: &PlaceRef,
        id: &ArtifactId,
    ) -> Result<ArtifactDetail, CommandError> {
        let detail = match self.open_place(place).await? {
            Place::Instance(instance) => self.live_detail(&instance, id).await,
            Place::Snapshot(snapshot) => {
                let id = id.clone();
                tokio::task::spawn_blocking(move || snapshot_detail(&snapshot, &id))
                    .await
                    .map_err(CommandError::internal)?
            }
            Place::File(file) => {
                let id = id.clone();
                tokio::task::spawn_blocking(move || file_detail(&file, &id))
                    .await
                    .map_err(CommandError::internal)?
            }
        };
        detail.map(|mut detail| {
            mask_one(&mut detail.artifact);
            detail.versions.iter_mut().for_each(mask_one);
            detail
        })
    }

    async fn live_detail(
        &self,
        instance: &StoredInstance,
        id: &ArtifactId,
    ) -> Result<ArtifactDetail, CommandError> {
        let catalogue = self.known_catalogue(instance).await?;
        let mut detail = known(&catalogue, id)?;
        let client = self.client_of(instance).await?;
        fill_in(&mut detail, &client, &catalogue).await?;
        detail.cannot_export_because = no_archive(id).or_else(|| held_back(&detail.artifact));
        offer(&mut detail);
        detail.unlock_hint = unlock_hint(&detail.artifact);
        detail.actions = actions(&detail);
        Ok(detail)
    }
}

/// Reads what lists do not tell.
async fn fill_in(
    detail: &mut ArtifactDetail,
    client: &Client,
    catalogue: &Catalogue,
) -> Result<(), CommandError> {
    let id = detail.artifact.id.clone();
    let wire = id.wire();
    match id.kind {
        ArtifactKind::Connection => {
            let read = tolerated(client.connection(&id.scope, &id.code).await)?;
            detail.connection = read.and_then(|read| values::connection(&read.raw));
        }
        ArtifactKind::Integration => {
            if let Some(read) = tolerated(client.integration(&id.scope, &wire).await)? {
                tracing_of(detail, &read.raw);
            }
            if detail.artifact.state == Some(State::Failed) {
                // Not documented for every generation; without it the state says enough.
                let read = client.activation_errors(&id.scope, &wire).await;
                detail.activation_errors = read.map(|read| read.value.words).unwrap_or_default();
            }
            let schedule = schedule_id(&id);
            if catalogue.get(&schedule).is_some() {
                let read = tolerated(client.schedule(&id.scope, &wire).await)?.flatten();
                detail.schedule = read.and_then(|read| values::schedule(&read.raw));
            }
        }
        ArtifactKind::Schedule => {
            let read = tolerated(client.schedule(&id.scope, &wire).await)?.flatten();
            detail.schedule = read.and_then(|read| values::schedule(&read.raw));
        }
        ArtifactKind::Lookup => {
            let bytes = tolerated(client.export_lookup(&id.scope, &id.code).await)?;
            detail.archive_bytes = bytes.as_ref().map(|bytes| bytes.len() as u64);
            detail.lookup = bytes.and_then(|bytes| values::lookup_bytes(&bytes));
        }
        // What lives in a project comes with its project alone.
        ArtifactKind::Library if no_archive(&id).is_none() => {
            let bytes = tolerated(client.export_library(&wire).await)?;
            detail.archive_bytes = bytes.as_ref().map(|bytes| bytes.len() as u64);
            detail.library_functions =
                bytes.map_or_else(Vec::new, |bytes| values::library_functions(&bytes));
        }
        _ => {}
    }
    Ok(())
}

fn snapshot_detail(
    snapshot: &SnapshotPlace,
    id: &ArtifactId,
) -> Result<ArtifactDetail, CommandError> {
    let catalogue = snapshot.catalogue()?;
    let mut detail = known(&catalogue, id)?;
    let Ok(entry) = snapshot.entry(id).cloned() else {
        detail.cannot_export_because = Some(
            "It is listed in this snapshot, but could not be read when it was taken.".to_owned(),
        );
        return Ok(detail);
    };
    let record = snapshot.artifact_record(id)?;
    match id.kind {
        ArtifactKind::Connection => detail.connection = values::connection(&record),
        ArtifactKind::Schedule => detail.schedule = values::schedule(&record),
        ArtifactKind::Integration => {
            tracing_of(&mut detail, &record);
            let schedule = schedule_id(id);
            if snapshot.entry(&schedule).is_ok() {
                detail.schedule = values::schedule(&snapshot.artifact_record(&schedule)?);
            }
        }
        ArtifactKind::Lookup if entry.archive.is_some() => {
            detail.lookup = values::lookup_bytes(&snapshot.bytes(id)?.1);
        }
        ArtifactKind::Library if entry.archive.is_some() => {
            detail.library_functions = values::library_functions(&snapshot.bytes(id)?.1);
        }
        _ => {}
    }
    match &entry.archive {
        Some(archive) => detail.archive_bytes = Some(archive.size),
        None => {
            detail.cannot_export_because =
                Some(no_archive(id).unwrap_or_else(|| {
                    "This snapshot holds its record, and no archive.".to_owned()
                }));
        }
    }
    offer(&mut detail);
    Ok(detail)
}

fn file_detail(file: &FilePlace, id: &ArtifactId) -> Result<ArtifactDetail, CommandError> {
    let catalogue = file.catalogue();
    let mut detail = known(&catalogue, id)?;
    let contents = &file.opened().contents;
    let named = |code: &str, version: &str| {
        code == id.code && id.version.as_deref().is_none_or(|known| known == version)
    };
    detail.connection = contents
        .connections
        .iter()
        .find(|one| {
            id.kind == ArtifactKind::Connection && one.scope == id.scope && one.code == id.code
        })
        .map(values::archived_connection);
    detail.schedule = contents
        .schedules
        .iter()
        .find(|one| {
            matches!(id.kind, ArtifactKind::Schedule | ArtifactKind::Integration)
                && one.scope == id.scope
                && named(&one.integration.code, &one.integration.version)
        })
        .map(values::archived_schedule);
    detail.lookup = contents
        .lookups
        .iter()
        .find(|one| id.kind == ArtifactKind::Lookup && one.scope == id.scope && one.name == id.code)
        .map(values::lookup);
    detail.library_functions = contents
        .libraries
        .iter()
        .find(|one| {
            id.kind == ArtifactKind::Library
                && one.scope == id.scope
                && named(&one.code, one.version.as_deref().unwrap_or_default())
        })
        .map(|one| one.functions.clone())
        .unwrap_or_default();
    match file.bytes(id) {
        Ok(bytes) => {
            detail.archive_bytes = Some(bytes.len() as u64);
            detail.file_name = Some(file_name(id, Some(&bytes)));
            detail.can_export = true;
        }
        Err(_) => {
            detail.cannot_export_because = Some(
                "It is part of the archive and has no archive of its own in there.".to_owned(),
            );
        }
    }
    Ok(detail)
}

/// What the catalogue tells.
fn known(catalogue: &Catalogue, id: &ArtifactId) -> Result<ArtifactDetail, CommandError> {
    let artifact = catalogue.get(id).cloned().ok_or_else(|| {
        CommandError::unknown("artifact", &id.to_string())
            .guide("Read the catalogue again and choose from it.")
    })?;
    Ok(ArtifactDetail {
        uses: catalogue.uses(id),
        used_by: catalogue.used_by(id),
        versions: catalogue.versions(id).cloned().collect(),
        artifact,
        connection: None,
        schedule: None,
        lookup: None,
        library_functions: Vec::new(),
        tracing: None,
        payload_tracing: None,
        tracing_level: None,
        activation_errors: Vec::new(),
        unlock_hint: None,
        actions: Vec::new(),
        can_export: false,
        cannot_export_because: None,
        file_name: None,
        archive_bytes: None,
    })
}

/// Says under which name it can be saved, unless something stands against it.
fn offer(detail: &mut ArtifactDetail) {
    detail.can_export = detail.cannot_export_because.is_none();
    detail.file_name = detail
        .can_export
        .then(|| file_name(&detail.artifact.id, None));
}

/// Why the service would refuse an export now.
fn held_back(artifact: &Artifact) -> Option<String> {
    if artifact.prebuilt {
        return Some("Oracle delivers it; it cannot be exported.".to_owned());
    }
    let lock = artifact.lock.as_ref()?;
    Some(match &lock.by {
        Some(by) => format!("{by} has it open in the console."),
        None => "Somebody has it open in the console.".to_owned(),
    })
}

fn tracing_of(detail: &mut ArtifactDetail, record: &Value) {
    let flag = |name: &str| record.get(name).and_then(Value::as_bool);
    detail.tracing = flag("tracingEnabledFlag");
    detail.payload_tracing = flag("payloadTracingEnabledFlag");
    detail.tracing_level = detail.tracing.map(|tracing| {
        let payloads = detail.payload_tracing.unwrap_or_default();
        match Level::of_flags(tracing, payloads) {
            Level::Production => Tracing::Production,
            Level::Audit => Tracing::Audit,
            Level::Debug => Tracing::Debug,
        }
    });
}

fn schedule_id(integration: &ArtifactId) -> ArtifactId {
    ArtifactId {
        kind: ArtifactKind::Schedule,
        ..integration.clone()
    }
}

/// The detail of something that is locked, gone or forbidden is what the list tells; a lost network
/// is an error.
fn tolerated<T>(read: Result<T, ClientError>) -> Result<Option<T>, CommandError> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Locked
                    | ErrorKind::NotFound
                    | ErrorKind::Forbidden
                    | ErrorKind::Unsupported
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
