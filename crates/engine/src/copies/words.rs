//! What a copy says of itself: what changed in the instance since the copy before, and by whom.

use std::collections::BTreeSet;

use waybill_model::{ArtifactId, Catalogue};

use crate::manifest::Manifest;
use crate::snapshot::{ItemChange, difference};

/// So many changes are named one by one.
const NAMED: usize = 200;
/// So many people are named in the title.
const PEOPLE: usize = 3;

/// A title in one line, and the changes, a line each.
pub struct Said {
    pub title: String,
    pub body: String,
}

/// What changed from one manifest to the other. Without one before it is the first copy.
pub fn said(before: Option<&Manifest>, now: &Manifest, catalogue: &Catalogue) -> Said {
    let name = &now.instance.name;
    let Some(before) = before else {
        return Said {
            title: format!(
                "{name}: first copy, {}",
                counted(now.artifacts.len(), "artifact")
            ),
            body: String::new(),
        };
    };
    let difference = difference(Some(before), now);
    let by = |id: &ArtifactId| catalogue.get(id).and_then(|one| one.updated_by.clone());
    let (mut people, mut lines) = (BTreeSet::new(), Vec::new());
    for (id, change) in &difference.changes {
        let word = match change {
            ItemChange::Added => "added",
            ItemChange::Changed => "changed",
            ItemChange::Same | ItemChange::Removed => continue,
        };
        let who = by(id);
        let by = who.as_ref().map(|who| format!(", by {who}"));
        lines.push(format!("{word} {id}{}", by.unwrap_or_default()));
        people.extend(who);
    }
    lines.extend(
        difference
            .removed
            .iter()
            .map(|entry| format!("removed {}", entry.id)),
    );
    let counts: Vec<String> = [
        (difference.changed(), "changed"),
        (difference.added(), "added"),
        (difference.removed.len(), "removed"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    let what = if counts.is_empty() {
        "nothing changed".to_owned()
    } else {
        counts.join(", ")
    };
    let more = lines.len().saturating_sub(NAMED);
    lines.truncate(NAMED);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    Said {
        title: format!("{name}: {what}{}", named(&people)),
        body: lines.join("\n"),
    }
}

fn named(people: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = people.iter().take(PEOPLE).map(String::as_str).collect();
    match (shown.as_slice(), people.len()) {
        ([], _) => String::new(),
        ([one], _) => format!(", by {one}"),
        (some, all) if all > PEOPLE => {
            format!(", by {} and {} more", some.join(", "), all - PEOPLE)
        }
        ([rest @ .., last], _) => format!(", by {} and {last}", rest.join(", ")),
    }
}

/// A clause as a sentence, without the numbers that systems give their errors.
pub fn sentence(clause: &str) -> String {
    const NUMBER: &str = " (os error ";
    let mut clause = clause.to_owned();
    while let Some(start) = clause.find(NUMBER)
        && let Some(length) = clause[start..].find(')')
    {
        clause.replace_range(start..=start + length, "");
    }
    let clause = clause.trim().trim_end_matches('.');
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), letters.as_str())
    })
}

/// `1 file`, `2 files`.
pub fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_named_as_people_do() {
        let people = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(named(&people(&[])), "");
        assert_eq!(named(&people(&["anna"])), ", by anna");
        assert_eq!(named(&people(&["anna", "ben"])), ", by anna and ben");
        assert_eq!(
            named(&people(&["anna", "ben", "carl", "dora"])),
            ", by anna, ben, carl and 1 more"
        );
        assert_eq!(
            sentence("disk is full: no space (os error 28)."),
            "Disk is full: no space."
        );
        assert_eq!(counted(1, "file"), "1 file");
        assert_eq!(counted(0, "file"), "0 files");
    }
}
