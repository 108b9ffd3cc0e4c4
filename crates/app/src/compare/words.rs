//! A difference in one or two sentences.

use waybill_engine::{Compared, Needed, Verdict};
use waybill_model::{
    Area, ArtifactId, ArtifactKind, Difference, DifferenceClass, Section, TableDifference,
};

use super::sides::OpenSide;
use crate::view::PlaceRef;

/// So many parts are named; of more, how many there are.
const NAMED: usize = 3;

/// The difference of two artifacts in one or two sentences.
pub(super) fn headline(
    compared: &Compared,
    left: &OpenSide,
    ours: &ArtifactId,
    right: &OpenSide,
    theirs: &ArtifactId,
) -> String {
    if let Some(reason) = &compared.reason {
        return sentence(reason);
    }
    let (here, there) = (spoken(left, right), spoken(right, left));
    match compared.verdict {
        Verdict::OnlyLeft => format!("`{}` is in {here} alone.", ours.wire()),
        Verdict::OnlyRight => format!("`{}` is in {there} alone.", theirs.wire()),
        Verdict::NotCompared => "It could not be compared.".to_owned(),
        Verdict::Same => same(compared),
        Verdict::Environment => {
            let parts = parts(&compared.difference, DifferenceClass::Environment);
            let mut text = format!(
                "Only what belongs to an environment differs: {}.",
                listed(&parts)
            );
            text.push_str(&related_sentence(&compared.related));
            text
        }
        Verdict::Different => different(compared, ours, theirs, &here),
    }
}

fn same(compared: &Compared) -> String {
    let mut text = "It means the same in both.".to_owned();
    if compared.difference.has(DifferenceClass::State) {
        text.push_str(" Only how it stands differs.");
    }
    text.push_str(&related_sentence(&compared.related));
    text
}

fn different(compared: &Compared, ours: &ArtifactId, theirs: &ArtifactId, here: &str) -> String {
    let mut text = String::new();
    if ours.kind.is_versioned() && ours.kind != ArtifactKind::Schedule {
        if ours == theirs {
            text.push_str("The version number is the same, the content is not. ");
        } else if ours.code == theirs.code {
            text.push_str("These are two versions of the same. ");
        }
    }
    let mut parts = parts(&compared.difference, DifferenceClass::Design);
    let lookups = related_parts(&compared.related);
    parts.extend(lookups);
    text.push_str(&["In ", here, ", ", &listed(&parts), "."].concat());
    if compared.difference.has(DifferenceClass::Environment) {
        text.push_str(" What belongs to an environment differs too.");
    }
    text
}

/// What differs, part by part.
fn parts(difference: &Difference, class: DifferenceClass) -> Vec<String> {
    let sections: Vec<&Section> = difference
        .sections
        .iter()
        .filter(|section| section.class == class)
        .collect();
    let mut parts: Vec<String> = sections
        .iter()
        .take(NAMED)
        .map(|section| part(section))
        .collect();
    let more = sections.len().saturating_sub(NAMED);
    if more > 0 {
        parts.push(counted(more, "more part differs", "more parts differ"));
    }
    if parts.is_empty() {
        parts.push("something differs".to_owned());
    }
    parts
}

fn part(section: &Section) -> String {
    let count = section.changes.len();
    let title = section.title.trim();
    let settings = counted(count, "setting", "settings");
    match section.area {
        Area::Map if title.is_empty() => {
            format!(
                "a map sets {} differently",
                counted(count, "field", "fields")
            )
        }
        Area::Map => format!(
            "step “{title}” maps {} differently",
            counted(count, "field", "fields")
        ),
        Area::Flow => format!("the flow differs in {}", counted(count, "step", "steps")),
        Area::Step => format!("step “{title}” differs in {settings}"),
        Area::Endpoint => format!("endpoint “{title}” differs in {settings}"),
        Area::Tracking => "the tracking variables differ".to_owned(),
        Area::Parameters => counted(count, "parameter differs", "parameters differ"),
        Area::Properties => counted(count, "property differs", "properties differ"),
        Area::Rows => match &section.table {
            Some(table) => format!("the rows differ in {}", places(table)),
            None => "the rows differ".to_owned(),
        },
        Area::Functions => counted(count, "function differs", "functions differ"),
        Area::Attachments => counted(count, "attached file differs", "attached files differ"),
        Area::Members => counted(count, "member differs", "members differ"),
        Area::About | Area::Schedule | Area::Connection | Area::State | Area::Other => {
            let names: Vec<&str> = section
                .changes
                .iter()
                .map(|change| change.name.as_str())
                .collect();
            match names.as_slice() {
                [] => "something differs".to_owned(),
                [only] => format!("{} differs", lower(only)),
                [one, other] => format!("{} and {} differ", lower(one), lower(other)),
                _ => format!("{settings} differ"),
            }
        }
    }
}

/// What it needs and differs by design, as parts of the same sentence.
fn related_parts(related: &[Needed]) -> Vec<String> {
    let by_design: Vec<&Needed> = related
        .iter()
        .filter(|needed| needed.verdict != Verdict::Environment)
        .collect();
    let mut parts: Vec<String> = by_design
        .iter()
        .take(NAMED)
        .map(|needed| need(needed))
        .collect();
    let more = by_design.len().saturating_sub(NAMED);
    if more > 0 {
        parts.push(counted(
            more,
            "more artifact that it needs differs",
            "more artifacts that it needs differ",
        ));
    }
    parts
}

fn related_sentence(related: &[Needed]) -> String {
    let parts = related_parts(related);
    if parts.is_empty() {
        return String::new();
    }
    let text = listed(&parts);
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!(" {}{}.", first.unwrap_or_default(), letters.as_str())
}

fn need(needed: &Needed) -> String {
    let name = format!(
        "{} `{}`, which it uses,",
        kind_word(needed.id.kind),
        needed.id.wire()
    );
    match needed.verdict {
        Verdict::OnlyLeft => format!("{name} is there alone"),
        Verdict::OnlyRight => format!("{name} is missing"),
        _ => {
            let mut sections = needed.difference.sections.iter();
            match sections.find_map(|section| section.table.as_ref()) {
                Some(table) => format!("{name} differs in {}", places(table)),
                None => format!("{name} differs"),
            }
        }
    }
}

fn kind_word(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Lookup => "lookup",
        ArtifactKind::Library => "library",
        _ => "connection",
    }
}

/// How many cells and rows of a lookup differ.
fn places(table: &TableDifference) -> String {
    let cells: usize = table
        .rows
        .iter()
        .map(|row| row.cells.iter().filter(|cell| cell.changed).count().max(1))
        .zip(&table.rows)
        .map(|(cells, row)| match row.kind {
            waybill_model::ChangeKind::Changed => cells,
            _ => 1,
        })
        .sum();
    let columns = table
        .columns
        .iter()
        .filter(|column| column.change.is_some())
        .count();
    counted((cells + columns).max(1), "place", "places")
}

/// How a place is called in a sentence, where the other is not called the same.
fn spoken(side: &OpenSide, other: &OpenSide) -> String {
    match side.head.place {
        PlaceRef::Snapshot { .. } | PlaceRef::Copy { .. } => side.side.title().to_owned(),
        PlaceRef::Instance { .. } if side.head.title == other.head.title => {
            format!("{} as it is now", side.head.title)
        }
        _ => side.head.title.clone(),
    }
}

fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `Agent group` within a sentence; names as the service spells them stay.
fn lower(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if !letters.as_str().chars().any(char::is_uppercase) => {
            format!("{}{}", first.to_lowercase(), letters.as_str())
        }
        _ => format!("`{name}`"),
    }
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '?', '!']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
