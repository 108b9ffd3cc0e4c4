//! What is deleted, last of all: callers before what they call, users before what they use, and what
//! holds others after these.

use std::collections::BTreeSet;

use waybill_model::{ArtifactId, ArtifactKind};

use super::order::Calls;
use super::steps::{Building, facts};
use super::told;
use super::world::{integration_of, schedule_of};
use crate::waybill::{Action, StepKind};

impl Building<'_> {
    pub fn deletions(&mut self) {
        let catalogue = &self.world.destination().catalogue;
        for (id, decision) in &self.decisions.all {
            if decision.action != Action::Remove || self.goes_with_its_holder(id) {
                continue;
            }
            let mut needs = vec![
                StepKind::Deactivate.key(id),
                StepKind::StopSchedule.key(id),
                StepKind::StopSchedule.key(&schedule_of(id)),
            ];
            for user in catalogue.used_by(id) {
                if user.role == "member" || user.role == "access of" || user.role == "schedule of" {
                    continue;
                }
                needs.push(StepKind::Delete.key(&user.id));
                needs.extend(self.import_of(&user.id));
            }
            // Lists tell little of what integrations use.
            if matches!(
                id.kind,
                ArtifactKind::Connection
                    | ArtifactKind::Lookup
                    | ArtifactKind::Library
                    | ArtifactKind::Certificate
            ) {
                let all = self.decisions.all.keys();
                let integrations = all.filter(|other| other.kind == ArtifactKind::Integration);
                needs.extend(integrations.map(|other| StepKind::Delete.key(other)));
            }
            for link in catalogue.uses(id) {
                if link.role == "member" {
                    needs.push(StepKind::Delete.key(&link.id));
                    needs.push(StepKind::Deactivate.key(&link.id));
                }
            }
            let inside = self.decisions.all.keys().filter(|other| {
                id.kind == ArtifactKind::Project && other.scope.project() == Some(id.code.as_str())
            });
            needs.extend(inside.map(|other| StepKind::Deactivate.key(other)));
            // In a circle of calls the one with the lower name goes first.
            let key = StepKind::Delete.key(id);
            let circle = self.in_circle(id);
            needs.retain(|need| !circle.contains(need) || *need < key);
            let step = self.add(
                StepKind::Delete,
                id,
                format!("Delete {}.", told::of_kind(id)),
            );
            step.needs = needs;
            step.before = facts([("presence", "present")]);
            step.after = facts([("presence", "absent")]);
        }
    }

    /// The deletions of what calls, and is called by, an integration that is deleted.
    fn in_circle(&self, id: &ArtifactId) -> BTreeSet<String> {
        let calls = self
            .decisions
            .all
            .keys()
            .filter(|id| self.decisions.removes(id));
        let calls = calls
            .filter_map(|id| self.world.destination().catalogue.get(id))
            .flat_map(|own| {
                let needs = own.dependencies.iter();
                needs.map(|need| (own.id.clone(), need.id.clone()))
            })
            .collect();
        let circles = Calls::of(&calls).circles;
        let own = circles.iter().filter(|circle| circle.contains(id));
        own.flatten().map(|one| StepKind::Delete.key(one)).collect()
    }

    /// What lies in a project that is deleted is deleted with it, and a schedule with its integration.
    fn goes_with_its_holder(&self, id: &ArtifactId) -> bool {
        if id.kind == ArtifactKind::Schedule && self.decisions.removes(&integration_of(id)) {
            return true;
        }
        id.scope.project().is_some_and(|project| {
            let project = ArtifactId::global(ArtifactKind::Project, project, None);
            self.decisions.removes(&project)
        })
    }
}
