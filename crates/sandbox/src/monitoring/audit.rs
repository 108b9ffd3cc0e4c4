//! The record of changes to the design: who did what, when. Fed by the calls that had an effect.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::filter::Filter;
use super::journal::Journal;
use super::page::page;
use super::rhythm;
use super::route::Scene;
use crate::api::Answer;
use crate::chance::Chance;
use crate::effect::Effect;
use crate::house::{House, Resident, hold, read};
use crate::wire::date;

/// The most records that are kept.
const KEPT: usize = 5_000;
/// A page where none is asked for (documented).
const PAGE: usize = 15;

/// A change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub at: Timestamp,
    pub who: String,
    /// `ICS_ProjectV2` for integrations, `ICS_AppInstance` for connections, … (documented).
    pub kind: String,
    pub action: String,
    pub subject: String,
}

/// Notes a change; a run that was asked for begins.
pub(crate) fn note(house: &House, resident: &Resident, who: &str, effect: &Effect) {
    let now = Timestamp::now();
    let content = read(&resident.content);
    let mut journal = hold(&resident.journal);
    if let Some((kind, action)) = named(&effect.kind) {
        journal.audit.push(Record {
            at: now,
            who: who.to_owned(),
            kind: kind.to_owned(),
            action,
            subject: effect.subject.clone(),
        });
        if journal.audit.len() > KEPT {
            journal.audit.remove(0);
        }
    }
    if effect.kind.ends_with("schedule/jobs") {
        journal.advance(&content, house.traffic, now);
        let (project, id) = match effect.subject.split_once('/') {
            Some((project, rest)) if !project.contains('|') => (Some(project), rest),
            _ => (None, effect.subject.as_str()),
        };
        let id = id.split('/').next().unwrap_or_default();
        if let Some(of) = content
            .space(project)
            .and_then(|space| space.integrations.get(id))
        {
            let mut chance = Chance::of(now.as_microsecond().unsigned_abs(), id);
            let mut run = rhythm::run(of, project, now, &mut chance);
            who.clone_into(&mut run.invoked_by);
            journal.begin(run);
        }
    }
}

/// The type and the action of an effect; nothing for those that change no design.
fn named(kind: &str) -> Option<(&'static str, String)> {
    let (method, path) = kind.split_once(' ')?;
    let (path, state) = path.split_once(' ').unwrap_or((path, ""));
    if path.starts_with("monitoring") {
        return None;
    }
    let holds = |word: &str| path.split('/').any(|part| part == word);
    let kind = if holds("schedule") {
        "ICS_Schedule"
    } else if holds("integrations") {
        "ICS_ProjectV2"
    } else if holds("connections") {
        "ICS_AppInstance"
    } else if holds("lookups") {
        "ICS_DVM"
    } else if holds("libraries") {
        "API_LIBRARY"
    } else if holds("packages") {
        "ICS_PACKAGE"
    } else if holds("certificates") {
        "ICS_CERTIFICATE"
    } else {
        "ICS_PROJECT"
    };
    let action = match (method, state) {
        (_, "ACTIVATED") => "ACTIVATE",
        (_, "CONFIGURED") => "DEACTIVATE",
        ("DELETE", _) => "DELETE",
        ("PUT", _) if path.ends_with("archive") => "REPLACE",
        ("POST", _) if path.ends_with("archive") => "IMPORT",
        _ if path.ends_with("start") => "START",
        _ if path.ends_with("stop") => "STOP",
        _ if path.ends_with("pause") => "PAUSE",
        _ if path.ends_with("resume") => "RESUME",
        _ if path.ends_with("jobs") => "RUN",
        _ if path.ends_with("clone") => "CLONE",
        ("POST", _) if !path.contains("{}") => "CREATE",
        _ => "UPDATE",
    };
    Some((kind, action.to_owned()))
}

/// `GET auditRecords`.
pub(super) fn list(scene: &Scene<'_>, journal: &Journal) -> Answer {
    let filter = Filter::read(scene.call.query, scene.now)?;
    let distinct = filter.get("distinct").is_some_and(|wish| wish.fits("true"));
    let mut seen: Vec<&str> = Vec::new();
    let rows: Vec<&Record> = journal
        .audit
        .iter()
        .rev()
        .filter(|record| filter.within(record.at))
        .filter(|record| {
            filter
                .get("type")
                .is_none_or(|wish| wish.fits(&record.kind))
        })
        .filter(|record| {
            filter
                .get("code")
                .is_none_or(|wish| wish.fits(code_of(&record.subject)))
        })
        .filter(|record| {
            let known = seen.contains(&record.subject.as_str());
            seen.push(&record.subject);
            !(distinct && known)
        })
        .collect();
    let most = filter
        .get("limit")
        .and_then(|wish| wish.text().parse().ok())
        .unwrap_or_else(|| match scene.call.query.get("limit") {
            Some(_) => usize::MAX,
            None => PAGE,
        });
    page(
        scene.call,
        &scene.href("auditRecords"),
        rows.len(),
        false,
        |offset, limit| {
            let rows = rows.iter().skip(offset).take(limit.min(most));
            rows.map(|record| shown(record)).collect()
        },
    )
}

fn code_of(subject: &str) -> &str {
    let last = subject.rsplit('/').next().unwrap_or_default();
    last.split('|').next().unwrap_or_default()
}

fn shown(record: &Record) -> Value {
    let last = record.subject.rsplit('/').next().unwrap_or_default();
    json!({
        "action": record.action,
        "code": code_of(&record.subject),
        "date": date(record.at),
        "resourceId": record.subject,
        "resourceName": code_of(&record.subject),
        "type": record.kind,
        "user": record.who,
        "version": last.split_once('|').map(|(_, version)| version),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_become_actions_on_resources() {
        let pair = |kind| named(kind).map(|(kind, action)| format!("{action} {kind}"));
        for (kind, expected) in [
            ("POST integrations/{} ACTIVATED", "ACTIVATE ICS_ProjectV2"),
            ("PUT integrations/archive", "REPLACE ICS_ProjectV2"),
            (
                "POST projects/{}/integrations/{}/schedule/start",
                "START ICS_Schedule",
            ),
            ("DELETE lookups/{}", "DELETE ICS_DVM"),
            ("POST lookups", "CREATE ICS_DVM"),
        ] {
            assert_eq!(pair(kind).as_deref(), Some(expected));
        }
        assert_eq!(pair("POST monitoring/errors/{}/resubmit"), None);
    }
}
