//! Looking through one content: an archive, a record, or both.

use std::collections::BTreeMap;

use serde_json::Value;
use waybill_archive::{ArchiveError, Limits, Match};
use waybill_model::{ArtifactId, ArtifactKind};

use super::hits::Found;
use super::owner::Owners;
use super::{Search, record};
use crate::view::SearchMatch;

/// The content of one artifact.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub archive: Option<Vec<u8>>,
    pub record: Option<Value>,
}

/// Finds the text in an artifact's own content, and says whose each match is.
pub(super) fn look(
    id: &ArtifactId,
    content: &Content,
    owners: &Owners,
    search: &Search,
) -> Result<Vec<Found>, ArchiveError> {
    let mut own = told(id, &owners.name(id), search, content);
    if let Some(value) = &content.record {
        own.extend(record::look(
            value,
            &search.needle,
            content.archive.is_some(),
        ));
    }
    let mut found = BTreeMap::from([(id.clone(), own)]);
    if let Some(bytes) = &content.archive {
        let matches = waybill_archive::search(bytes, &search.needle, Limits::default())?;
        for one in matches {
            let owner = owners.of(id, &one.path);
            found.entry(owner).or_default().push(shown(one));
        }
    }
    Ok(by_owner(found, owners))
}

/// Matches by their owners.
pub(super) fn by_owner(
    found: BTreeMap<ArtifactId, Vec<SearchMatch>>,
    owners: &Owners,
) -> Vec<Found> {
    found
        .into_iter()
        .filter(|(_, matches)| !matches.is_empty())
        .map(|(owner, matches)| Found {
            name: owners.name(&owner),
            owner,
            matches,
        })
        .collect()
}

/// A match as screens show it.
pub(super) fn shown(found: Match) -> SearchMatch {
    SearchMatch {
        path: found.path,
        spot: found.place,
        excerpt: found.excerpt,
    }
}

/// Its name and code, unless its archive or record tells them.
fn told(id: &ArtifactId, name: &str, search: &Search, content: &Content) -> Vec<SearchMatch> {
    let in_archive = content.archive.is_some()
        && matches!(id.kind, ArtifactKind::Integration | ArtifactKind::Lookup);
    let in_record = content.archive.is_none() && content.record.is_some();
    if in_archive || in_record {
        return Vec::new();
    }
    let code = (name != id.code).then_some(("code", id.code.as_str()));
    std::iter::once(("name", name))
        .chain(code)
        .filter_map(|(spot, value)| record::look_at(spot, value, &search.needle))
        .collect()
}
