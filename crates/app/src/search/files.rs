//! Looking through archive files and folders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use waybill_archive::{ArchiveKind, Limits, Match, Opened};
use waybill_engine::{EngineError, FilePlace, read_file};
use waybill_model::{ArtifactId, ArtifactKind};

use super::hits::Hits;
use super::look::{by_owner, shown};
use super::owner::Owners;
use super::{Search, head_of_files};
use crate::Waybill;
use crate::places::blocking;
use crate::view::{CommandError, PlaceRef};

const DOING: &str = "Looking through files";

impl Waybill {
    /// Searches files and folders that make up one place.
    pub(super) async fn search_files(
        &self,
        place: &PlaceRef,
        paths: &[&String],
        search: &Search,
        hits: &mut Hits,
    ) -> Result<(), CommandError> {
        search.begin(DOING, Some(paths.len()));
        let now = self.shared.clock.now();
        let mut opened = Vec::new();
        for path in paths {
            search.go_on()?;
            let path = PathBuf::from(path);
            let run = search.clone();
            let total = paths.len();
            let looked = blocking(move || {
                let looked = look_through(&path, now, &run);
                run.step(DOING, total);
                looked
            });
            match looked.await {
                Ok(found) => opened.push(found),
                Err(error) if paths.len() == 1 => return Err(error),
                Err(error) => hits.note(error.message),
            }
        }
        let title = match opened.as_slice() {
            [(place, ..)] => place.title(),
            several => format!("{} files", several.len()),
        };
        let number = hits.add_place(head_of_files(place, title, now.to_string()));
        for (file, owners, found, note) in opened {
            hits.looked_through(file.catalogue().artifacts.len());
            hits.add(number, &[], by_owner(found, &owners));
            if let Some(note) = note {
                hits.note(note);
            }
        }
        Ok(())
    }
}

type Looked = (
    FilePlace,
    Owners,
    BTreeMap<ArtifactId, Vec<crate::view::SearchMatch>>,
    Option<String>,
);

fn look_through(path: &Path, now: jiff::Timestamp, search: &Search) -> Result<Looked, EngineError> {
    let place = FilePlace::open(path, now)?;
    let catalogue = place.catalogue();
    let known = catalogue.artifacts.iter();
    let owners = Owners::new(known.map(|artifact| (&artifact.id, artifact.name.as_str())));
    let matches = search_path(path, search)?;
    let mut found: BTreeMap<ArtifactId, Vec<_>> = BTreeMap::new();
    let mut nobodys = 0;
    for one in matches {
        match owner(place.opened(), &owners, &one) {
            Some(owner) => found.entry(owner).or_default().push(shown(one)),
            None => nobodys += 1,
        }
    }
    let note = (nobodys > 0).then(|| {
        format!(
            "In `{}` the text stands {nobodys} times in files that belong to no artifact.",
            path.display()
        )
    });
    Ok((place, owners, found, note))
}

fn search_path(path: &Path, search: &Search) -> Result<Vec<Match>, EngineError> {
    let failed = |source| EngineError::File {
        path: path.to_owned(),
        action: "read",
        source,
    };
    let limits = Limits::default();
    let found = if std::fs::metadata(path).map_err(failed)?.is_dir() {
        waybill_archive::search_in_folder(path, &search.needle, limits)
    } else {
        let bytes = read_file(path).map_err(failed)?;
        waybill_archive::search(&bytes, &search.needle, limits)
    };
    found.map_err(|source| EngineError::Archive {
        path: path.to_owned(),
        source: Box::new(source),
    })
}

/// Whose a match is: the artifact whose archive it is in, or one that is inside that.
fn owner(opened: &Opened, owners: &Owners, found: &Match) -> Option<ArtifactId> {
    let mut opened = opened;
    let mut path = found.path.as_str();
    loop {
        if let Some(own) = own_artifact(opened) {
            return Some(owners.of(&own, path));
        }
        let (member, rest) = opened.members().iter().find_map(|member| {
            let rest = path.strip_prefix(member.path.as_str())?;
            Some((member, rest.trim_start_matches('/')))
        })?;
        opened = &member.opened;
        path = rest;
    }
}

/// The artifact that an archive is of.
fn own_artifact(opened: &Opened) -> Option<ArtifactId> {
    let (_, kind) = [
        (ArchiveKind::Integration, ArtifactKind::Integration),
        (ArchiveKind::Package, ArtifactKind::Package),
        (ArchiveKind::Project, ArtifactKind::Project),
        (ArchiveKind::Lookup, ArtifactKind::Lookup),
        (ArchiveKind::Library, ArtifactKind::Library),
    ]
    .into_iter()
    .find(|(archive, _)| *archive == opened.kind)?;
    let artifacts = opened.catalogue().artifacts;
    let own = artifacts
        .into_iter()
        .find(|artifact| artifact.id.kind == kind);
    own.map(|artifact| artifact.id)
}
