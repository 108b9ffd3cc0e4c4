//! What is looked at before the first write, and keeping everything as it is.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::{ArtifactId, ArtifactKind, Catalogue, State};

use super::explain::named;
use super::hush::Hush;
use super::perform::{Hauling, broken};
use super::send::{Outcome, bound_file};
use crate::blocking;
use crate::catalogue::LiveCatalogue;
use crate::change::{Keeping, Stop, keep_as_is, names, state_word, upper};
use crate::error::EngineError;
use crate::journal::{self, RunPhase, StepEnd, StepState};
use crate::manifest::Selection;
use crate::plan::{Changed, PlanDestination, changed_since, state_digest};
use crate::progress::StepWhat;
use crate::waybill::{FORMAT, ImportHow, Standing, StepKind, Waybill, secret_account};

const PLAN_AGAIN: &str = "Plan again: the waybill then says what would be done now.";

impl Hauling {
    /// Whether everything is as the waybill says.
    pub(super) fn check(&self, live: &LiveCatalogue) -> Result<(), Stop> {
        let waybill = self.waybill();
        let instance = &self.work.request.instance;
        if waybill.format > FORMAT {
            return Err(nothing(
                "The waybill was made by a newer version of this program.",
                "Run it with that version.",
            ));
        }
        let planned_for = &waybill.destination.instance;
        // Another computer may know it by another id.
        if planned_for.id != instance.id && !planned_for.is_same_place(instance) {
            return Err(nothing(
                format!(
                    "The waybill is for {}, not for {}.",
                    waybill.destination.instance.name, instance.name
                ),
                "Run it in the instance that it was planned for, or plan again.",
            ));
        }
        // Whether anything may be changed there is asked before each change.
        let mut open = waybill.open_findings();
        if let Some(finding) = open.find(|finding| finding.rule != "read-only") {
            return Err(nothing(
                format!("A finding of the checks is open: {}", finding.text),
                "Put it right or acknowledge it under Checks, then run again.",
            ));
        }
        let now = PlanDestination {
            stamp: instance.clone(),
            catalogue: live.catalogue.clone(),
            facts: BTreeMap::new(),
            read_only: None,
        };
        let changed = changed_since(waybill, &now);
        if let Some(first) = changed.first() {
            let more = match changed.len() {
                1 => String::new(),
                2 => " Another artifact is not as it was either.".to_owned(),
                many => format!(" {} other artifacts are not as they were either.", many - 1),
            };
            return Err(nothing(
                format!(
                    "{} has changed since the waybill was planned. {}{more}",
                    instance.name,
                    how_changed(first)
                ),
                PLAN_AGAIN,
            ));
        }
        if state_digest(waybill, &now) != waybill.destination.state_digest {
            let subjects: BTreeSet<&str> = waybill
                .steps
                .iter()
                .filter(|step| waybill.item(&step.subject).is_none())
                .map(|step| step.subject.code.as_str())
                .collect();
            let which = if subjects.is_empty() {
                "Something that it touches".to_owned()
            } else {
                format!("One of {}", names(subjects))
            };
            return Err(nothing(
                format!(
                    "{which} is not as it was in {} when the waybill was planned.",
                    instance.name
                ),
                PLAN_AGAIN,
            ));
        }
        Ok(())
    }

    /// Whether what is still to be replaced or deleted is as it was kept before: what somebody did to it
    /// since then is in no snapshot.
    pub(super) fn check_left(
        &self,
        catalogue: &Catalogue,
        rows: &[journal::Step],
    ) -> Result<(), Stop> {
        let waybill = self.waybill();
        let changed = changed_meanwhile(waybill, catalogue, rows);
        if changed.is_empty() {
            return Ok(());
        }
        let names = names(changed.iter().map(|id| id.code.as_str()));
        Err(Stop::failed(
            format!(
                "Nothing more was changed. Since this run began, somebody changed what is still to be replaced or deleted in {}: {names}.",
                self.work.request.instance.name
            ),
            "Look at it in the console. Then plan again: what is done already is left as it is.",
        ))
    }

    /// Whether everything is at hand that will be sent: bytes, files, secrets.
    pub(super) async fn provide(&mut self, rows: &[journal::Step]) -> Result<(), Stop> {
        let waybill = &self.work.request.waybill;
        let steps = waybill.steps.iter().enumerate().map(|(index, step)| {
            let row = rows.get(index + 1);
            (step, row.is_some_and(|row| row.state == StepState::Done))
        });
        if rows.is_empty() {
            let (hold, needed) = (self.work.hold.clone(), waybill.cargo());
            let missing = blocking::run(move || {
                for sha256 in &needed {
                    match hold.get(sha256) {
                        Ok(Some(_)) => {}
                        Ok(None) => return Ok(Some(None)),
                        Err(error @ EngineError::CargoDamaged { .. }) => {
                            return Ok(Some(Some(error.to_string())));
                        }
                        Err(error) => return Err(error),
                    }
                }
                Ok(None)
            });
            if let Some(damaged) = missing.await.map_err(broken)? {
                return Err(nothing(
                    damaged.unwrap_or_else(|| {
                        "What is to be sent is no longer kept on this computer.".to_owned()
                    }),
                    "Plan again: it is then read from the source once more.",
                ));
            }
        }
        let mut secrets = BTreeMap::new();
        for (step, is_done) in steps {
            let id = &step.subject;
            let (names, files) = match step.kind {
                StepKind::SetConnection => {
                    let binding = waybill.bindings.connections.get(id);
                    let attachments = binding.into_iter().flat_map(|own| &own.attachments);
                    let files: Vec<_> =
                        attachments.map(|file| (&file.path, &file.sha256)).collect();
                    let names = binding.map(|own| own.secrets.clone());
                    (names.unwrap_or_default(), files)
                }
                StepKind::Import {
                    how: ImportHow::Certificate,
                    ..
                } => {
                    let binding = waybill.bindings.certificates.get(id);
                    let files = binding.map(|own| (&own.path, &own.sha256));
                    let names = binding.map(|own| own.secrets.clone());
                    (names.unwrap_or_default(), files.into_iter().collect())
                }
                _ => continue,
            };
            for (path, sha256) in files.into_iter().filter(|_| !is_done) {
                if let Err(Outcome::Failed(failure)) = bound_file(path, sha256).await {
                    let guidance = failure.what_to_do.clone().unwrap_or_default();
                    return Err(nothing(failure.why, guidance));
                }
            }
            for name in names {
                let account = secret_account(&self.work.request.instance.id, id, &name);
                let found = self.work.secrets.secret(&account).await;
                let found = if is_done {
                    Ok(found.ok().flatten())
                } else {
                    found
                };
                let secret = found.map_err(|why| {
                    nothing(
                        format!(
                            "The secret `{name}` of {} cannot be read: {}",
                            named(id),
                            upper(&why)
                        ),
                        "Unlock the place for secrets under Settings, then run again.",
                    )
                })?;
                // Of a step that is done, it is known so that nobody repeats it.
                if secret.is_none() && is_done {
                    continue;
                }
                let secret = secret.ok_or_else(|| {
                    nothing(
                        format!(
                            "The secret `{name}` of {} was not entered for {}.",
                            named(id),
                            self.work.request.instance.name
                        ),
                        "Enter it under Connections, then run again.",
                    )
                })?;
                secrets.insert(account, secret);
            }
        }
        self.hush = Hush::knowing(secrets.values());
        self.secrets = secrets;
        Ok(())
    }

    /// Keeps everything that is touched as it is, whole.
    pub(super) async fn capture(&self, catalogue: &Catalogue) -> Result<(), Stop> {
        self.phase(RunPhase::Fetching)?;
        self.set_own(StepWhat::Capture, None)?;
        let request = &self.work.request;
        let began = std::time::Instant::now();
        let ids = self.touched(catalogue);
        let count = ids.len();
        let keeping = Keeping {
            run: &request.run,
            instance: &request.instance,
            selection: Selection::Only(ids),
            title: &request.title,
            asked_by: &request.asked_by,
            tool_version: &request.tool_version,
        };
        let kept = keep_as_is(
            keeping,
            &self.work.client,
            self.work.vault.clone(),
            self.journal(),
            &self.work.cancel,
        );
        let kept = Box::pin(kept).await;
        let snapshot = match kept {
            Ok(snapshot) => snapshot,
            Err(stop) => {
                let end = StepEnd {
                    state: if stop.cancelled {
                        StepState::Planned
                    } else {
                        StepState::Failed
                    },
                    after: None,
                    took_ms: None,
                    failure: None,
                };
                self.set_own(StepWhat::Capture, Some(&end))?;
                return Err(stop);
            }
        };
        let journal = self.journal();
        journal
            .set_snapshot(&request.run, &snapshot)
            .map_err(broken)?;
        let short = snapshot.get(..8).unwrap_or(&snapshot).to_owned();
        let end = StepEnd {
            state: StepState::Done,
            after: Some(format!("snapshot {short}")),
            took_ms: u64::try_from(began.elapsed().as_millis()).ok(),
            failure: None,
        };
        self.set_own(StepWhat::Capture, Some(&end))?;
        let artifacts = match count {
            1 => "1 artifact is".to_owned(),
            many => format!("{many} artifacts are"),
        };
        self.note(&format!(
            "As they were before, {artifacts} kept in snapshot {short}."
        ))
    }

    /// All of the destination that the run may change, and what stands or falls with it.
    fn touched(&self, catalogue: &Catalogue) -> Vec<ArtifactId> {
        let waybill = self.waybill();
        let subjects = waybill.steps.iter().map(|step| &step.subject);
        let items = waybill.items.iter().map(|item| &item.id);
        let mut ids: BTreeSet<ArtifactId> = subjects.chain(items).cloned().collect();
        for id in ids.clone() {
            match id.kind {
                ArtifactKind::Integration => {
                    // An activation takes the place of another version.
                    let active = catalogue.versions(&id);
                    let active = active.filter(|own| own.state == Some(State::Active));
                    ids.extend(active.map(|own| own.id.clone()));
                }
                ArtifactKind::Package => {
                    let members = catalogue.get(&id).into_iter();
                    let members = members.flat_map(|own| &own.dependencies);
                    ids.extend(members.map(|need| need.id.clone()));
                }
                ArtifactKind::Project => {
                    let all = catalogue.artifacts.iter();
                    let inside = all.filter(|own| own.id.scope.project() == Some(id.code.as_str()));
                    ids.extend(inside.map(|own| own.id.clone()));
                }
                _ => {}
            }
        }
        for id in ids.clone() {
            if id.kind == ArtifactKind::Integration {
                ids.insert(ArtifactId {
                    kind: ArtifactKind::Schedule,
                    ..id
                });
            }
        }
        // Roles are nothing that a snapshot holds: the waybill itself says how they stood.
        let roles = &waybill.bindings.roles;
        ids.retain(|id| catalogue.get(id).is_some() && !roles.contains_key(id));
        ids.into_iter().collect()
    }
}

/// What no step was taken of yet, is to be replaced or deleted, and bears another time than when the
/// waybill was planned.
fn changed_meanwhile<'a>(
    waybill: &'a Waybill,
    catalogue: &Catalogue,
    rows: &[journal::Step],
) -> Vec<&'a ArtifactId> {
    let steps = || waybill.steps.iter().zip(rows.iter().skip(1));
    // What a step does to a schedule shows in its integration.
    let place = |id: &'a ArtifactId| (&id.scope, &id.code, &id.version);
    let begun: BTreeSet<_> = steps()
        .filter(|(_, row)| row.began_at.is_some() || row.state != StepState::Planned)
        .map(|(step, _)| place(&step.subject))
        .collect();
    let ends_it = |kind: StepKind| {
        matches!(
            kind,
            StepKind::Import { replace: true, .. } | StepKind::Delete
        )
    };
    // Of other kinds the time changes with what is in them.
    let is_alone = |id: &ArtifactId| {
        matches!(
            id.kind,
            ArtifactKind::Integration | ArtifactKind::Lookup | ArtifactKind::Library
        )
    };
    let left = steps().filter(|(step, _)| {
        let id = &step.subject;
        ends_it(step.kind) && is_alone(id) && !begun.contains(&place(id))
    });
    let changed = left.filter(|(step, _)| {
        let was = waybill.item(&step.subject).map(|item| &item.before);
        let was = was.and_then(|before| before.updated.as_ref());
        let now = catalogue.get(&step.subject);
        let now = now.and_then(|own| own.updated.as_ref());
        was.zip(now).is_some_and(|(was, now)| was != now)
    });
    changed.map(|(step, _)| &step.subject).collect()
}

/// Nothing was written.
fn nothing(why: impl std::fmt::Display, what: impl Into<String>) -> Stop {
    Stop::failed(format!("Nothing was changed. {why}"), what)
}

fn how_changed(changed: &Changed) -> String {
    let name = upper(&named(&changed.id));
    let stands = |standing: &Standing| {
        let state = standing.state.filter(|state| *state != State::Unknown);
        state.map(state_word)
    };
    let (was, is) = (&changed.was, &changed.is);
    match (was.present, is.present) {
        (true, false) => format!("{name} is no longer there."),
        (false, true) => format!("{name} is there now; it was not."),
        (false, false) => format!("{name}: its highest other version is another one now."),
        (true, true) => match (stands(was), stands(is)) {
            (Some(was), Some(is)) if was != is => format!("{name} was {was} and is {is}."),
            _ => match &is.updated {
                Some(at) => format!("{name} was changed at {at}."),
                None => format!("{name} was changed."),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::Artifact;

    use super::*;

    /// The example of the documentation, whose integration is replaced.
    fn waybill() -> Waybill {
        let text = include_str!("../../../../docs/waybill-format.md");
        let block = text.split("```json\n").nth(1).unwrap();
        let mut waybill = Waybill::read(block.split("```").next().unwrap().as_bytes()).unwrap();
        let import = &mut waybill.steps[0];
        import.kind = StepKind::Import {
            how: ImportHow::Integration,
            replace: true,
        };
        let id = import.subject.clone();
        let item = waybill.items.iter_mut().find(|item| item.id == id);
        item.unwrap().before = Standing {
            present: true,
            updated: Some("2026-11-19T08:00:00Z".to_owned()),
            ..Standing::default()
        };
        waybill
    }

    fn row(position: usize, state: StepState, began_at: Option<&str>) -> journal::Step {
        journal::Step {
            position: u32::try_from(position).unwrap(),
            state,
            detail: serde_json::Value::Null,
            after: None,
            began_at: began_at.map(str::to_owned),
            took_ms: None,
            base: None,
            failure: None,
        }
    }

    #[test]
    fn what_is_still_to_be_replaced_is_to_be_as_it_was() {
        let waybill = waybill();
        let id = waybill.steps[0].subject.clone();
        let mut catalogue = Catalogue::default();
        let mut there = Artifact::named(id.clone(), "Orders");
        there.updated = Some("2026-11-19T08:00:00Z".to_owned());
        catalogue.artifacts = vec![there.clone()];
        let rows = |state, began_at| -> Vec<journal::Step> {
            let capture = row(0, StepState::Done, Some("x"));
            let import = row(1, state, began_at);
            let rest = (2..=waybill.steps.len()).map(|at| row(at, StepState::Planned, None));
            [capture, import].into_iter().chain(rest).collect()
        };
        let open = rows(StepState::Planned, None);
        assert!(changed_meanwhile(&waybill, &catalogue, &open).is_empty());
        there.updated = Some("2026-11-19T09:30:00Z".to_owned());
        catalogue.artifacts = vec![there];
        assert_eq!(changed_meanwhile(&waybill, &catalogue, &open), [&id]);
        // What the run did itself is no stranger's doing.
        for (state, began_at) in [
            (StepState::Done, Some("x")),
            (StepState::Planned, Some("x")),
            (StepState::Skipped, None),
        ] {
            let rows = rows(state, began_at);
            assert!(changed_meanwhile(&waybill, &catalogue, &rows).is_empty());
        }
    }
}
