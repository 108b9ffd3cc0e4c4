//! What became of each artifact of a waybill.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use waybill_model::{ArtifactId, ArtifactKind, State};

use super::request::HaulRequest;
use super::rotated::{Held, rotated};
use super::told::{StepDetail, now};
use crate::error::{EngineError, Result};
use crate::journal::{Journal, LogExchange, ReadBack, Run, RunId, Step, StepFailure, StepState};
use crate::plan::StepOutcome;
use crate::progress::{StepNow, StepWhat};
use crate::waybill::{Action, Item, Standing, StepKind, Waybill};

/// What became of an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HaulResult {
    /// A step failed, or what was read back is not what was sent.
    Failed,
    /// Nobody can tell.
    Unknown,
    /// Not made, because something it needs failed, or the run was stopped.
    NotDone,
    /// As the waybill says.
    Done,
    /// It stayed as it was, as the waybill says.
    Kept,
}

/// One artifact of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HaulItem {
    /// Its name in the destination.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// What became of it.
    pub result: HaulResult,
    /// That in a few words: `Replaced, active`, `Replaced, not active`.
    pub words: String,
    /// How it was, in a few words: `was active, 01.03.0000`.
    pub before: String,
    /// How long its steps took, in milliseconds.
    pub took_ms: Option<u64>,
    /// Why it failed, in plain words.
    pub why: Option<String>,
    /// What to do about it.
    pub what_to_do: Option<String>,
    /// The call behind a failure, redacted.
    pub exchange: Option<LogExchange>,
    /// SHA-256 of what was sent for it alone.
    pub sha256: Option<String>,
    /// Reading back showed it as it was to be; none: that was not, or cannot be, looked at.
    pub verified: Option<bool>,
    /// What reading back found, where it is not the same.
    pub verified_words: Option<String>,
}

/// The report of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct HaulReport {
    /// The run.
    pub run: Run,
    /// What was asked for, the waybill among it.
    pub request: HaulRequest,
    /// `12 replaced, 7 of 9 activated in PROD`.
    pub headline: String,
    /// What that means, in a sentence or two.
    pub sentence: String,
    /// The artifacts, those that failed first, then by name.
    pub items: Vec<HaulItem>,
    /// How the steps of the waybill ended, in its order.
    pub outcomes: Vec<StepOutcome>,
    /// How many steps failed or were left because of it, and can be tried again.
    pub failed: u32,
    /// The snapshot taken before the first write.
    pub snapshot: Option<String>,
}

/// The report of a run, as far as it has come.
///
/// # Errors
/// `UnknownRun`, `Journal`; `NotResumable` for a run that carries out no waybill.
pub fn haul_report(journal: &Journal, run: &RunId) -> Result<HaulReport> {
    let run = journal.run(run)?;
    let Some(request) = HaulRequest::of_run(&run) else {
        return Err(EngineError::NotResumable {
            run: run.id.to_string(),
            status: "no run of a waybill".to_owned(),
        });
    };
    let steps = journal.steps(&run.id)?;
    let read_back = journal.read_back(&run.id)?;
    let mut of: BTreeMap<ArtifactId, Vec<Taken>> = BTreeMap::new();
    let mut back = PutBack::default();
    let mut outcomes = Vec::new();
    for step in steps {
        let Ok(detail) = serde_json::from_value::<StepDetail>(step.detail.clone()) else {
            continue;
        };
        let kind = match detail.what {
            StepWhat::Waybill(kind) => kind,
            StepWhat::Back(kind) => {
                back.take(kind, &detail.subject, step.state);
                continue;
            }
            StepWhat::Capture | StepWhat::Verify => continue,
        };
        outcomes.push(StepOutcome {
            key: detail.key,
            subject: detail.subject.clone(),
            kind,
            state: now(step.state),
        });
        of.entry(detail.subject)
            .or_default()
            .push(Taken { kind, step });
    }
    let nothing = Vec::new();
    let items = request.waybill.items.iter();
    let mut items: Vec<HaulItem> = items
        .map(|item| {
            let own = of.get(&item.id).unwrap_or(&nothing);
            let holder = item.archive.as_ref();
            let holder = holder.and_then(|archive| archive.carried_by.as_ref());
            let carried = holder.and_then(|id| of.get(id)).unwrap_or(&nothing);
            let mut told = report_item(item, own, carried, read_back.get(&item.id));
            if let Some(words) = back.words(item) {
                told.words = words;
            }
            told
        })
        .collect();
    tell_values(&mut items, &request.waybill, &outcomes);
    items.sort_by(|left, right| (left.result, &left.id).cmp(&(right.result, &right.id)));
    let failed = outcomes
        .iter()
        .filter(|step| matches!(step.state, StepNow::Failed | StepNow::Skipped))
        .count();
    Ok(HaulReport {
        headline: headline(&request, &outcomes),
        sentence: sentence(&items, &run, &back),
        items,
        outcomes,
        failed: u32::try_from(failed).unwrap_or(u32::MAX),
        snapshot: run.snapshot.clone(),
        run,
        request,
    })
}

/// Says of each integration that was taken out of service for its connections with which values it goes on.
fn tell_values(items: &mut [HaulItem], waybill: &Waybill, outcomes: &[StepOutcome]) {
    let told = rotated(waybill, outcomes).into_iter();
    let mut told: BTreeMap<ArtifactId, Vec<(ArtifactId, Held)>> =
        told.map(|one| (one.id, one.connections)).collect();
    for item in items {
        for (connection, held) in told.remove(&item.id).unwrap_or_default() {
            item.words = format!("{}; `{}` {}", item.words, connection.wire(), held.words());
        }
    }
}

/// The integrations that were to be put back as they were, each with how that ended, for it and for its
/// schedule.
#[derive(Default)]
struct PutBack(BTreeMap<ArtifactId, (Option<StepState>, Option<StepState>)>);

impl PutBack {
    fn take(&mut self, kind: StepKind, subject: &ArtifactId, state: StepState) {
        let id = ArtifactId {
            kind: ArtifactKind::Integration,
            ..subject.clone()
        };
        let (integration, schedule) = self.0.entry(id).or_default();
        match kind {
            StepKind::StartSchedule => *schedule = Some(state),
            _ => *integration = Some(state),
        }
    }

    fn words(&self, item: &Item) -> Option<String> {
        let (integration, schedule) = self.0.get(&item.id)?;
        let came = match item.action {
            Action::Replace => "Not replaced",
            _ => "Its design kept",
        };
        let active = match integration {
            Some(StepState::Done) => "put back as it was: active again",
            Some(StepState::Failed | StepState::Skipped) => {
                "was active and could not be put back: not active"
            }
            Some(_) => "being put back: perhaps not yet active",
            None => "still active",
        };
        let runs = match schedule {
            Some(StepState::Done) => ", its schedule started again",
            Some(_) => ", its schedule not started",
            None => "",
        };
        Some(format!("{came}; {active}{runs}"))
    }

    /// How many are active again.
    fn count(&self) -> usize {
        let all = self.0.values();
        all.filter(|(state, _)| *state == Some(StepState::Done))
            .count()
    }
}

/// A step of an artifact, as it stands.
struct Taken {
    kind: StepKind,
    step: Step,
}

fn report_item(
    item: &Item,
    own: &[Taken],
    carried: &[Taken],
    read_back: Option<&ReadBack>,
) -> HaulItem {
    // What comes in the archive of another artifact stands and falls with its import.
    let imports = carried
        .iter()
        .filter(|taken| matches!(taken.kind, StepKind::Import { .. }));
    let all: Vec<&Taken> = imports.chain(own).collect();
    let mut result = result(item, &all);
    let mut failure = all
        .iter()
        .find(|taken| taken.step.failure.is_some())
        .and_then(|taken| taken.step.failure.clone());
    if failure.is_none() {
        let skipped = all
            .iter()
            .find(|taken| taken.step.state == StepState::Skipped);
        failure = skipped.map(|taken| StepFailure {
            why: match &taken.step.after {
                Some(after) => format!("It was left: {after}."),
                None => "Something that it needs failed.".to_owned(),
            },
            what_to_do: Some("Put that right, then try again what failed.".to_owned()),
            exchange: None,
        });
    }
    let verified = read_back.and_then(|found| found.verified);
    let verified_words = read_back.and_then(|found| found.words.clone());
    if verified == Some(false) && matches!(result, HaulResult::Done | HaulResult::Kept) {
        result = HaulResult::Failed;
        if failure.is_none() {
            failure = verified_words.as_ref().map(|words| StepFailure {
                why: words.clone(),
                what_to_do: Some(
                    "Look at it in the console: somebody may have changed it at the same time. To send it again, plan again."
                        .to_owned(),
                ),
                exchange: None,
            });
        }
    }
    let took: Vec<u64> = own.iter().filter_map(|taken| taken.step.took_ms).collect();
    let sent = item.archive.as_ref();
    let sent = sent.filter(|archive| archive.carried_by.is_none());
    let (why, what_to_do, exchange) = match failure {
        Some(failure) if !matches!(result, HaulResult::Done | HaulResult::Kept) => {
            (Some(failure.why), failure.what_to_do, failure.exchange)
        }
        _ => (None, None, None),
    };
    HaulItem {
        id: item.id.clone(),
        name: item.name.clone(),
        result,
        words: words(item, &all, result),
        before: before(&item.before),
        took_ms: (!took.is_empty()).then(|| took.iter().sum()),
        why,
        what_to_do,
        exchange,
        sha256: sent.map(|archive| archive.sha256.clone()),
        verified,
        verified_words,
    }
}

fn result(item: &Item, all: &[&Taken]) -> HaulResult {
    let any = |state: StepState| all.iter().any(|taken| taken.step.state == state);
    if any(StepState::Failed) {
        HaulResult::Failed
    } else if any(StepState::Unknown) || any(StepState::Sent) || any(StepState::Answered) {
        HaulResult::Unknown
    } else if any(StepState::Skipped) || any(StepState::Planned) {
        HaulResult::NotDone
    } else {
        match item.action {
            Action::CannotGo { .. } => HaulResult::NotDone,
            Action::Keep if all.is_empty() => HaulResult::Kept,
            _ => HaulResult::Done,
        }
    }
}

fn words(item: &Item, all: &[&Taken], result: HaulResult) -> String {
    let state_of = |fits: Fits| {
        let found = all.iter().find(|taken| fits(&taken.kind));
        found.map(|taken| taken.step.state)
    };
    let import = state_of(|kind| matches!(kind, StepKind::Import { .. }));
    let activate = state_of(|kind| matches!(kind, StepKind::Activate { .. }));
    let deleted = state_of(|kind| matches!(kind, StepKind::Delete));
    let came = match (&item.action, import) {
        (Action::Remove, _) => match deleted {
            Some(StepState::Done) | None if result == HaulResult::Done => "Deleted",
            _ => "Not deleted",
        },
        (Action::CannotGo { .. }, _) => "Not carried",
        (Action::Keep, _) if result == HaulResult::Kept => "Kept",
        (Action::Keep, _) => "Its design kept",
        (_, Some(StepState::Done)) => match item.action {
            Action::Replace => "Replaced",
            _ => "Imported",
        },
        (_, Some(StepState::Failed)) => "Not imported",
        (_, Some(StepState::Skipped | StepState::Planned)) => "Not sent",
        (_, Some(_)) => "Nobody can tell whether it is there",
        (_, None) => match result {
            HaulResult::Done | HaulResult::Kept => "Set",
            HaulResult::Unknown => "Nobody can tell how it stands",
            HaulResult::Failed | HaulResult::NotDone => "Not set",
        },
    };
    let deactivate = state_of(|kind| matches!(kind, StepKind::Deactivate));
    let then = match activate {
        // It was never taken out of service.
        Some(StepState::Skipped | StepState::Planned)
            if matches!(
                deactivate,
                Some(StepState::Failed | StepState::Skipped | StepState::Planned)
            ) =>
        {
            ", still active"
        }
        Some(StepState::Done) => ", active",
        Some(StepState::Answered | StepState::Sent | StepState::Unknown) => {
            ", perhaps not yet active"
        }
        Some(_) => ", not active",
        None => "",
    };
    let schedule = state_of(|kind| matches!(kind, StepKind::StartSchedule));
    let runs = match schedule {
        Some(StepState::Done) => ", started",
        Some(_) => ", not started",
        None => "",
    };
    let tested = match state_of(|kind| matches!(kind, StepKind::TestConnection)) {
        Some(StepState::Failed) => ", its test failed",
        _ => "",
    };
    format!("{came}{tested}{then}{runs}")
}

fn before(standing: &Standing) -> String {
    if !standing.present {
        return match &standing.version {
            Some(version) => format!("was not there; {version} was"),
            None => "was not there".to_owned(),
        };
    }
    let state = standing.state.filter(|state| *state != State::Unknown);
    let state = state.map_or_else(
        || "was there".to_owned(),
        |state| format!("was {}", crate::change::state_word(state)),
    );
    match &standing.version {
        Some(version) => format!("{state}, {version}"),
        None => state,
    }
}

/// Whether a step is of a sort.
type Fits = fn(&StepKind) -> bool;

/// `12 replaced, 7 of 9 activated in PROD`.
pub(super) fn headline(request: &HaulRequest, outcomes: &[StepOutcome]) -> String {
    let count = |fits: Fits| {
        let all = outcomes.iter().filter(|step| fits(&step.kind));
        let (mut total, mut done) = (0_u32, 0_u32);
        for step in all {
            total += 1;
            done += u32::from(step.state == StepNow::Done);
        }
        (done, total)
    };
    let connections = match count(|kind| matches!(kind, StepKind::SetConnection)) {
        (_, 1) => "connection set",
        _ => "connections set",
    };
    let kinds: [(&str, Fits); 5] = [
        ("imported", |kind| {
            matches!(kind, StepKind::Import { replace: false, .. })
        }),
        ("replaced", |kind| {
            matches!(kind, StepKind::Import { replace: true, .. })
        }),
        (connections, |kind| matches!(kind, StepKind::SetConnection)),
        ("activated", |kind| {
            matches!(kind, StepKind::Activate { .. })
        }),
        ("deleted", |kind| matches!(kind, StepKind::Delete)),
    ];
    let mut parts: Vec<String> = kinds
        .into_iter()
        .filter_map(|(words, fits)| match count(fits) {
            (_, 0) => None,
            (done, total) if done == total => Some(format!("{done} {words}")),
            (done, total) => Some(format!("{done} of {total} {words}")),
        })
        .collect();
    if parts.is_empty() {
        let done = outcomes
            .iter()
            .filter(|step| step.state == StepNow::Done)
            .count();
        parts.push(format!("{done} of {} steps done", outcomes.len()));
    }
    format!("{} in {}", parts.join(", "), request.instance.name)
}

fn sentence(items: &[HaulItem], run: &Run, back: &PutBack) -> String {
    let count = |result: HaulResult| items.iter().filter(|item| item.result == result).count();
    let (failed, left) = (count(HaulResult::Failed), count(HaulResult::NotDone));
    let unknown = count(HaulResult::Unknown);
    let verified = items
        .iter()
        .filter(|item| item.verified == Some(true))
        .count();
    let mut parts = Vec::new();
    let artifacts = |number: usize| match number {
        1 => "1 artifact".to_owned(),
        many => format!("{many} artifacts"),
    };
    if failed > 0 {
        parts.push(format!("{} failed.", artifacts(failed)));
    }
    if left > 0 {
        parts.push(
            format!("{} were left as they were.", artifacts(left)).replace(
                "1 artifact were left as they were",
                "1 artifact was left as it was",
            ),
        );
    }
    match back.count() {
        0 => {}
        1 => parts.push(
            "1 integration was put back as it was: active again, as its replacement did not come."
                .to_owned(),
        ),
        many => parts.push(format!(
            "{many} integrations were put back as they were: active again, as their replacements did not come."
        )),
    }
    if unknown > 0 {
        parts.push(format!("How {} ended cannot be told.", artifacts(unknown)));
    }
    if verified > 0 {
        parts.push(format!(
            "{} were read back and mean the same as what was sent.",
            artifacts(verified)
        ));
    }
    if parts.is_empty()
        && let Some(guidance) = &run.guidance
    {
        parts.push(guidance.clone());
    }
    parts.join(" ")
}
