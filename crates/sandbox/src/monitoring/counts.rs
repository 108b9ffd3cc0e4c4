//! Numbers: messages per integration, of all, by the hour; and the runs that are to come.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::filter::{Filter, bad};
use super::journal::Journal;
use super::page::{page, show};
use super::route::Scene;
use super::run::Run;
use crate::api::{Answer, not_found};
use crate::store::{Integration, Style};
use crate::wire::{date, encode_segment, links};

/// Messages by how they ended.
#[derive(Default)]
struct Tally {
    received: usize,
    completed: usize,
    failed: usize,
    aborted: usize,
}

impl Tally {
    fn of<'run>(runs: impl Iterator<Item = &'run Run>, now: Timestamp) -> Self {
        let mut tally = Self::default();
        for run in runs {
            tally.received += 1;
            match run.status(now) {
                "COMPLETED" => tally.completed += 1,
                "FAILED" => tally.failed += 1,
                "ABORTED" => tally.aborted += 1,
                _ => {}
            }
        }
        tally
    }

    fn processed(&self) -> usize {
        self.completed + self.failed + self.aborted
    }

    /// In percent of those that ended; 100 where none did.
    fn success_rate(&self) -> usize {
        (self.completed * 100)
            .checked_div(self.processed())
            .unwrap_or(100)
    }

    fn shown(&self) -> Value {
        json!({
            "noOfAborted": self.aborted,
            "noOfErrors": self.failed,
            "noOfMsgsInProgress": self.received - self.processed(),
            "noOfMsgsProcessed": self.processed(),
            "noOfMsgsReceived": self.received,
            "noOfSuccess": self.completed,
            "successRate": self.success_rate(),
        })
    }
}

fn within<'run>(
    journal: &'run Journal,
    filter: &Filter,
    now: Timestamp,
) -> impl Iterator<Item = &'run Run> {
    let (from, until) = (filter.from, filter.until.min(now));
    journal
        .runs
        .iter()
        .filter(move |run| run.started >= from && run.started <= until)
}

/// `GET integrations`.
pub(super) fn integrations(scene: &Scene<'_>, journal: &Journal) -> Answer {
    let filter = Filter::read(scene.call.query, scene.now)?;
    let status = filter.get("status").map_or("ACTIVATED", |wish| wish.text());
    let known = [
        "ALL",
        "ACTIVATED",
        "CONFIGURED",
        "ACTIVATION_INPROGRESS",
        "FAILEDACTIVATION",
    ];
    if !known.contains(&status) {
        return Err(bad("The value of status is not valid."));
    }
    let mut rows: Vec<&Integration> = scene
        .instance
        .global
        .integrations
        .values()
        .filter(|one| status == "ALL" || one.status == status)
        .filter(|one| filter.get("name").is_none_or(|wish| wish.fits(&one.name)))
        .filter(|one| filter.get("code").is_none_or(|wish| wish.fits(&one.code)))
        .filter(|one| {
            filter
                .get("style")
                .is_none_or(|wish| wish.fits(style(one)) || wish.text().starts_with("template"))
        })
        .collect();
    if scene.call.query.get("orderBy") == Some("name") {
        rows.sort_by(|left, right| left.name.cmp(&right.name));
    } else {
        rows.sort_by_key(|one| std::cmp::Reverse(one.audit.updated));
    }
    let href = scene.href("integrations");
    page(scene.call, &href, rows.len(), false, |offset, limit| {
        let rows = rows.iter().skip(offset).take(limit);
        rows.map(|one| counted(scene, journal, &filter, one))
            .collect()
    })
}

fn style(one: &Integration) -> &'static str {
    if one.style == Style::Scheduled {
        "freeform_scheduled"
    } else {
        "freeform_mapmydata"
    }
}

/// `GET integrations/{id}`.
pub(super) fn integration(scene: &Scene<'_>, journal: &Journal, id: &str) -> Answer {
    let filter = Filter::read(scene.call.query, scene.now)?;
    let one = scene
        .instance
        .global
        .integrations
        .get(id)
        .ok_or_else(|| not_found("Integration"))?;
    Ok(show(scene.call, &counted(scene, journal, &filter, one)))
}

fn counted(scene: &Scene<'_>, journal: &Journal, filter: &Filter, one: &Integration) -> Value {
    let own = within(journal, filter, scene.now)
        .filter(|run| run.project.is_none() && run.code == one.code && run.version == one.version);
    let mut shown = Tally::of(own, scene.now).shown();
    let path = format!("integrations/{}", encode_segment(&one.id()));
    let rest = json!({
        "code": one.code,
        "id": one.id(),
        "lastUpdated": date(one.audit.updated),
        "links": links(&scene.href(&path)),
        "name": one.name,
        "scheduleApplicable": one.style == Style::Scheduled,
        "scheduleDefined": one.schedule.is_some(),
        "status": one.status,
        "style": style(one),
        "version": one.version,
    });
    if let (Some(shown), Value::Object(rest)) = (shown.as_object_mut(), rest) {
        shown.extend(rest);
    }
    shown
}

/// `GET integrations/messages/summary`.
pub(super) fn summary(scene: &Scene<'_>, journal: &Journal) -> Answer {
    let filter = Filter::read(scene.call.query, scene.now)?;
    let tally = Tally::of(within(journal, &filter, scene.now), scene.now);
    Ok(show(
        scene.call,
        &json!({
            "links": links(&scene.href("integrations/messages/summary")),
            "messageSummary": {
                "aborted": tally.aborted,
                "errored": tally.failed,
                "inProgress": tally.received - tally.processed(),
                "received": tally.received,
                "successful": tally.completed,
                "successRate": tally.success_rate(),
                "total": tally.received,
            },
            "totalAborted": tally.aborted,
            "totalErrors": tally.failed,
            "totalMessages": tally.received,
            "totalSuccess": tally.completed,
        }),
    ))
}

/// `GET history`: the same, hour by hour.
pub(super) fn history(scene: &Scene<'_>, journal: &Journal) -> Answer {
    let filter = Filter::read(scene.call.query, scene.now)?;
    let hour = 3_600;
    let begin = |moment: Timestamp| moment.as_second().div_euclid(hour) * hour;
    let first = begin(filter.from);
    let last = begin(filter.until.min(scene.now));
    let mut items = Vec::new();
    let mut at = last;
    while at >= first && items.len() < 24 * 32 {
        let own = within(journal, &filter, scene.now).filter(|run| begin(run.started) == at);
        let mut shown = Tally::of(own, scene.now).shown();
        if let (Some(members), Ok(moment)) = (shown.as_object_mut(), Timestamp::from_second(at)) {
            members.insert("date".to_owned(), json!(date(moment)));
        }
        items.push(shown);
        at -= hour;
    }
    let total = items.len();
    page(
        scene.call,
        &scene.href("history"),
        total,
        false,
        |offset, limit| items.into_iter().skip(offset).take(limit).collect(),
    )
}

/// `GET futureruns`: the next run of each schedule.
pub(super) fn future_runs(scene: &Scene<'_>) -> Answer {
    let items: Vec<Value> = scene
        .instance
        .global
        .integrations
        .values()
        .filter_map(|one| {
            let schedule = one.schedule.as_ref()?;
            if !one.is_active() || !schedule.is_running() {
                return None;
            }
            let next = scene.now.checked_add(wait(&one.code)).ok()?;
            Some(json!({
                "code": one.code,
                "integrationId": one.id(),
                "integrationName": one.name,
                "integrationVersion": one.version,
                "nextRun": date(next),
                "scheduleId": schedule.name,
                "state": "WAITING",
            }))
        })
        .collect();
    let total = items.len();
    page(
        scene.call,
        &scene.href("futureruns"),
        total,
        false,
        |offset, limit| items.into_iter().skip(offset).take(limit).collect(),
    )
}

/// How long until the next run: something between a minute and an hour, by name.
fn wait(code: &str) -> SignedDuration {
    let chance = crate::chance::Chance::of(9, code).next() % 59;
    SignedDuration::from_mins(1 + i64::try_from(chance).unwrap_or(0))
}
