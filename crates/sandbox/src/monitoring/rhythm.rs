//! The rhythm in which integrations run: each has its own, decided by its name, and the same name
//! gives the same runs on every machine.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use waybill_model::Generation;

use super::run::{Fault, Outcome, Run};
use crate::chance::Chance;
use crate::store::{Instance, Integration, Schedule, Space, Style};
use crate::wire::tracking_name;

/// Faults as they occur: code, words, whether sending again can help.
const FAULTS: [(&str, &str, bool); 5] = [
    (
        "504",
        "The endpoint did not answer within 300 seconds.",
        true,
    ),
    (
        "401",
        "The endpoint refused the user name or password.",
        true,
    ),
    ("500", "The endpoint answered with an internal error.", true),
    (
        "CASDK-0033",
        "A required value is missing in the message.",
        false,
    ),
    ("404", "The document is not known to the endpoint.", true),
];

struct Source<'instance> {
    project: Option<&'instance str>,
    integration: &'instance Integration,
    weight: u64,
}

fn sources(instance: &Instance) -> Vec<Source<'_>> {
    fn active<'space>(
        space: &'space Space,
        project: Option<&'space str>,
    ) -> impl Iterator<Item = Source<'space>> {
        space
            .integrations
            .values()
            .filter(|one| one.is_active())
            // What waits for its schedule does not run.
            .filter(|one| {
                one.style != Style::Scheduled
                    || one.schedule.as_ref().is_some_and(Schedule::is_running)
            })
            .map(move |integration| Source {
                project,
                integration,
                weight: 1 + Chance::of(3, &integration.code).next() % 20,
            })
    }
    let global = active(&instance.global, None);
    let inside = instance
        .projects
        .values()
        .flat_map(|project| active(&project.space, Some(&project.code)));
    global.chain(inside).collect()
}

/// The runs that began after `from`, up to `until`, oldest first; about `hourly` an hour.
pub(super) fn runs(
    instance: &Instance,
    from: Timestamp,
    until: Timestamp,
    hourly: u32,
    first_number: u64,
) -> Vec<Run> {
    let sources = sources(instance);
    let weights: u64 = sources.iter().map(|source| source.weight).sum();
    if weights == 0 || hourly == 0 {
        return Vec::new();
    }
    let (from, until) = (from.as_millisecond(), until.as_millisecond());
    let mut all = Vec::new();
    for source in &sources {
        let period = 3_600_000 * weights / (u64::from(hourly) * source.weight);
        let period = i64::try_from(period).unwrap_or(i64::MAX).max(1_000);
        for beat in (from / period - 1)..=(until / period) {
            let seed = beat.unsigned_abs() ^ u64::try_from(period).unwrap_or(0);
            let mut chance = Chance::of(seed, &source.integration.id());
            let jitter = i64::try_from(chance.next() % 600).unwrap_or(0) * period / 1_000;
            let start = beat.saturating_mul(period).saturating_add(jitter);
            if start > from
                && start <= until
                && let Ok(start) = Timestamp::from_millisecond(start)
            {
                all.push(run(source.integration, source.project, start, &mut chance));
            }
        }
    }
    all.sort_by_key(|run| run.started);
    if instance.generation != Generation::Oic3 {
        for (number, run) in (first_number..).zip(&mut all) {
            run.id = number.to_string();
        }
    }
    all
}

/// A run of an integration.
pub(super) fn run(
    of: &Integration,
    project: Option<&str>,
    started: Timestamp,
    chance: &mut Chance,
) -> Run {
    // Some integrations are in trouble; most are not.
    let failing = if Chance::of(5, &of.code).percent(9) {
        35
    } else {
        4
    };
    let outcome = match chance.below(1_000) {
        0..6 => Outcome::Hangs,
        _ if chance.percent(failing) => Outcome::Fails,
        _ => Outcome::Completes,
    };
    let millis = match chance.below(100) {
        0..4 => 45_000 + chance.next() % 180_000,
        _ => 80 + chance.next() % 9_000,
    };
    let fault = (outcome == Outcome::Fails)
        .then(|| chance.pick(&FAULTS))
        .flatten()
        .map(|(code, message, recoverable)| Fault {
            code: (*code).to_owned(),
            message: (*message).to_owned(),
            recoverable: *recoverable,
        });
    let called = of.endpoints.iter().find(|endpoint| !endpoint.trigger);
    let mut id = [0_u8; 16];
    id[..8].copy_from_slice(&chance.next().to_be_bytes());
    id[8..].copy_from_slice(&chance.next().to_be_bytes());
    Run {
        id: URL_SAFE_NO_PAD.encode(id),
        code: of.code.clone(),
        version: of.version.clone(),
        name: of.name.clone(),
        project: project.map(str::to_owned),
        scheduled: of.style == Style::Scheduled,
        connection: called.map(|endpoint| endpoint.connection.clone()),
        endpoint: called.map(|endpoint| endpoint.name.clone()),
        tracked: (
            tracking_name(of).to_owned(),
            format!("{}", 100_000 + chance.below(900_000)),
        ),
        started,
        millis,
        outcome,
        fault,
        step: None,
        retries: 0,
        invoked_by: "integration.caller@example.com".to_owned(),
    }
}
