//! What two places tell without opening anything: which artifacts stand against each other, which of
//! them are the same for sure, and what is known of the others from before.

use std::collections::{BTreeMap, HashMap, HashSet};

use waybill_archive::Fingerprint;
use waybill_model::{Artifact, ArtifactId, ArtifactKind};

use super::read::{Shared, shared};
use super::side::{Side, Silence};
use super::{Row, Verdict, key, told};
use crate::error::Result;
use crate::journal::Journal;

/// One artifact of both places of which more has to be known.
#[derive(Debug)]
pub(super) struct Open {
    /// Its row.
    pub row: usize,
    pub id: ArtifactId,
    pub left: Half,
    pub right: Half,
}

/// One side of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Half {
    pub keys: Vec<String>,
    pub fingerprint: Option<Fingerprint>,
}

/// Artifacts that are read from the same archives.
#[derive(Debug, Default)]
pub(super) struct Unit {
    pub left: Option<Shared>,
    pub right: Option<Shared>,
    pub open: Vec<Open>,
}

/// The rows, and what has to be read for some of them.
#[derive(Debug)]
pub(super) struct Plan {
    pub rows: Vec<Row>,
    pub notes: Vec<String>,
    pub units: Vec<Unit>,
}

impl Plan {
    /// Lays two places side by side. Two statements to the journal, whatever their size. Blocks.
    pub(super) fn of(left: &Side, right: &Side, journal: &Journal) -> Result<Self> {
        let mut rows = Vec::new();
        let mut open = Vec::new();
        let mut passed_over = 0_usize;
        for (ours, theirs) in side_by_side(left, right) {
            let (ours, theirs) = match (ours, theirs) {
                (Some(ours), Some(theirs)) => (ours, theirs),
                (Some(only), None) => {
                    passed_over += alone(&mut rows, only, right, Verdict::OnlyLeft);
                    continue;
                }
                (None, Some(only)) => {
                    passed_over += alone(&mut rows, only, left, Verdict::OnlyRight);
                    continue;
                }
                (None, None) => continue,
            };
            let mut row = Row::of(ours);
            match at_once(left, right, ours, theirs) {
                Some((verdict, summary)) => {
                    row.verdict = verdict;
                    row.summary = summary;
                }
                None => match halves(left, right, &ours.id) {
                    None => row.verdict = Verdict::Same,
                    Some((left, right)) => open.push(Open {
                        row: rows.len(),
                        id: ours.id.clone(),
                        left,
                        right,
                    }),
                },
            }
            rows.push(row);
        }
        let open = remember(journal, &mut rows, open)?;
        let mut notes = left.notes();
        notes.extend(right.notes());
        if passed_over > 0 {
            notes.push(match passed_over {
                1 => "1 artifact belongs to what only one of the two was asked for; it is not listed.".to_owned(),
                count => format!("{count} artifacts belong to what only one of the two was asked for; they are not listed."),
            });
        }
        Ok(Self {
            units: units(left, right, open),
            rows,
            notes,
        })
    }
}

/// The artifacts of both by id, in order.
fn side_by_side<'a>(
    left: &'a Side,
    right: &'a Side,
) -> impl Iterator<Item = (Option<&'a Artifact>, Option<&'a Artifact>)> {
    let mut ours = left.catalogue().artifacts.iter().peekable();
    let mut theirs = right.catalogue().artifacts.iter().peekable();
    std::iter::from_fn(move || {
        let order = match (ours.peek(), theirs.peek()) {
            (None, None) => return None,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(left), Some(right)) => left.id.cmp(&right.id),
        };
        Some(match order {
            std::cmp::Ordering::Less => (ours.next(), None),
            std::cmp::Ordering::Greater => (None, theirs.next()),
            std::cmp::Ordering::Equal => (ours.next(), theirs.next()),
        })
    })
}

/// A row for what one place lists alone, unless the other was not asked for it: then 1.
fn alone(rows: &mut Vec<Row>, only: &Artifact, other: &Side, verdict: Verdict) -> usize {
    let mut row = Row::of(only);
    match other.silence(&only.id) {
        Some(Silence::OfTheService) => return 0,
        Some(Silence::NotCovered) => return 1,
        Some(Silence::Unknown(reason)) => {
            row.verdict = Verdict::NotCompared;
            row.summary = format!("{}: {reason}", other.title());
        }
        None => {
            row.verdict = verdict;
            row.other_versions = other
                .versions(&only.id)
                .filter_map(|artifact| artifact.id.version.clone())
                .collect();
        }
    }
    rows.push(row);
    0
}

/// What can be told without reading anything.
pub(super) fn at_once(
    left: &Side,
    right: &Side,
    ours: &Artifact,
    theirs: &Artifact,
) -> Option<(Verdict, String)> {
    if ours.id.kind == ArtifactKind::Integration && (ours.prebuilt || theirs.prebuilt) {
        let summary = "Delivered by Oracle and cannot be exported: compared by its version alone.";
        return Some((Verdict::Same, summary.to_owned()));
    }
    let (ours, theirs) = told::of_catalogues(left, &ours.id, right, &theirs.id)?;
    let difference = ours.difference(&theirs);
    Some((
        Verdict::of(&difference),
        waybill_archive::summary(&difference),
    ))
}

/// The keys of both; none if they have one in common, and so are the same.
fn halves(left: &Side, right: &Side, id: &ArtifactId) -> Option<(Half, Half)> {
    let ours = key::keys(left, id);
    let theirs = key::keys(right, id);
    if ours.iter().any(|key| theirs.contains(key)) {
        return None;
    }
    let half = |keys| Half {
        keys,
        fingerprint: None,
    };
    Some((half(ours), half(theirs)))
}

/// Whether an artifact is known to be the same in both, without reading it. Blocks for a moment.
pub(super) fn recalled(
    left: &Side,
    right: &Side,
    id: &ArtifactId,
    journal: &Journal,
) -> Result<bool> {
    let Some((mut ours, mut theirs)) = halves(left, right, id) else {
        return Ok(true);
    };
    let keys: Vec<&str> = ours
        .keys
        .iter()
        .chain(&theirs.keys)
        .map(String::as_str)
        .collect();
    let known = journal.fingerprints(&keys)?;
    ours.recall(&known);
    theirs.recall(&known);
    Ok(ours.is_same(&theirs))
}

/// Settles what is known from before; what is left has to be read.
fn remember(journal: &Journal, rows: &mut [Row], mut open: Vec<Open>) -> Result<Vec<Open>> {
    let keys: HashSet<&str> = open
        .iter()
        .flat_map(|open| open.left.keys.iter().chain(&open.right.keys))
        .map(String::as_str)
        .collect();
    let known = journal.fingerprints(&keys.into_iter().collect::<Vec<_>>())?;
    let mut pairs = HashMap::new();
    for (index, open) in open.iter_mut().enumerate() {
        open.left.recall(&known);
        open.right.recall(&known);
        if let (Some(left), Some(right)) = (&open.left.fingerprint, &open.right.fingerprint) {
            pairs.insert(index, key::pair(&left.to_string(), &right.to_string()));
        }
    }
    let asked: Vec<&str> = pairs.values().map(String::as_str).collect();
    let told = journal.differences(&asked)?;
    let mut left_over = Vec::new();
    for (index, open) in open.into_iter().enumerate() {
        let Some(row) = rows.get_mut(open.row) else {
            continue;
        };
        let known = pairs.get(&index).and_then(|key| told.get(key));
        if let Some((verdict, summary)) =
            known.and_then(|known| Some((Verdict::named(&known.verdict)?, &known.summary)))
        {
            row.verdict = verdict;
            row.summary.clone_from(summary);
        } else if open.is_same() {
            row.verdict = Verdict::Same;
        } else {
            left_over.push(open);
        }
    }
    Ok(left_over)
}

impl Open {
    /// Both fingerprints are known and say that nothing differs.
    pub(super) fn is_same(&self) -> bool {
        self.left.is_same(&self.right)
    }
}

impl Half {
    fn is_same(&self, other: &Self) -> bool {
        match (&self.fingerprint, &other.fingerprint) {
            (Some(left), Some(right)) => {
                left.verdict(right) == Some(waybill_archive::Likeness::Same)
            }
            _ => false,
        }
    }

    fn recall(&mut self, known: &HashMap<String, String>) {
        let mut texts = self.keys.iter().filter_map(|key| known.get(key));
        self.fingerprint = texts.find_map(|text| text.parse().ok());
    }
}

/// Puts together what is read from the same archives.
fn units(left: &Side, right: &Side, open: Vec<Open>) -> Vec<Unit> {
    let mut together: BTreeMap<(Option<Shared>, Option<Shared>), Vec<Open>> = BTreeMap::new();
    let mut units = Vec::new();
    for open in open {
        match (shared(left, &open.id), shared(right, &open.id)) {
            (None, None) => units.push(Unit {
                open: vec![open],
                ..Unit::default()
            }),
            archives => together.entry(archives).or_default().push(open),
        }
    }
    let shared = together
        .into_iter()
        .map(|((left, right), open)| Unit { left, right, open });
    units.extend(shared);
    // The large ones first, so that none of them is waited for at the end.
    units.sort_by_key(|unit| std::cmp::Reverse(unit.open.len()));
    units
}
