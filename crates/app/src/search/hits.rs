//! What was found, by artifact and place.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use waybill_model::ArtifactId;

use super::count;
use crate::view::{PlaceHead, SearchHit, SearchMatch, SearchView};

/// So many artifacts are told.
const MOST_HITS: usize = 2_000;
/// So many matches of each.
const MOST_MATCHES: usize = 50;

/// Which of the places, by their order.
pub(super) type PlaceNumber = usize;

/// Matches in the files of one artifact, or in a file of another artifact's archive that belongs to
/// it.
pub(super) struct Found {
    pub owner: ArtifactId,
    pub name: String,
    pub matches: Vec<SearchMatch>,
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Hits {
    heads: Vec<PlaceHead>,
    by_artifact: BTreeMap<(ArtifactId, PlaceNumber), Hit>,
    searched: u32,
    notes: BTreeSet<String>,
}

#[derive(Default)]
struct Hit {
    name: String,
    also: BTreeSet<PlaceNumber>,
    matches: Vec<SearchMatch>,
    /// What was seen under which words: archives repeat what they need.
    seen: HashSet<(String, String)>,
    count: u32,
}

impl Hits {
    pub(super) fn add_place(&mut self, head: PlaceHead) -> PlaceNumber {
        self.heads.push(head);
        self.heads.len() - 1
    }

    pub(super) fn places(&self) -> usize {
        self.heads.len()
    }

    pub(super) fn note(&mut self, note: String) {
        self.notes.insert(note);
    }

    /// So many more contents were looked through.
    pub(super) fn looked_through(&mut self, contents: usize) {
        self.searched = self.searched.saturating_add(count(contents));
    }

    /// Takes what was found in one content: in the place, and in others that hold the same.
    pub(super) fn add(&mut self, place: PlaceNumber, also: &[PlaceNumber], found: Vec<Found>) {
        for one in found {
            if one.matches.is_empty() {
                continue;
            }
            let hit = self.by_artifact.entry((one.owner, place)).or_default();
            if hit.name.is_empty() {
                hit.name = one.name;
            }
            hit.also.extend(also);
            for found in one.matches {
                let text: String = found
                    .excerpt
                    .iter()
                    .map(|piece| piece.text.as_str())
                    .collect();
                if !hit.seen.insert((found.spot.clone(), text)) {
                    continue;
                }
                hit.count += 1;
                if hit.matches.len() < MOST_MATCHES {
                    hit.matches.push(found);
                }
            }
        }
    }

    pub(super) fn into_view(self) -> SearchView {
        let heads = &self.heads;
        let newest_first = |places: BTreeSet<PlaceNumber>| -> Vec<PlaceHead> {
            let mut also: Vec<PlaceHead> = places
                .into_iter()
                .filter_map(|place| heads.get(place).cloned())
                .collect();
            also.sort_by(|left, right| right.read_at.cmp(&left.read_at));
            also
        };
        let mut hits: Vec<SearchHit> = Vec::new();
        let cut_off = self.by_artifact.len() > MOST_HITS;
        for ((id, place), hit) in self.by_artifact.into_iter().take(MOST_HITS) {
            let Some(head) = heads.get(place).cloned() else {
                continue;
            };
            hits.push(SearchHit {
                id,
                name: hit.name,
                head,
                also: newest_first(hit.also),
                matches: hit.matches,
                count: hit.count,
            });
        }
        hits.sort_by(|left, right| {
            (&left.id, &right.head.read_at).cmp(&(&right.id, &left.head.read_at))
        });
        SearchView {
            hits,
            searched: self.searched,
            places: count(heads.len()),
            notes: self.notes.into_iter().collect(),
            cut_off,
            took_ms: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::Piece;

    use super::*;
    use crate::view::PlaceRef;

    fn found(owner: &str, spots: &[&str]) -> Vec<Found> {
        let matches = spots.iter().map(|spot| SearchMatch {
            path: String::new(),
            spot: (*spot).to_owned(),
            excerpt: vec![Piece {
                text: "host".to_owned(),
                changed: true,
            }],
        });
        vec![Found {
            owner: owner.parse().unwrap(),
            name: "x".to_owned(),
            matches: matches.collect(),
        }]
    }

    fn head(read_at: &str) -> PlaceHead {
        let place = PlaceRef::File {
            path: read_at.to_owned(),
        };
        super::super::head_of_files(&place, read_at.to_owned(), read_at.to_owned())
    }

    #[test]
    fn what_archives_repeat_counts_once_and_places_come_newest_first() {
        let mut hits = Hits::default();
        let new = hits.add_place(head("2026-03"));
        let middle = hits.add_place(head("2026-02"));
        let old = hits.add_place(head("2026-01"));
        hits.add(new, &[old, middle], found("connection:A", &["url", "name"]));
        hits.add(new, &[], found("connection:A", &["url"]));
        hits.add(old, &[], found("connection:B", &[]));
        let view = hits.into_view();
        assert_eq!(view.hits.len(), 1);
        assert_eq!(view.hits[0].count, 2);
        let also: Vec<&str> = view.hits[0]
            .also
            .iter()
            .map(|head| head.title.as_str())
            .collect();
        assert_eq!(also, ["2026-02", "2026-01"]);
        assert_eq!(view.places, 3);
    }

    #[test]
    fn more_matches_than_are_shown_are_counted() {
        let mut hits = Hits::default();
        let place = hits.add_place(head("now"));
        let spots: Vec<String> = (0..80).map(|number| number.to_string()).collect();
        let spots: Vec<&str> = spots.iter().map(String::as_str).collect();
        hits.add(place, &[], found("lookup:A", &spots));
        let view = hits.into_view();
        assert_eq!((view.hits[0].matches.len(), view.hits[0].count), (50, 80));
    }
}
