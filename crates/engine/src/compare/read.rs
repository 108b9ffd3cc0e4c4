//! Reading what an artifact of a place means: its archive, its record, or both.
//!
//! | kind | instance and snapshot | files |
//! |---|---|---|
//! | integration | own archive, in a project the project's | the archive that holds it |
//! | connection, schedule | record | the archive |
//! | lookup, library | own archive (a lookup without: its rows) | the archive |
//! | certificate, agent group, access list | record | – |
//! | package, project, deployment | what the catalogue tells | what the catalogue tells |

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use serde_json::Value;
use waybill_archive::{Meaning, Opened, read_design};
use waybill_client::{Client, Error, ErrorKind};
use waybill_model::{ArtifactId, ArtifactKind, Dependency, Scope};

use super::held::{Trail, bytes_at};
use super::side::{Kept, Live, Place, Side};
use super::told;
use crate::blocking;
use crate::catalogue::drop_secrets;
use crate::error::{EngineError, Result};
use crate::failure::{Reach, artifact_reason, reach, sentence, singular};

/// Why an artifact could not be read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It alone; why, in plain words.
    This(String),
    /// Nothing else could be read either.
    Everything(EngineError),
}

impl From<EngineError> for Unread {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Cancelled | EngineError::Internal(_) => Self::Everything(error),
            other => Self::This(sentence(&other)),
        }
    }
}

/// An archive in which several artifacts of a place lie.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Shared {
    /// The archive of a project.
    Project(String),
    /// An archive among files.
    File(Arc<Trail>),
    /// All that lies unpacked.
    Unpacked,
}

/// An opened archive.
#[derive(Debug)]
pub(crate) enum Book {
    Own(Box<Opened>),
    /// The place itself has it.
    OfPlace,
}

/// The archive that the artifact shares with others.
pub(super) fn shared(side: &Side, id: &ArtifactId) -> Option<Shared> {
    match &side.place {
        Place::Files(files) => files.held.get(id).map(|held| match held.sha256 {
            Some(_) => Shared::File(held.trail.clone()),
            None => Shared::Unpacked,
        }),
        _ => match (&id.scope, id.kind) {
            (Scope::Project(project), ArtifactKind::Integration) => {
                Some(Shared::Project(project.clone()))
            }
            _ => None,
        },
    }
}

/// Opens an archive that several artifacts share. `fetched` counts what came from an instance.
pub(super) async fn open(
    side: &Arc<Side>,
    shared: Shared,
    fetched: &AtomicU32,
) -> std::result::Result<Book, Unread> {
    if let (Place::Live(live), Shared::Project(code)) = (&side.place, &shared) {
        let project = project(code);
        let name = side.catalogue().get(&project).map(|own| own.name.clone());
        let bytes = live
            .client
            .export_project(code, name.as_deref(), None)
            .await
            .map_err(|error| failed(side, &project, error))?;
        fetched.fetch_add(1, Ordering::Relaxed);
        return Ok(heavy(move || opened(&bytes)).await?);
    }
    let side = side.clone();
    Ok(heavy(move || open_at_rest(&side, &shared)).await?)
}

/// Opens an archive of a place that has no calls to make.
fn open_at_rest(side: &Side, shared: &Shared) -> Result<Book> {
    match (&side.place, shared) {
        (Place::Files(files), Shared::File(trail)) => {
            opened(bytes_at(&files.place, trail).unwrap_or_default())
        }
        (Place::Files(files), _) => files.place.designed().map(|_| Book::OfPlace),
        (Place::Snapshot(kept), Shared::Project(code)) => {
            let (_, bytes) = kept.place.bytes(&holder(kept, code))?;
            opened(&bytes)
        }
        _ => Err(EngineError::Internal(
            "no archive is shared there".to_owned(),
        )),
    }
}

/// What of a snapshot holds the design of a project: its own archive, else that of a deployment of it.
fn holder(kept: &Kept, code: &str) -> ArtifactId {
    let whole = project(code);
    let manifest = kept.place.manifest();
    let has_archive = |id: &ArtifactId| {
        manifest
            .entry(id)
            .is_some_and(|entry| entry.archive.is_some())
    };
    if has_archive(&whole) {
        return whole;
    }
    let inside = Scope::Project(code.to_owned());
    let part = manifest.artifacts.iter().find(|entry| {
        entry.id.kind == ArtifactKind::Deployment
            && entry.id.scope == inside
            && entry.archive.is_some()
    });
    part.map_or(whole, |entry| entry.id.clone())
}

/// What an artifact of a snapshot means. Blocks.
pub(super) fn understand_kept(side: Arc<Side>, id: &ArtifactId) -> Result<Meaning> {
    let book = shared(&side, id)
        .map(|shared| open_at_rest(&side, &shared).map(Arc::new))
        .transpose()?;
    let source = Source {
        side,
        id: id.clone(),
        book,
        archive: None,
        record: None,
        depth: Depth::Meaning,
    };
    source.understand().map(|understood| understood.meaning)
}

/// How much is read of an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// What its fingerprint is made of.
    Meaning,
    /// Also what it needs.
    Needs,
    /// Also how it stands, which archives do not tell.
    Whole,
}

/// An artifact that was read.
pub(super) struct Understood {
    pub meaning: Meaning,
    /// What its archive says that it needs.
    pub needs: Vec<Dependency>,
}

/// Reads an artifact. `book` is the archive it shares with others, if it does.
pub(super) async fn understood(
    side: &Arc<Side>,
    id: &ArtifactId,
    book: Option<Arc<Book>>,
    fetched: &AtomicU32,
    depth: Depth,
) -> std::result::Result<Understood, Unread> {
    let mut source = Source {
        side: side.clone(),
        id: id.clone(),
        book,
        archive: None,
        record: None,
        depth,
    };
    if let Place::Live(live) = &side.place {
        let (archive, record) = fetch(live, id, source.book.is_some(), depth)
            .await
            .map_err(|error| failed(side, id, error))?;
        fetched.fetch_add(
            u32::from(archive.is_some() || record.is_some()),
            Ordering::Relaxed,
        );
        source.archive = archive;
        source.record = record.or_else(|| entry_of_list(live, id));
    }
    Ok(heavy(move || source.understand()).await?)
}

/// What an artifact of an instance means whose archive or record is at hand.
pub(super) async fn understood_of(
    side: &Arc<Side>,
    id: &ArtifactId,
    archive: Option<Bytes>,
    record: Option<Value>,
) -> std::result::Result<Understood, Unread> {
    let source = Source {
        side: side.clone(),
        id: id.clone(),
        book: None,
        archive,
        record,
        depth: Depth::Needs,
    };
    Ok(heavy(move || source.understand()).await?)
}

/// What was read of an artifact.
struct Source {
    side: Arc<Side>,
    id: ArtifactId,
    book: Option<Arc<Book>>,
    archive: Option<Bytes>,
    record: Option<Value>,
    depth: Depth,
}

impl Source {
    fn understand(mut self) -> Result<Understood> {
        if let Place::Snapshot(kept) = &self.side.place {
            self.record = Some(kept.place.artifact_record(&self.id)?);
            self.archive = own_archive(kept, &self.id)?;
        }
        let record = self.record.as_ref();
        let found = match (&self.book, &self.archive) {
            (Some(book), _) => Some(self.in_book(book)?),
            (None, Some(bytes)) => Some(self.in_archive(bytes)?),
            (None, None) if self.id.kind == ArtifactKind::Lookup => {
                let rows = record.and_then(told::rows_as_csv);
                let rows = rows.map(|rows| self.in_archive(rows.as_bytes()));
                rows.transpose()?
            }
            (None, None) => None,
        };
        match (found, record) {
            (Some(mut found), Some(record)) if self.depth == Depth::Whole => {
                let beside = told::beside_archive(self.id.kind, record);
                found.meaning = found.meaning.with(beside);
                Ok(found)
            }
            (Some(found), _) => Ok(found),
            (None, Some(record)) => Ok(Understood {
                meaning: told::of_record(self.id.kind, record),
                needs: Vec::new(),
            }),
            (None, None) => Err(self.not_there()),
        }
    }

    fn in_book(&self, book: &Book) -> Result<Understood> {
        let opened = match (book, &self.side.place) {
            (Book::Own(opened), _) => opened.as_ref(),
            (Book::OfPlace, Place::Files(files)) => files.place.designed()?,
            (Book::OfPlace, _) => return Err(self.not_there()),
        };
        self.of(opened, &self.id).ok_or_else(|| self.not_there())
    }

    /// In its own archive, which may tell neither scope nor version of it.
    fn in_archive(&self, bytes: &[u8]) -> Result<Understood> {
        let opened = design(bytes)?;
        if let Some(found) = self.of(&opened, &self.id) {
            return Ok(found);
        }
        let held = opened.catalogue().artifacts;
        let mut alike = held
            .iter()
            .filter(|artifact| artifact.id.kind == self.id.kind);
        match (alike.next(), alike.next()) {
            (Some(only), None) => self.of(&opened, &only.id),
            _ => None,
        }
        .ok_or_else(|| self.not_there())
    }

    fn of(&self, opened: &Opened, id: &ArtifactId) -> Option<Understood> {
        let meaning = Meaning::in_archive(opened, id)?;
        let needs = match self.depth {
            Depth::Meaning => Vec::new(),
            Depth::Needs | Depth::Whole => {
                let catalogue = opened.catalogue();
                let own = catalogue.get(id);
                own.map(|own| own.dependencies.clone()).unwrap_or_default()
            }
        };
        Some(Understood { meaning, needs })
    }

    fn not_there(&self) -> EngineError {
        EngineError::NotInPlace {
            artifact: Box::new(self.id.clone()),
            place: self.side.title().to_owned(),
        }
    }
}

/// Fetches archive and record of an artifact of a live instance, as far as its kind needs them.
async fn fetch(
    live: &Live,
    id: &ArtifactId,
    shared: bool,
    depth: Depth,
) -> std::result::Result<(Option<Bytes>, Option<Value>), Error> {
    let client = &live.client;
    let wire = id.wire();
    Ok(match id.kind {
        ArtifactKind::Integration => {
            let archive = async {
                if shared {
                    return Ok(None);
                }
                client.export_integration(&wire).await.map(Some)
            };
            let record = async {
                if depth != Depth::Whole {
                    return Ok(None);
                }
                let read = client.integration(&id.scope, &wire).await?;
                Ok(Some(without_secrets(read.raw)))
            };
            futures::try_join!(archive, record)?
        }
        ArtifactKind::Connection => {
            let read = client.connection(&id.scope, &id.code).await?;
            (None, Some(without_secrets(read.raw)))
        }
        ArtifactKind::Lookup => lookup(client, id).await?,
        ArtifactKind::Library => (Some(client.export_library(&wire).await?), None),
        ArtifactKind::Schedule => {
            let read = client.schedule(&id.scope, &wire).await?;
            (None, read.map(|read| without_secrets(read.raw)))
        }
        _ => (None, None),
    })
}

/// Projects export lookups since June 2025 only (documented): else the object has the rows.
async fn lookup(
    client: &Client,
    id: &ArtifactId,
) -> std::result::Result<(Option<Bytes>, Option<Value>), Error> {
    match client.export_lookup(&id.scope, &id.code).await {
        Err(error) if id.scope != Scope::Global && *error.kind() == ErrorKind::NotFound => {
            let read = client.lookup(&id.scope, &id.code).await?;
            Ok((None, Some(read.raw)))
        }
        other => Ok((Some(other?), None)),
    }
}

/// The list tells all there is of these kinds.
fn entry_of_list(live: &Live, id: &ArtifactId) -> Option<Value> {
    let of_list = matches!(
        id.kind,
        ArtifactKind::Certificate | ArtifactKind::AgentGroup | ArtifactKind::AccessList
    );
    let detail = live.details.get(id).filter(|_| of_list)?;
    Some(detail.wire.clone()).filter(|wire| !wire.is_null())
}

fn own_archive(kept: &Kept, id: &ArtifactId) -> Result<Option<Bytes>> {
    if kept.place.entry(id)?.archive.is_none() {
        return Ok(None);
    }
    let (_, bytes) = kept.place.bytes(id)?;
    Ok(Some(bytes.into()))
}

fn without_secrets(mut record: Value) -> Value {
    drop_secrets(&mut record);
    record
}

fn project(code: &str) -> ArtifactId {
    ArtifactId::global(ArtifactKind::Project, code, None)
}

pub(super) fn opened(bytes: &[u8]) -> Result<Book> {
    design(bytes).map(|opened| Book::Own(Box::new(opened)))
}

fn design(bytes: &[u8]) -> Result<Opened> {
    read_design(bytes).map_err(|error| EngineError::Archive {
        path: "its archive".into(),
        source: Box::new(error),
    })
}

pub(super) fn failed(side: &Side, id: &ArtifactId, error: Error) -> Unread {
    if reach(&error) != Reach::This {
        return Unread::Everything(EngineError::ArtifactCall {
            artifact: Box::new(id.clone()),
            source: Box::new(error),
        });
    }
    if *error.kind() == ErrorKind::NotFound {
        return Unread::This(format!(
            "{} `{}` is no longer in {}.",
            singular(id.kind),
            id.wire(),
            side.title()
        ));
    }
    let reason = match side.catalogue().get(id) {
        Some(artifact) => artifact_reason(artifact, &error).0,
        None => sentence(&error),
    };
    Unread::This(format!("{}: {reason}", side.title()))
}

/// Work that takes the processor, away from the threads that wait for the network, and no more of it
/// at once than the computer can do: what is opened meanwhile is large.
pub(crate) async fn heavy<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    static TURNS: std::sync::OnceLock<tokio::sync::Semaphore> = std::sync::OnceLock::new();
    let turns = TURNS.get_or_init(|| {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        tokio::sync::Semaphore::new(processors + 1)
    });
    let _turn = turns.acquire().await;
    blocking::run(work).await
}
