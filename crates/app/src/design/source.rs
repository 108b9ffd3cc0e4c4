//! Where a design comes from: the archive of the integration, or the one around it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};
use waybill_archive::{
    ArchiveError, Finding, Integration, Limits, Opened, findings, findings_in_folder, read_design,
};
use waybill_engine::{EngineError, FilePlace};
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use super::Designed;
use crate::Waybill;
use crate::places::ArtifactFile;
use crate::view::{CommandError, ErrorCode, PlaceRef};

/// So many files of a folder are looked at to tell whether it changed.
const MOST: usize = 50_000;

impl Waybill {
    /// Names a design in the state it has at a place.
    pub(super) async fn design_key(
        &self,
        place: &PlaceRef,
        id: &ArtifactId,
    ) -> Result<String, CommandError> {
        let paths = match place {
            PlaceRef::Instance { id: instance } => {
                let instance = self.stored_instance(instance)?;
                let catalogue = self.known_catalogue(&instance).await?;
                let artifact = catalogue.get(id).ok_or_else(|| not_held(id))?;
                // Without a date, each reading of the lists may have brought another design.
                let state = artifact.updated.as_ref().unwrap_or(&catalogue.read_at);
                return Ok(format!("instance {} {id} {state}", instance.id));
            }
            PlaceRef::Snapshot { id: snapshot } => return Ok(format!("snapshot {snapshot} {id}")),
            PlaceRef::Copy { target, copy } => return Ok(format!("copy {target} {copy} {id}")),
            PlaceRef::File { path } => vec![PathBuf::from(path)],
            PlaceRef::Files { paths } => paths.iter().map(PathBuf::from).collect(),
        };
        let id = id.clone();
        tokio::task::spawn_blocking(move || format!("files {} {id}", stamp(&paths)))
            .await
            .map_err(CommandError::internal)
    }

    /// Reads the design of an integration at a place.
    pub(super) async fn read_design(
        &self,
        place: &PlaceRef,
        id: &ArtifactId,
    ) -> Result<Designed, CommandError> {
        let paths: Vec<PathBuf> = match place {
            PlaceRef::File { path } => vec![path.into()],
            PlaceRef::Files { paths } => paths.iter().map(PathBuf::from).collect(),
            PlaceRef::Instance { .. } | PlaceRef::Snapshot { .. } | PlaceRef::Copy { .. } => {
                let file = self.archive_around(place, id).await?;
                let id = id.clone();
                return off_thread(move || of_bytes(&file.bytes, &file.name, &id)).await;
            }
        };
        let (id, now) = (id.clone(), self.shared.clock.now());
        off_thread(move || of_files(&FilePlace::open_all(&paths, now)?, &id)).await
    }

    /// The archive of an integration; for one in a project, which has none of its own, that of the
    /// project.
    async fn archive_around(
        &self,
        place: &PlaceRef,
        id: &ArtifactId,
    ) -> Result<ArtifactFile, CommandError> {
        let file = match project_of(id) {
            Some(project) => self.artifact_bytes(place, &project).await?,
            None => self.artifact_bytes(place, id).await?,
        };
        // A snapshot holds records too.
        if file.bytes.starts_with(b"PK") {
            return Ok(file);
        }
        Err(CommandError::new(
            ErrorCode::NotOffered,
            format!(
                "This place holds the record of `{id}`, and no archive, so its flow is not known."
            ),
        ))
    }
}

async fn off_thread(
    work: impl FnOnce() -> Result<Designed, CommandError> + Send + 'static,
) -> Result<Designed, CommandError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(CommandError::internal)?
}

fn of_bytes(bytes: &[u8], name: &str, id: &ArtifactId) -> Result<Designed, CommandError> {
    let damaged = |source: ArchiveError| EngineError::Archive {
        path: name.into(),
        source: Box::new(source),
    };
    let opened = read_design(bytes).map_err(damaged)?;
    let found = findings(bytes, Limits::default()).map_err(damaged)?;
    of_opened(&opened, found, id)
}

fn of_files(file: &FilePlace, id: &ArtifactId) -> Result<Designed, CommandError> {
    if file.opened().catalogue().get(id).is_none() {
        return Err(not_held(id));
    }
    let project = project_of(id);
    for own in std::iter::once(id).chain(project.as_ref()) {
        if let Ok(bytes) = file.bytes(own) {
            return of_bytes(&bytes, &file.title(), id);
        }
    }
    // It lies unpacked in a folder.
    let mut found = Vec::new();
    for path in file.paths().filter(|path| path.is_dir()) {
        found.extend(
            findings_in_folder(path, Limits::default()).map_err(|source| EngineError::Archive {
                path: path.to_owned(),
                source: Box::new(source),
            })?,
        );
    }
    of_opened(file.designed()?, found, id)
}

fn of_opened(
    opened: &Opened,
    mut found: Vec<Finding>,
    id: &ArtifactId,
) -> Result<Designed, CommandError> {
    let contents = &opened.contents;
    let same = |one: &&Integration| {
        one.reference.code == id.code
            && id
                .version
                .as_deref()
                .is_none_or(|version| version == one.reference.version)
    };
    let integration = contents
        .integrations
        .iter()
        .filter(same)
        .find(|one| one.scope == id.scope)
        // Its own archive does not tell in which project it was.
        .or_else(|| contents.integrations.iter().find(same))
        .ok_or_else(|| not_held(id))?;
    if contents.integrations.len() > 1 {
        let own = format!(
            "{}_{}",
            integration.reference.code, integration.reference.version
        );
        found.retain(|one| {
            one.path
                .split('/')
                .any(|part| part.strip_suffix(".iar").unwrap_or(part) == own)
        });
    }
    Ok(Designed::new(id, integration, contents, found))
}

fn project_of(id: &ArtifactId) -> Option<ArtifactId> {
    let project = id.scope.project()?;
    Some(ArtifactId {
        kind: ArtifactKind::Project,
        scope: Scope::Global,
        code: project.to_owned(),
        version: None,
    })
}

fn not_held(id: &ArtifactId) -> CommandError {
    CommandError::unknown("artifact", &id.to_string())
        .guide("Read the catalogue again and choose from it.")
}

/// Changes when one of the files does, or what lies in one of the folders.
fn stamp(paths: &[PathBuf]) -> String {
    fn look(path: &Path, seen: &mut usize, hash: &mut Sha256) {
        *seen += 1;
        hash.update(path.as_os_str().as_encoded_bytes());
        let Ok(known) = fs::symlink_metadata(path) else {
            return;
        };
        let changed = known
            .modified()
            .ok()
            .and_then(|at| at.duration_since(UNIX_EPOCH).ok())
            .unwrap_or_default();
        hash.update(changed.as_nanos().to_le_bytes());
        hash.update(known.len().to_le_bytes());
        if !known.is_dir() || *seen > MOST {
            return;
        }
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let mut inner: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        inner.sort();
        for path in inner {
            look(&path, seen, hash);
        }
    }
    let mut hash = Sha256::new();
    let mut seen = 0;
    for path in paths {
        look(path, &mut seen, &mut hash);
    }
    let mut words = String::new();
    for byte in hash.finalize() {
        // Writing to a string does not fail.
        let _ = write!(words, "{byte:02x}");
    }
    words
}
