//! What of a place goes along, as it is said on the command line.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use waybill_app::view::{CommandError, Verdict, WhatRow, WhatView};
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use crate::arguments::Plan;
use crate::output::bad_input;

/// What was chosen, by name in the source.
pub fn chosen(asked: &Plan, what: &WhatView) -> Result<Vec<ArtifactId>, CommandError> {
    let since = asked.changed_since.as_deref().map(moment).transpose()?;
    let mut named: BTreeSet<&ArtifactId> = BTreeSet::new();
    for pattern in &asked.select {
        named.extend(matching(pattern, what)?);
    }
    for package in &asked.packages {
        let members = what
            .rows
            .iter()
            .filter(|row| row.packages.contains(package));
        named.extend(some(members, || {
            format!("No artifact is in a package `{package}`.")
        })?);
    }
    for project in &asked.projects {
        let members = what
            .rows
            .iter()
            .filter(|row| is_in_project(&row.id, project));
        named.extend(some(members, || {
            format!("There is no project `{project}`.")
        })?);
    }
    let narrowed = since.is_some() || asked.different || asked.failed_last_time;
    let everything = asked.all || (named.is_empty() && narrowed);
    if asked.different && what.to.is_none() {
        return Err(bad_input(
            "The destination could not be compared, so what differs is not known.",
        ));
    }
    let rows = what
        .rows
        .iter()
        .filter(|row| everything || named.contains(&row.id));
    let kept = rows.filter(|row| {
        since.is_none_or(|since| is_changed_since(row, since))
            && (!asked.different || differs(row))
            && (!asked.failed_last_time || row.failed_last_time)
    });
    Ok(kept.map(|row| row.id.clone()).collect())
}

/// What is left out, by name in the source.
pub fn left_out(asked: &Plan, what: &WhatView) -> Result<Vec<ArtifactId>, CommandError> {
    let mut ids = BTreeSet::new();
    for pattern in &asked.leave_out {
        ids.extend(matching(pattern, what)?);
    }
    Ok(ids.into_iter().cloned().collect())
}

/// The artifacts that an id, a code, or a pattern of one of them means.
fn matching<'a>(pattern: &str, what: &'a WhatView) -> Result<Vec<&'a ArtifactId>, CommandError> {
    let rows = what.rows.iter().filter(|row| is_meant(pattern, &row.id));
    some(rows, || {
        format!("Nothing in {} is called `{pattern}`.", what.from.title)
    })
}

fn some<'a>(
    rows: impl Iterator<Item = &'a WhatRow>,
    none: impl FnOnce() -> String,
) -> Result<Vec<&'a ArtifactId>, CommandError> {
    let ids: Vec<_> = rows.map(|row| &row.id).collect();
    if ids.is_empty() {
        return Err(CommandError {
            guidance: Some("`waybill artifacts PLACE` lists what there is.".into()),
            ..bad_input(&none())
        });
    }
    Ok(ids)
}

/// An id is meant by itself, by itself without its version, and by its code.
fn is_meant(pattern: &str, id: &ArtifactId) -> bool {
    let whole = id.to_string();
    let bare = ArtifactId {
        version: None,
        ..id.clone()
    };
    [whole.as_str(), &bare.to_string(), &id.code]
        .into_iter()
        .any(|name| fits(pattern.as_bytes(), name.as_bytes()))
}

/// Whether a name fits a pattern in which `*` stands for any signs and `?` for one.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match pattern.split_first() {
        None => name.is_empty(),
        Some((b'*', rest)) => (0..=name.len()).any(|skipped| fits(rest, &name[skipped..])),
        Some((sign, rest)) => name
            .split_first()
            .is_some_and(|(first, others)| (sign == first || *sign == b'?') && fits(rest, others)),
    }
}

fn is_in_project(id: &ArtifactId, project: &str) -> bool {
    match &id.scope {
        Scope::Project(code) => code == project,
        Scope::Global => id.kind == ArtifactKind::Project && id.code == project,
    }
}

fn differs(row: &WhatRow) -> bool {
    matches!(
        row.verdict,
        Some(Verdict::Different | Verdict::OnlyLeft | Verdict::NotCompared)
    )
}

fn is_changed_since(row: &WhatRow, since: Timestamp) -> bool {
    let updated = row
        .updated
        .as_deref()
        .and_then(|at| at.parse::<Timestamp>().ok());
    updated.is_some_and(|updated| updated >= since)
}

/// A moment, or the beginning of a day on this computer's clock.
fn moment(text: &str) -> Result<Timestamp, CommandError> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let day = text.parse::<Date>().ok();
    day.and_then(|day| day.to_zoned(TimeZone::system()).ok())
        .map(|start| start.timestamp())
        .ok_or_else(|| {
            bad_input(&format!(
                "`{text}` is no day and no moment. Write 2026-11-21, or 2026-11-21T14:00:00Z."
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_ids_with_and_without_version_and_codes() {
        let meant = |pattern: &str, id: &str| id.parse().is_ok_and(|id| is_meant(pattern, &id));
        assert!(meant("ORDER_*", "integration:ORDER_SYNC|01.02.0003"));
        assert!(meant(
            "integration:ORDER_SYNC",
            "integration:ORDER_SYNC|01.02.0003"
        ));
        assert!(meant(
            "integration:*|01.02.*",
            "integration:ORDER_SYNC|01.02.0003"
        ));
        assert!(meant("HR/*", "HR/connection:ERP"));
        assert!(meant("E?P", "HR/connection:ERP"));
        assert!(!meant("ORDER", "integration:ORDER_SYNC|01.02.0003"));
        assert!(!meant("connection:*", "lookup:CODES"));
    }

    #[test]
    fn a_day_and_a_moment_are_understood_and_nothing_else() {
        assert!(moment("2026-11-21").is_ok() && moment("2026-11-21T14:00:00Z").is_ok());
        assert!(moment("yesterday").is_err());
    }
}
