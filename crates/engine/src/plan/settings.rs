//! The steps that set values: cells of lookups, connections, schedules, access lists.

use std::collections::BTreeSet;

use waybill_model::{ArtifactId, ArtifactKind, Scope};

use super::steps::{Building, facts};
use super::told;
use super::world::integration_of;
use crate::change::Severity;
use crate::waybill::{Action, Finding, StepKind};

impl Building<'_> {
    /// An archive is never rewritten, so cells that are others in the destination are set afterwards.
    pub fn lookups(&mut self) {
        let cells = &self.world.request.bindings.lookup_cells;
        let bound: BTreeSet<&ArtifactId> = cells.iter().map(|cell| &cell.lookup).collect();
        for id in bound {
            let Some(decision) = self.decisions.all.get(id) else {
                continue;
            };
            let stays = self.world.destination().has(id) && decision.action != Action::Remove;
            if decision.untouched || !(decision.action.brings() || stays) {
                continue;
            }
            if id.scope != Scope::Global {
                self.findings.push(
                    Finding::new(
                        "cells-in-project",
                        Severity::Warning,
                        format!("The cells of lookup `{}` cannot be set.", id.wire()),
                    )
                    .about(id)
                    .guided("Oracle Integration offers no call that changes a lookup of a project. Change it in the console after the run."),
                );
                continue;
            }
            let count = cells.iter().filter(|cell| cell.lookup == *id).count();
            let what = if count == 1 {
                "1 cell".to_owned()
            } else {
                format!("{count} cells")
            };
            let import = self.import_of(id);
            let along = decision.carried_by.as_ref();
            let along = along.is_some_and(|by| by.kind == ArtifactKind::Integration);
            let bringers = if along {
                self.decisions.bringers(self.world, &decision.from, id)
            } else {
                BTreeSet::new()
            };
            let title = self.world.title();
            let words = format!("Set {what} of {} in {title}.", told::of_kind(id));
            let step = self.add(StepKind::SetLookup, id, words);
            if along {
                step.any_of = bringers.iter().map(|by| format!("import {by}")).collect();
            } else {
                step.needs.extend(import);
            }
            step.after = facts([("cells", &what)]);
        }
    }

    fn certificates(&self) -> Vec<String> {
        let all = self.decisions.all.keys();
        all.filter(|id| id.kind == ArtifactKind::Certificate)
            .filter_map(|id| self.import_of(id))
            .collect()
    }

    pub fn connections(&mut self) {
        let certificates = self.certificates();
        let title = self.world.title();
        for (id, decision) in &self.decisions.all {
            if id.kind != ArtifactKind::Connection || !decision.action.brings() {
                continue;
            }
            let takes = self.world.takes_values(&decision.from, id);
            if !takes && !self.world.enters(id) {
                continue;
            }
            let bringers = if self.world.destination().has(id) {
                BTreeSet::new()
            } else {
                let mut all = self.decisions.bringers(self.world, &decision.from, id);
                all.extend(decision.carried_by.clone());
                all
            };
            let state = told::state(self.world.destination().state(id));
            let binding = self.world.request.bindings.connections.get(id);
            let values = if takes { "from the source" } else { "entered" };
            let secrets = binding.map(|binding| binding.secrets.join(", "));
            let down = self.users_down(id);
            let step = self.add(
                StepKind::SetConnection,
                id,
                format!("Set the values of {} in {title}.", told::of_kind(id)),
            );
            step.needs.clone_from(&certificates);
            step.needs.extend(down);
            step.any_of = bringers
                .iter()
                .map(|bringer| format!("import {bringer}"))
                .collect();
            step.before = facts([("state", state)]);
            step.after = facts([
                ("values", values),
                ("secrets", secrets.as_deref().unwrap_or_default()),
                ("state", "configured"),
            ]);
            let set = StepKind::SetConnection.key(id);
            let step = self.add(
                StepKind::TestConnection,
                id,
                format!("Test {}.", told::of_kind(id)),
            );
            step.needs.push(set);
            step.after = facts([("test", "passed")]);
        }
    }

    pub fn schedules(&mut self) {
        for (id, end) in &self.ends.schedules {
            let integration = integration_of(id);
            let mut needs = vec![
                StepKind::StopSchedule.key(id),
                StepKind::Activate { tracing: None }.key(&integration),
            ];
            needs.extend(self.import_of(&integration));
            let state = told::state(self.world.destination().state(id));
            if end.set {
                let present = if self.world.destination().has(id) {
                    "present"
                } else {
                    "absent"
                };
                let step = self.add(
                    StepKind::SetSchedule,
                    id,
                    format!("Define {}.", told::of_kind(id)),
                );
                step.needs.clone_from(&needs);
                step.before = facts([("presence", present), ("state", state)]);
                step.after = facts([("presence", "present")]);
            }
            if end.start {
                needs.push(StepKind::SetSchedule.key(id));
                let step = self.add(
                    StepKind::StartSchedule,
                    id,
                    format!("Start {}.", told::of_kind(id)),
                );
                step.needs = needs;
                step.before = facts([("state", state)]);
                step.after = facts([("state", "started")]);
            }
        }
    }

    pub fn access(&mut self) {
        for (id, decision) in &self.decisions.all {
            if id.kind != ArtifactKind::AccessList || !decision.action.brings() {
                continue;
            }
            let projects = self.decisions.all.keys().filter(|other| {
                (other.kind == ArtifactKind::Project && other.code == id.code)
                    || (other.kind == ArtifactKind::Deployment && other.scope == id.scope)
            });
            let needs = projects
                .filter_map(|project| self.import_of(project))
                .collect();
            let bound = self.world.request.bindings.access.get(id);
            let whom = bound.map_or_else(
                || "from the source".to_owned(),
                |bound| {
                    let (all, left) = (bound.members.len(), bound.left().count());
                    format!("{} of {all} users and groups", all - left)
                },
            );
            let step = self.add(
                StepKind::SetAccess,
                id,
                format!("Set {}.", told::of_kind(id)),
            );
            step.needs = needs;
            step.after = facts([("access", &whom)]);
        }
    }
}
