//! Putting back what was taken out of service for a replacement that did not come: an integration that
//! the run deactivated, and that is there as it was, is activated again, and its schedule started. One that
//! was taken out of service for new values of its connection is there as it was in any case.
//!
//! These are steps of their own in the journal, after those of the waybill, taken in the same way. When
//! what failed is tried again, they are taken back first: the integration is deactivated once more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use waybill_client::ErrorKind;
use waybill_model::{ArtifactId, ArtifactKind};

use super::deed::Deed;
use super::explain::named;
use super::look::times;
use super::perform::{Hauling, broken, lost};
use super::told::StepDetail;
use crate::change::{Facts, Stop, Tracing, upper};
use crate::journal::{self, LogWeight, StepState};
use crate::progress::StepWhat;
use crate::waybill::{Step, StepKind, Waybill};

/// The first word of the keys of such steps.
const BACK: &str = "back";

/// What a look at an integration that may be put back has shown.
enum Found {
    /// It is as the run left it; the tracing level it has.
    AsLeft(Tracing),
    /// It is active.
    Active,
    /// It cannot be put back, and why.
    Hindered(String),
}

impl Hauling {
    /// Puts back what can be put back.
    pub(super) async fn put_back(&self) -> Result<(), Stop> {
        let run = &self.work.request.run;
        let rows = self.journal().steps(run).map_err(broken)?;
        let known = rows.get(self.own_rows()..).unwrap_or_default();
        let known: BTreeMap<String, (StepDetail, journal::Step)> = known
            .iter()
            .filter_map(|row| {
                let detail: StepDetail = serde_json::from_value(row.detail.clone()).ok()?;
                Some((detail.key.clone(), (detail, row.clone())))
            })
            .collect();
        let stood = Stood::of(self.waybill(), &rows);
        let mut steps = Vec::new();
        let mut activated = BTreeSet::new();
        for id in stood.deactivated() {
            let step = back(StepKind::Activate { tracing: None }, id, Vec::new());
            let kind = match known.get(&step.key) {
                Some((detail, _)) => kind_of(detail),
                None => self.activation(&stood, id, &activated).await?,
            };
            let Some(kind) = kind else {
                continue;
            };
            let calls = stood.called(id).into_iter();
            let needs = calls.map(|called| key(StepKind::Activate { tracing: None }, called));
            steps.push(back(kind, id, needs.collect()));
            activated.insert(id.clone());
        }
        for (schedule, of, was_deactivated) in stood.stopped() {
            let step = back(StepKind::StartSchedule, schedule, Vec::new());
            let mut needs = Vec::new();
            if was_deactivated {
                if !activated.contains(&of) {
                    continue;
                }
                needs.push(key(StepKind::Activate { tracing: None }, &of));
            } else if !known.contains_key(&step.key)
                && !matches!(self.found(&of, true).await?, Found::Active)
            {
                continue;
            }
            steps.push(back(StepKind::StartSchedule, schedule, needs));
        }
        if steps.is_empty() {
            return Ok(());
        }
        let deeds = self.deeds(steps, &known)?;
        self.note("What was taken out of service and is there unchanged is put back as it was.")?;
        self.count_back(&deeds);
        Box::pin(self.course(&deeds)).await
    }

    /// How an integration is to be activated again; none where something stands against it.
    async fn activation(
        &self,
        stood: &Stood<'_>,
        id: &ArtifactId,
        activated: &BTreeSet<ArtifactId>,
    ) -> Result<Option<StepKind>, Stop> {
        let found = match stood.missing(id, activated) {
            Some(called) => {
                Found::Hindered(format!("it calls {}, which is not active", named(called)))
            }
            None => self.found(id, !stood.was_sent(id)).await?,
        };
        match found {
            Found::AsLeft(tracing) => Ok(Some(StepKind::Activate {
                tracing: Some(tracing),
            })),
            Found::Active => Ok(None),
            Found::Hindered(why) => {
                let name = upper(&named(id));
                self.line(
                    LogWeight::Warning,
                    &format!("{name} was active and is not put back: {why}."),
                    None,
                )?;
                Ok(None)
            }
        }
    }

    /// Looks whether an integration is as the run left it.
    async fn found(&self, id: &ArtifactId, was_never_sent: bool) -> Result<Found, Stop> {
        let read = match self.looking.integration(&id.scope, &id.wire()).await {
            Ok(read) => read,
            Err(error) if *error.kind() == ErrorKind::NotFound => {
                return Ok(Found::Hindered("it is no longer there".to_owned()));
            }
            Err(error) if self.ends_all(&error) => return Err(lost(&error)),
            Err(error) => {
                let cause = error.cause().trim_end_matches('.');
                return Ok(Found::Hindered(format!(
                    "it could not be looked at: {cause}"
                )));
            }
        };
        let own = &read.value;
        if own.status.as_deref() == Some("ACTIVATED") {
            return Ok(Found::Active);
        }
        let now = times(&read.raw);
        let left = self.left.all().get(id).cloned();
        Ok(match left {
            Some(left) if left != now => {
                Found::Hindered("it was changed after this run had deactivated it".to_owned())
            }
            None if !was_never_sent => {
                Found::Hindered("the service does not tell whether it is as it was".to_owned())
            }
            _ => Found::AsLeft(Tracing::of_flags(
                own.tracing_enabled_flag,
                own.payload_tracing_enabled_flag,
            )),
        })
    }

    /// The steps with their rows in the journal, of which some are new.
    fn deeds(
        &self,
        steps: Vec<Step>,
        known: &BTreeMap<String, (StepDetail, journal::Step)>,
    ) -> Result<Vec<Deed>, Stop> {
        let fresh = steps.iter().filter(|step| !known.contains_key(&step.key));
        let details: Vec<_> = fresh
            .map(|step| {
                json!(StepDetail {
                    key: step.key.clone(),
                    what: StepWhat::Back(step.kind),
                    subject: step.subject.clone(),
                    words: step.words.clone(),
                })
            })
            .collect();
        let added = self.journal().add_steps(&self.work.request.run, &details);
        let added = added.map_err(broken)?;
        self.tell_all(&added);
        let mut added = added.into_iter();
        let mut deeds = Vec::with_capacity(steps.len());
        for step in steps {
            let row = match known.get(&step.key) {
                Some((_, row)) => Some(row.clone()),
                None => added.next(),
            };
            deeds.extend(row.map(|row| Deed {
                position: row.position,
                step,
                row,
                is_back: true,
            }));
        }
        Ok(deeds)
    }

    fn count_back(&self, deeds: &[Deed]) {
        let count = |fits: fn(StepState) -> bool| {
            let all = deeds.iter().filter(|deed| fits(deed.row.state));
            u32::try_from(all.count()).unwrap_or(u32::MAX)
        };
        let done = count(|state| state == StepState::Done);
        let failed = count(|state| matches!(state, StepState::Failed | StepState::Skipped));
        let all = u32::try_from(deeds.len()).unwrap_or(u32::MAX);
        self.recorder.count(|counts| {
            counts.planned += all;
            counts.fetched += done;
            counts.failed += failed;
        });
    }

    /// Before what failed is tried again: what was put back is to be taken out of service once more.
    pub(super) fn take_out_again(&self, rows: &[journal::Step]) -> Result<(), Stop> {
        let Some(back) = rows.get(self.own_rows()..).filter(|back| !back.is_empty()) else {
            return Ok(());
        };
        let mut keys = BTreeSet::new();
        for row in back {
            let Ok(detail) = serde_json::from_value::<StepDetail>(row.detail.clone()) else {
                continue;
            };
            let kind = match detail.what {
                StepWhat::Back(StepKind::StartSchedule) => StepKind::StopSchedule,
                _ => StepKind::Deactivate,
            };
            keys.insert(kind.key(&detail.subject));
        }
        let steps = self.waybill().steps.iter().zip(rows.iter().skip(1));
        let again = steps.filter(|(step, _)| keys.contains(&step.key));
        let again: Vec<u32> = again.map(|(_, row)| row.position).collect();
        let first = u32::try_from(self.own_rows()).unwrap_or(u32::MAX);
        self.journal()
            .reopen_steps(&self.work.request.run, &again, first)
            .map_err(broken)
    }

    /// So many rows the journal has for the waybill: its steps, the snapshot and the reading back.
    fn own_rows(&self) -> usize {
        self.waybill().steps.len() + 2
    }
}

fn key(kind: StepKind, id: &ArtifactId) -> String {
    format!("{BACK} {}", kind.key(id))
}

fn kind_of(detail: &StepDetail) -> Option<StepKind> {
    match detail.what {
        StepWhat::Back(kind) => Some(kind),
        _ => None,
    }
}

fn back(kind: StepKind, id: &ArtifactId, needs: Vec<String>) -> Step {
    let words = match kind {
        StepKind::StartSchedule => format!("Start {} again, as it was.", named(id)),
        _ => format!("Activate {} again, as it was.", named(id)),
    };
    Step {
        key: key(kind, id),
        kind,
        subject: id.clone(),
        needs,
        any_of: Vec::new(),
        before: Facts::new(),
        after: Facts::new(),
        words,
    }
}

/// How the steps of a waybill stand.
struct Stood<'a> {
    steps: Vec<(&'a Step, &'a journal::Step)>,
}

impl<'a> Stood<'a> {
    fn of(waybill: &'a Waybill, rows: &'a [journal::Step]) -> Self {
        Self {
            steps: waybill.steps.iter().zip(rows.iter().skip(1)).collect(),
        }
    }

    fn state(&self, key: &str) -> Option<StepState> {
        let mut steps = self.steps.iter();
        let own = steps.find(|(step, _)| step.key == key);
        own.map(|(_, row)| row.state)
    }

    /// All that waits for a step.
    fn waiting(&self, key: &str) -> impl Iterator<Item = &(&'a Step, &'a journal::Step)> {
        let all = self.steps.iter();
        all.filter(move |(step, _)| step.needs.iter().any(|need| need == key))
    }

    /// The archives that were to replace an integration.
    fn replacements(&self, id: &ArtifactId) -> Vec<&journal::Step> {
        let key = StepKind::Deactivate.key(id);
        let all = self.waiting(&key);
        let all = all.filter(|(step, _)| matches!(step.kind, StepKind::Import { .. }));
        all.map(|(_, row)| *row).collect()
    }

    /// Whether an archive that was to replace it was ever sent.
    fn was_sent(&self, id: &ArtifactId) -> bool {
        let all = self.replacements(id);
        all.iter().any(|row| row.began_at.is_some())
    }

    fn is_activated(&self, id: &ArtifactId) -> bool {
        let activation = StepKind::Activate { tracing: None }.key(id);
        self.state(&activation) == Some(StepState::Done)
            || self.state(&StepKind::Deactivate.key(id)) != Some(StepState::Done)
    }

    /// The integrations that were deactivated for a replacement that did not come, called before
    /// callers.
    fn deactivated(&self) -> Vec<&'a ArtifactId> {
        let steps = self.steps.iter().rev();
        let down = steps.filter(|(step, row)| {
            step.kind == StepKind::Deactivate && row.state == StepState::Done
        });
        let ids = down.map(|(step, _)| &step.subject);
        let left = ids.filter(|id| {
            let replacements = self.replacements(id);
            let refused =
                !replacements.is_empty() && replacements.iter().all(|row| did_not_come(row.state));
            (refused || self.is_restart(id)) && !self.is_activated(id)
        });
        left.collect()
    }

    /// Whether it was taken out of service for a connection alone: it comes back whatever became of that,
    /// and where its activation was refused that is tried once more.
    fn is_restart(&self, id: &ArtifactId) -> bool {
        let (down, up) = (
            StepKind::Deactivate.key(id),
            StepKind::Activate { tracing: None }.key(id),
        );
        let mut steps = self.steps.iter();
        let own = steps.find(|(step, _)| step.key == up);
        own.is_some_and(|(step, row)| step.any_of.contains(&down) && did_not_come(row.state))
    }

    /// What an integration calls, of what was deactivated: callers are deactivated first.
    fn called(&self, id: &ArtifactId) -> Vec<&'a ArtifactId> {
        let key = StepKind::Deactivate.key(id);
        let all = self.waiting(&key);
        let all = all.filter(|(step, _)| step.kind == StepKind::Deactivate);
        all.map(|(step, _)| &step.subject).collect()
    }

    /// What it calls and is not active, nor to be.
    fn missing(&self, id: &ArtifactId, activated: &BTreeSet<ArtifactId>) -> Option<&'a ArtifactId> {
        let mut called = self.called(id).into_iter();
        called.find(|called| !activated.contains(*called) && !self.is_activated(called))
    }

    /// The schedules that were stopped for what did not come: with the integration of each, and whether
    /// that was deactivated.
    fn stopped(&self) -> Vec<(&'a ArtifactId, ArtifactId, bool)> {
        let down = self.steps.iter().filter(|(step, row)| {
            step.kind == StepKind::StopSchedule && row.state == StepState::Done
        });
        let all = down.map(|(step, _)| {
            let of = ArtifactId {
                kind: ArtifactKind::Integration,
                ..step.subject.clone()
            };
            let down = self.state(&StepKind::Deactivate.key(&of));
            let was_deactivated = down == Some(StepState::Done);
            (*step, of, was_deactivated)
        });
        let left = all.filter(|(step, _, was_deactivated)| {
            let again = |kind: StepKind| self.state(&kind.key(&step.subject));
            if again(StepKind::StartSchedule) == Some(StepState::Done)
                || again(StepKind::SetSchedule) == Some(StepState::Done)
            {
                return false;
            }
            let waiting = self.waiting(&step.key);
            let mut waiting = waiting.filter(|(step, _)| step.kind != StepKind::StartSchedule);
            *was_deactivated
                || (waiting.next().is_some()
                    && self
                        .waiting(&step.key)
                        .all(|(_, row)| did_not_come(row.state)))
        });
        left.map(|(step, of, was_deactivated)| (&step.subject, of, was_deactivated))
            .collect()
    }
}

/// It was refused or never sent.
const fn did_not_come(state: StepState) -> bool {
    matches!(state, StepState::Failed | StepState::Skipped)
}
