//! The way back from a run: what to take from the snapshot that it took before it wrote, and what to
//! delete because it brought it. Planning from there is the usual one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use waybill_model::{ArtifactId, ArtifactKind, Catalogue, State};

use super::closure::Closure;
use super::world::{Choice, integration_of, major, schedule_of};
use crate::progress::StepNow;
use crate::waybill::{
    Activate, ConnectionPolicy, Exception, Existing, Item, Policies, SchedulePolicy, StepKind,
    Waybill,
};

/// How a step of a waybill ended in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepOutcome {
    /// Its name in the waybill.
    pub key: String,
    /// To which artifact, by its name in the destination.
    pub subject: ArtifactId,
    /// What it does.
    pub kind: StepKind,
    /// How it ended.
    pub state: StepNow,
}

/// What brings the destination back to how it stood before a run. Chosen is what the run may have
/// changed, by its name in the snapshot that it took before; removed what it brought. A step that failed
/// may have had a part of its effect, and counts; one that was never sent does not.
///
/// `only` narrows it to some artifacts, by name in the destination. With these goes what cannot stay
/// without them: what the run made use something that it brought and that is removed, and all that lies
/// in the same project archive. What was not touched stays as it is, though something restored needs it.
#[must_use]
pub fn rollback(
    waybill: &Waybill,
    done: &[StepOutcome],
    snapshot: &Catalogue,
    only: Option<&BTreeSet<ArtifactId>>,
) -> (Choice, Policies) {
    let run = Made::of(waybill, done);
    let mut selected = run.touched.clone();
    if let Some(only) = only {
        selected.retain(|id| only.contains(id));
        run.drag_along(&mut selected);
    }
    let mut choice = Choice::default();
    for id in &selected {
        let came = waybill.item(id).is_some_and(|item| !item.before.present);
        if snapshot.get(id).is_none() && came {
            if !holds_older(waybill, id) {
                choice.remove.insert(id.clone());
            }
        } else {
            choice.chosen.insert(id.clone());
        }
    }
    let made = run.projects.iter().filter(|(by, _)| selected.contains(*by));
    choice
        .remove
        .extend(made.map(|(_, project)| project.clone()));
    for id in run.activated.iter().filter(|id| selected.contains(*id)) {
        choice.chosen.extend(displaced(snapshot, id));
    }
    let policies = policies(waybill, snapshot, &choice);
    (choice, policies)
}

/// What a run did.
struct Made<'a> {
    waybill: &'a Waybill,
    /// All that it may have changed.
    touched: BTreeSet<ArtifactId>,
    activated: BTreeSet<ArtifactId>,
    /// The projects that deployments made, where there was none, by the deployment.
    projects: BTreeMap<ArtifactId, ArtifactId>,
}

impl<'a> Made<'a> {
    fn of(waybill: &'a Waybill, done: &[StepOutcome]) -> Self {
        let mut own = Self {
            waybill,
            touched: BTreeSet::new(),
            activated: BTreeSet::new(),
            projects: BTreeMap::new(),
        };
        let mut imported = BTreeSet::new();
        for step in done {
            if matches!(step.state, StepNow::Waiting | StepNow::Skipped) {
                continue;
            }
            own.touched.insert(step.subject.clone());
            match step.kind {
                StepKind::Import { replace, .. } => {
                    imported.insert(&step.subject);
                    if let (Some(project), false) = (step.subject.scope.project(), replace)
                        && step.subject.kind == ArtifactKind::Deployment
                    {
                        let project = ArtifactId::global(ArtifactKind::Project, project, None);
                        own.projects.insert(step.subject.clone(), project);
                    }
                }
                StepKind::Activate { .. } => {
                    own.activated.insert(step.subject.clone());
                }
                _ => {}
            }
        }
        for item in waybill.items.iter().filter(|item| item.action.brings()) {
            if own.carriers(item).any(|by| imported.contains(by)) {
                own.touched.insert(item.id.clone());
            }
        }
        own
    }

    /// The artifacts whose archives may have brought an item: the one that the plan names, and all that
    /// need it. Nobody can say which of them came first.
    fn carriers<'b>(&'b self, item: &'b Item) -> impl Iterator<Item = &'b ArtifactId> {
        let named = carrier(item).into_iter();
        let users = self
            .users(item)
            .map(|user| carrier(user).unwrap_or(&user.id));
        // Without a carrier it has an archive or calls of its own.
        named
            .clone()
            .chain(users.filter(move |_| named.clone().next().is_some()))
    }

    /// The items that need an item.
    fn users<'b>(&'b self, item: &'b Item) -> impl Iterator<Item = &'b Item> {
        let needs = item.needed_by.iter();
        needs.filter_map(|need| {
            let mut items = self.waybill.items.iter();
            items.find(|other| *other.source_id() == need.id)
        })
    }

    /// Adds what cannot stay, or cannot be restored by itself.
    fn drag_along(&self, selected: &mut BTreeSet<ArtifactId>) {
        let mut waiting: Vec<ArtifactId> = selected.iter().cloned().collect();
        while let Some(id) = waiting.pop() {
            let mut with = Vec::new();
            if let Some(item) = self.waybill.item(&id) {
                if !item.before.present {
                    let users = self.users(item);
                    with.extend(users.filter(|user| uses(user, item)).map(|user| &user.id));
                }
                with.extend(carrier(item).filter(|by| is_whole(by)));
            }
            let carried = self.waybill.items.iter();
            with.extend(
                carried
                    .filter(|other| is_whole(&id) && carrier(other) == Some(&id))
                    .map(|other| &other.id),
            );
            if id.kind == ArtifactKind::Integration {
                let schedule = self.waybill.item(&schedule_of(&id));
                with.extend(schedule.map(|item| &item.id));
            }
            for one in with {
                if self.touched.contains(one) && selected.insert(one.clone()) {
                    waiting.push(one.clone());
                }
            }
        }
    }
}

/// Whether an item stops working without another one: a project or a package holds it, no more.
fn uses(user: &Item, item: &Item) -> bool {
    let mut needs = item.needed_by.iter();
    needs.any(|need| {
        need.id == *user.source_id()
            && !matches!(
                &*need.role,
                "member" | "carries" | "schedule" | "schedule of" | "access of"
            )
    })
}

/// Whether it is a package that took in what was there before. It would be deleted with that; without
/// it, it is gone as soon as nothing names it any more.
fn holds_older(waybill: &Waybill, id: &ArtifactId) -> bool {
    id.kind == ArtifactKind::Package
        && waybill
            .items
            .iter()
            .any(|item| carrier(item) == Some(id) && item.before.present)
}

/// Whose archive brought an item.
fn carrier(item: &Item) -> Option<&ArtifactId> {
    item.archive.as_ref()?.carried_by.as_ref()
}

/// Whether an archive goes as a whole or not at all.
const fn is_whole(id: &ArtifactId) -> bool {
    matches!(id.kind, ArtifactKind::Project | ArtifactKind::Deployment)
}

/// What was active in the place of an integration, and its schedule.
fn displaced(snapshot: &Catalogue, activated: &ArtifactId) -> Vec<ArtifactId> {
    let versions = snapshot.versions(activated);
    let others = versions.filter(|other| {
        other.id != *activated
            && major(&other.id) == major(activated)
            && matches!(other.state, Some(State::Active | State::Activating))
    });
    others
        .flat_map(|other| [other.id.clone(), schedule_of(&other.id)])
        .filter(|id| snapshot.get(id).is_some())
        .collect()
}

/// As in the snapshot, but for what is needed and was not touched: that stays as it is.
fn policies(waybill: &Waybill, snapshot: &Catalogue, choice: &Choice) -> Policies {
    let mut policies = Policies {
        existing: Existing::ReplaceIfDifferent,
        activate: Activate::AsInSource,
        schedules: SchedulePolicy::AsInSource,
        connections: ConnectionPolicy::FromSource,
        // What was taken out of service on the way there is so on the way back.
        restart_users: waybill.policies.restart_users,
        ..Policies::default()
    };
    let whole = come_whole(waybill, choice);
    let closure = Closure::of(snapshot, choice, &|_| true);
    let untouched = closure.entries.into_keys().filter(|id| {
        let project = id.scope.project().unwrap_or(&id.code);
        let comes = whole.contains(project)
            && (id.scope.project().is_some() || id.kind == ArtifactKind::Project);
        !choice.chosen.contains(id) && !comes
    });
    for id in untouched {
        let stays = Exception {
            existing: Some(Existing::Skip),
            connections: (id.kind == ArtifactKind::Connection).then_some(ConnectionPolicy::Keep),
            ..Exception::default()
        };
        policies.exceptions.insert(id, stays);
    }
    // What holds for an integration holds for its schedule, unless that has its own.
    for id in &choice.chosen {
        if id.kind == ArtifactKind::Schedule
            && policies.exceptions.contains_key(&integration_of(id))
        {
            let comes = Exception {
                existing: Some(Existing::ReplaceIfDifferent),
                ..Exception::default()
            };
            policies.exceptions.insert(id.clone(), comes);
        }
    }
    policies
}

/// The projects whose archives are needed: what the run replaced in them comes back in no other way.
fn come_whole<'a>(waybill: &Waybill, choice: &'a Choice) -> BTreeSet<&'a str> {
    let chosen = choice.chosen.iter();
    chosen
        .filter_map(|id| match id.kind {
            ArtifactKind::Project => Some(&*id.code),
            ArtifactKind::Integration | ArtifactKind::Lookup | ArtifactKind::Library => {
                let replaced = waybill.item(id).is_some_and(|item| item.action.brings());
                id.scope.project().filter(|_| replaced)
            }
            _ => None,
        })
        .collect()
}
