//! What a difference means, in a few words: `1 step added, 3 fields mapped`, `port 22 is now 2222`.

use waybill_model::{
    Area, Artifact, ArtifactId, ArtifactKind, Catalogue, Change, ChangeKind, Difference, Piece,
    Section, State,
};

use super::rhythm::rhythm;
use crate::view::DriftKind;

/// So many phrases are said; of more, how many more there are.
const PHRASES: usize = 3;
/// A value longer than this is not quoted.
const QUOTED: usize = 48;

/// What a change means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Meant {
    pub kinds: Vec<DriftKind>,
    pub words: String,
}

impl Meant {
    pub(super) fn one(kind: DriftKind, words: &str) -> Self {
        Self {
            kinds: vec![kind],
            words: words.to_owned(),
        }
    }

    /// Puts what matters more before the rest.
    pub(super) fn put_first(&mut self, first: Self) {
        for kind in first.kinds {
            if !self.kinds.contains(&kind) {
                self.kinds.push(kind);
            }
        }
        self.kinds.sort();
        self.words = if self.words.is_empty() {
            first.words
        } else {
            format!("{}, {}", first.words, self.words)
        };
    }
}

/// An artifact that is new.
pub(super) fn added(
    id: &ArtifactId,
    before: &Catalogue,
    after: &Catalogue,
    ends: Option<&str>,
) -> Meant {
    if let Some(end) = ends {
        return Meant {
            kinds: vec![DriftKind::Added, DriftKind::Certificate],
            words: format!("added, ends {end}"),
        };
    }
    let Some(other) = other_version(id, before) else {
        return Meant::one(DriftKind::Added, "added");
    };
    let words = if after.get(&other.id).is_some() {
        format!("new version beside {}", version(&other.id))
    } else {
        format!("new version in place of {}", version(&other.id))
    };
    Meant {
        kinds: vec![DriftKind::Added, DriftKind::Version],
        words,
    }
}

/// An artifact that is gone.
pub(super) fn removed(id: &ArtifactId, after: &Catalogue) -> Meant {
    match other_version(id, after) {
        None => Meant::one(DriftKind::Removed, "removed"),
        Some(other) => Meant {
            kinds: vec![DriftKind::Removed, DriftKind::Version],
            words: format!("removed, {} is there", version(&other.id)),
        },
    }
}

/// How an artifact stands now, if it stood otherwise.
pub(super) fn state(
    was: &Artifact,
    is: &Artifact,
    before: &Catalogue,
    after: &Catalogue,
) -> Option<Meant> {
    let (was, now) = (was.state?, is.state?);
    if was == now {
        return None;
    }
    let active = |catalogue: &Catalogue, id: &ArtifactId| {
        catalogue
            .get(id)
            .is_some_and(|artifact| artifact.state == Some(State::Active))
    };
    // One version took over from another.
    let taken_over = |from: &Catalogue, to: &Catalogue| {
        versions(&is.id, from)
            .find(|other| active(from, &other.id) && !active(to, &other.id))
            .map(|other| version(&other.id).to_owned())
    };
    let is_flow = is.id.kind == ArtifactKind::Integration;
    if is_flow && now == State::Active {
        return Some(match taken_over(before, after) {
            Some(other) => Meant {
                kinds: vec![DriftKind::Version, DriftKind::State],
                words: format!("active in place of {other}"),
            },
            None => Meant::one(DriftKind::State, "activated"),
        });
    }
    if is_flow && was == State::Active {
        return Some(match taken_over(after, before) {
            Some(other) => Meant {
                kinds: vec![DriftKind::Version, DriftKind::State],
                words: format!("not active any more, {other} is"),
            },
            None => Meant::one(DriftKind::State, "deactivated"),
        });
    }
    let words = match now {
        State::Started => "started".to_owned(),
        State::Stopped => "stopped".to_owned(),
        State::Paused => "paused".to_owned(),
        _ => format!("{} is now {}", standing(was), standing(now)),
    };
    Some(Meant::one(DriftKind::State, &words))
}

/// What differs. With `state_said`, how it stands is left out.
pub(super) fn differs(id: &ArtifactId, difference: &Difference, state_said: bool) -> Meant {
    let mut kinds = Vec::new();
    let mut counted = Counts::default();
    let mut phrases = Vec::new();
    for section in &difference.sections {
        if section.area == Area::State && state_said && section.changes.iter().all(is_state) {
            continue;
        }
        kinds.push(kind_of(id, section.area));
        match section.area {
            Area::Flow => counted.all("step", "steps", section),
            Area::Step => counted.add("step", "steps", ChangeKind::Changed, 1),
            Area::Map => fields(section, &mut counted),
            Area::Rows => rows(section, &mut counted),
            Area::Endpoint => counted.add("endpoint", "endpoints", endpoint(section), 1),
            Area::Functions => counted.all("function", "functions", section),
            Area::Attachments => counted.all("file", "files", section),
            Area::Members => counted.all("member", "members", section),
            Area::Tracking => counted.all("tracking variable", "tracking variables", section),
            Area::Schedule => phrases.extend(times(section)),
            Area::State => {
                let told = section
                    .changes
                    .iter()
                    .filter(|one| !(state_said && is_state(one)));
                phrases.extend(told.map(value));
            }
            Area::About | Area::Parameters | Area::Properties | Area::Connection | Area::Other => {
                phrases.extend(section.changes.iter().map(value));
            }
        }
    }
    kinds.sort();
    kinds.dedup();
    let mut all = counted.words();
    all.extend(phrases);
    let more = all.len().saturating_sub(PHRASES);
    all.truncate(PHRASES);
    let mut words = all.join(", ");
    if more > 0 {
        words = format!("{words} and {more} more");
    }
    if words.is_empty() && !kinds.is_empty() {
        "changed".clone_into(&mut words);
    }
    Meant { kinds, words }
}

fn kind_of(id: &ArtifactId, area: Area) -> DriftKind {
    match (id.kind, area) {
        (_, Area::State) => DriftKind::State,
        (ArtifactKind::Certificate, _) => DriftKind::Certificate,
        (ArtifactKind::AccessList, _) => DriftKind::Access,
        (ArtifactKind::Connection, Area::Connection | Area::Attachments) => {
            DriftKind::ConnectionValues
        }
        (_, Area::Rows) => DriftKind::LookupCells,
        (_, Area::Schedule) => DriftKind::Schedule,
        _ => DriftKind::Definition,
    }
}

/// Counts by what was done, in the order in which they were met.
#[derive(Default)]
struct Counts(Vec<(&'static str, &'static str, &'static str, usize)>);

impl Counts {
    fn add(&mut self, one: &'static str, many: &'static str, kind: ChangeKind, count: usize) {
        self.done(one, many, done(kind), count);
    }

    fn done(&mut self, one: &'static str, many: &'static str, verb: &'static str, count: usize) {
        if count == 0 {
            return;
        }
        let known = self
            .0
            .iter_mut()
            .find(|(known, _, done, _)| *known == one && *done == verb);
        match known {
            Some((.., known)) => *known += count,
            None => self.0.push((one, many, verb, count)),
        }
    }

    fn all(&mut self, one: &'static str, many: &'static str, section: &Section) {
        for change in &section.changes {
            self.add(one, many, change.kind, 1);
        }
    }

    fn words(self) -> Vec<String> {
        self.0
            .into_iter()
            .map(|(one, many, verb, count)| {
                format!("{count} {} {verb}", if count == 1 { one } else { many })
            })
            .collect()
    }
}

const fn done(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::OnlyLeft => "removed",
        ChangeKind::OnlyRight => "added",
        ChangeKind::Changed => "changed",
        ChangeKind::Moved => "moved",
    }
}

fn fields(section: &Section, counted: &mut Counts) {
    for change in &section.changes {
        let verb = match change.kind {
            ChangeKind::OnlyRight => "mapped",
            ChangeKind::OnlyLeft => "not mapped any more",
            ChangeKind::Changed | ChangeKind::Moved => "mapped otherwise",
        };
        counted.done("field", "fields", verb, 1);
    }
    if section.changes.is_empty() {
        counted.add("map", "maps", ChangeKind::Changed, 1);
    }
}

fn rows(section: &Section, counted: &mut Counts) {
    let Some(table) = &section.table else {
        counted.all("row", "rows", section);
        return;
    };
    for row in &table.rows {
        counted.add("row", "rows", row.kind, 1);
    }
    for kind in table.columns.iter().filter_map(|column| column.change) {
        counted.add("column", "columns", kind, 1);
    }
}

/// A use of a connection that came, went, or changed.
fn endpoint(section: &Section) -> ChangeKind {
    let same = |kind: ChangeKind| {
        !section.changes.is_empty() && section.changes.iter().all(|change| change.kind == kind)
    };
    if section.same == 0 && same(ChangeKind::OnlyRight) {
        ChangeKind::OnlyRight
    } else if section.same == 0 && same(ChangeKind::OnlyLeft) {
        ChangeKind::OnlyLeft
    } else {
        ChangeKind::Changed
    }
}

/// When it runs. The recurrence says all that its parts say too.
fn times(section: &Section) -> Vec<String> {
    let recurrence = section
        .changes
        .iter()
        .find(|change| change.name == "Recurrence");
    let Some(change) = recurrence else {
        return section.changes.iter().map(value).collect();
    };
    let told = |side: &Option<Vec<Piece>>| side.as_ref().and_then(|pieces| rhythm(&text(pieces)));
    let mut words = vec![match (told(&change.left), told(&change.right)) {
        (Some(left), Some(right)) if left != right => format!("{left} is now {right}"),
        (None, Some(right)) => format!("is now {right}"),
        _ => "runs at other times".to_owned(),
    }];
    let others = section.changes.iter().filter(|change| {
        !matches!(
            change.name.as_str(),
            "Recurrence" | "Frequency" | "Interval" | "Details"
        )
    });
    words.extend(others.map(value));
    words
}

/// A setting: what it was and what it is now.
fn value(change: &Change) -> String {
    let name = lower(&change.name);
    let told = |side: &Option<Vec<Piece>>| {
        side.as_ref()
            .map(|pieces| text(pieces))
            .filter(|text| !text.is_empty())
    };
    let (left, right) = (told(&change.left), told(&change.right));
    let long = |side: &Option<String>| {
        side.as_ref().is_some_and(|text| {
            text.chars().count() > QUOTED || text.contains('\n') || text.contains('\u{2022}')
        })
    };
    if change.masked || long(&left) || long(&right) {
        return format!("{name} changed");
    }
    match (left, right) {
        (Some(left), Some(right)) => format!("{name} {left} is now {right}"),
        (None, Some(right)) => format!("{name} is now {right}"),
        (Some(left), None) => format!("{name} {left} was taken away"),
        (None, None) => format!("{name} {}", done(change.kind)),
    }
}

fn is_state(change: &Change) -> bool {
    change.name == "State"
}

fn text(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// Words begin small within a sentence; names on the wire stay as they are.
fn lower(name: &str) -> String {
    let plain = name
        .chars()
        .skip(1)
        .all(|sign| sign.is_lowercase() || sign == ' ');
    if plain {
        name.to_lowercase()
    } else {
        name.to_owned()
    }
}

fn versions<'a>(
    id: &'a ArtifactId,
    catalogue: &'a Catalogue,
) -> impl Iterator<Item = &'a Artifact> {
    catalogue.artifacts.iter().filter(move |other| {
        other.id != *id
            && (other.id.kind, &other.id.scope, &other.id.code) == (id.kind, &id.scope, &id.code)
    })
}

/// The newest other version.
fn other_version<'a>(id: &'a ArtifactId, catalogue: &'a Catalogue) -> Option<&'a Artifact> {
    versions(id, catalogue).max_by(|one, other| one.id.version.cmp(&other.id.version))
}

fn version(id: &ArtifactId) -> &str {
    id.version.as_deref().unwrap_or("another")
}

const fn standing(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::Configured => "complete",
        State::Draft => "a draft",
        State::Failed => "failed",
        State::Activating => "being activated",
        State::Deactivating => "being deactivated",
        State::Started => "started",
        State::Stopped => "stopped",
        State::Paused => "paused",
        State::Unknown => "unknown",
    }
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
