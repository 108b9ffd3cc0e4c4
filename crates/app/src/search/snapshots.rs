//! Looking through snapshots: each content once, however many of them hold it.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;
use waybill_engine::manifest::{ArtifactEntry, FileStamp, Manifest};
use waybill_engine::{EngineError, SnapshotPlace};
use waybill_model::{ArtifactId, ArtifactKind, Dependency};

use super::Search;
use super::hits::{Found, Hits, PlaceNumber};
use super::look::{Content, look};
use super::owner::Owners;
use crate::Waybill;
use crate::places::blocking;
use crate::view::{CommandError, PlaceHead, PlaceRef};

const DOING: &str = "Looking through snapshots";

/// A snapshot that is searched.
pub(super) struct Opened {
    pub place: SnapshotPlace,
    /// Where it is, where it is a copy.
    copy: Option<PlaceRef>,
    pub owners: Owners,
    /// Packages whose integrations lie in the snapshot by themselves.
    repeated: BTreeSet<ArtifactId>,
}

/// One content, in the newest place that holds it.
struct Subject<'a> {
    opened: &'a Opened,
    place: PlaceNumber,
    entry: &'a ArtifactEntry,
    also: Vec<PlaceNumber>,
}

impl Opened {
    pub(super) fn new(place: SnapshotPlace) -> Self {
        let manifest = place.manifest();
        let known = manifest.artifacts.iter();
        let owners = Owners::new(known.map(|entry| (&entry.id, entry.name.as_str())));
        let repeated = repeated(&place, manifest);
        Self {
            place,
            copy: None,
            owners,
            repeated,
        }
    }

    fn copy((copy, place): (PlaceRef, SnapshotPlace)) -> Self {
        Self {
            copy: Some(copy),
            ..Self::new(place)
        }
    }

    /// What the snapshot holds of an artifact.
    pub(super) fn content(&self, entry: &ArtifactEntry) -> Result<Content, EngineError> {
        let record = self.place.artifact_record(&entry.id).ok();
        let wanted = entry.archive.is_some() && !self.repeated.contains(&entry.id);
        let archive = wanted
            .then(|| self.place.bytes(&entry.id).map(|(_, bytes)| bytes))
            .transpose()?;
        Ok(Content { archive, record })
    }
}

/// The packages whose members all have archives of their own here.
fn repeated(place: &SnapshotPlace, manifest: &Manifest) -> BTreeSet<ArtifactId> {
    let Ok(catalogue) = place.catalogue() else {
        return BTreeSet::new();
    };
    let held = |need: &Dependency| {
        manifest
            .entry(&need.id)
            .is_some_and(|entry| entry.archive.is_some())
    };
    let packages = catalogue
        .artifacts
        .iter()
        .filter(|artifact| artifact.id.kind == ArtifactKind::Package);
    packages
        .filter(|package| !package.dependencies.is_empty())
        .filter(|package| package.dependencies.iter().all(held))
        .map(|package| package.id.clone())
        .collect()
}

impl Waybill {
    /// Searches these snapshots.
    pub(super) async fn search_snapshots(
        &self,
        ids: Vec<String>,
        copies: Vec<(PlaceRef, SnapshotPlace)>,
        search: &Search,
        hits: &mut Hits,
    ) -> Result<(), CommandError> {
        search.begin("Opening the snapshots", Some(ids.len()));
        let mut failures = Vec::new();
        let mut opened = self.opened_snapshots(ids, search).await?;
        let copies = blocking(move || {
            let copies = copies.into_iter().map(Opened::copy);
            Ok(copies.collect::<Vec<_>>())
        })
        .await?;
        opened.extend(copies.into_iter().map(Ok));
        search.go_on()?;
        let mut places = Vec::new();
        for one in opened {
            match one {
                Ok(one) => places.push(one),
                Err(error) => failures.push(CommandError::from(error)),
            }
        }
        if places.is_empty() && hits.places() == 0 && !failures.is_empty() {
            return Err(failures.swap_remove(0));
        }
        for failure in failures {
            hits.note(failure.message);
        }
        places.sort_by(|left, right| {
            right
                .place
                .manifest()
                .taken_at
                .cmp(&left.place.manifest().taken_at)
        });
        let numbers: Vec<PlaceNumber> = places
            .iter()
            .map(|one| {
                let mut head = self.head_of_snapshot(&one.place);
                if let Some(copy) = &one.copy {
                    head.place = copy.clone();
                }
                hits.add_place(head)
            })
            .collect();
        for one in &places {
            missing(one.place.manifest(), hits);
        }
        let run = search.clone();
        let (found, notes, contents) = blocking(move || {
            let subjects = subjects(&places, &numbers);
            run.begin(DOING, Some(subjects.len()));
            let looked: Vec<_> = subjects
                .par_iter()
                .map(|subject| {
                    let outcome = (!run.cancel.is_cancelled()).then(|| subject.look(&run));
                    run.step(DOING, subjects.len());
                    outcome
                })
                .collect();
            let mut found = Vec::new();
            let mut notes = Vec::new();
            for (subject, outcome) in subjects.iter().zip(looked) {
                match outcome {
                    Some(Ok(one)) if one.is_empty() => {}
                    Some(Ok(one)) => found.push((subject.place, subject.also.clone(), one)),
                    Some(Err(note)) => notes.push(note),
                    None => {}
                }
            }
            Ok::<_, EngineError>((found, notes, subjects.len()))
        })
        .await?;
        search.go_on()?;
        hits.looked_through(contents);
        for note in notes {
            hits.note(note);
        }
        for (place, also, one) in found {
            hits.add(place, &also, one);
        }
        Ok(())
    }

    async fn opened_snapshots(
        &self,
        ids: Vec<String>,
        search: &Search,
    ) -> Result<Vec<Result<Opened, EngineError>>, CommandError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let step = search.clone();
        blocking(move || {
            let all = ids.par_iter().map(|id| {
                if step.cancel.is_cancelled() {
                    return Err(EngineError::Cancelled);
                }
                let place = SnapshotPlace::open(vault.clone(), id);
                step.step("Opening the snapshots", ids.len());
                place.map(Opened::new)
            });
            Ok::<_, EngineError>(all.collect())
        })
        .await
    }

    pub(super) fn head_of_snapshot(&self, place: &SnapshotPlace) -> PlaceHead {
        let manifest = place.manifest();
        let saved = self.stored_instance(&manifest.instance.id).ok();
        PlaceHead {
            place: PlaceRef::Snapshot {
                id: place.record().id.clone(),
            },
            title: manifest.instance.name.clone(),
            instance_id: saved.map(|instance| instance.id),
            environment: Some(manifest.instance.environment),
            read_at: manifest.taken_at.clone(),
        }
    }
}

/// Each content once, in the newest snapshot that holds it.
fn subjects<'a>(places: &'a [Opened], numbers: &[PlaceNumber]) -> Vec<Subject<'a>> {
    let mut known: HashMap<(&ArtifactId, Vec<&str>), usize> = HashMap::new();
    let mut subjects: Vec<Subject<'a>> = Vec::new();
    for (opened, place) in places.iter().zip(numbers) {
        for entry in &opened.place.manifest().artifacts {
            let hashes = entry.files().map(|file: &FileStamp| file.sha256.as_str());
            let key = (&entry.id, hashes.collect::<Vec<_>>());
            if let Some(index) = known.get(&key) {
                subjects[*index].also.push(*place);
                continue;
            }
            known.insert(key, subjects.len());
            subjects.push(Subject {
                opened,
                place: *place,
                entry,
                also: Vec::new(),
            });
        }
    }
    subjects
}

impl Subject<'_> {
    fn look(&self, search: &Search) -> Result<Vec<Found>, String> {
        let id = &self.entry.id;
        let name = &self.entry.name;
        let content = self
            .opened
            .content(self.entry)
            .map_err(|error| CommandError::from(error).message)?;
        look(id, &content, &self.opened.owners, search).map_err(|error| {
            format!("The archive of `{name}` ({id}) could not be looked through: {error}")
        })
    }
}

fn missing(manifest: &Manifest, hits: &mut Hits) {
    match manifest.unread.len() {
        0 => {}
        unread => hits.note(format!(
            "The snapshot of {} taken {} lacks {unread} {} that could not be read.",
            manifest.instance.name,
            manifest.taken_at,
            if unread == 1 { "artifact" } else { "artifacts" }
        )),
    }
}
