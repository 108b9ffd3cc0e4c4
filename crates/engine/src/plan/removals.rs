//! What is to be deleted and may be: nothing that something which stays uses, and nothing for which the
//! service offers no call.

use std::collections::BTreeSet;

use waybill_model::{ArtifactId, ArtifactKind, Scope};

use super::actions::{Decision, Decisions};
use super::closure::resolved;
use super::told;
use super::world::World;
use crate::change::Severity;
use crate::waybill::{Action, Finding};

impl Decisions {
    /// Decides about all that is to be deleted.
    pub fn remove(&mut self, world: &World<'_>) {
        let mut kept: BTreeSet<ArtifactId> = BTreeSet::new();
        // What is kept because of one thing may keep another.
        loop {
            let found = world
                .removed
                .difference(&kept)
                .find_map(|id| Some((id.clone(), self.stays(world, &kept, id)?)));
            let Some((id, finding)) = found else {
                break;
            };
            self.find(finding.about(&id));
            kept.insert(id);
        }
        for id in world.removed.difference(&kept) {
            let decision = Decision::new(id, Action::Remove);
            self.all.insert(id.clone(), decision);
        }
        for id in kept {
            self.all.insert(id.clone(), Decision::skipped(&id));
        }
    }

    /// Why something that is to be deleted stays.
    fn stays(
        &self,
        world: &World<'_>,
        kept: &BTreeSet<ArtifactId>,
        id: &ArtifactId,
    ) -> Option<Finding> {
        let gone = |other: &ArtifactId| world.removed.contains(other) && !kept.contains(other);
        let home = id.scope.project();
        let home = home.map(|home| ArtifactId::global(ArtifactKind::Project, home, None));
        if home.is_some_and(|home| gone(&home)) {
            return None;
        }
        let who = format!("{} `{}`", told::kind(id.kind), id.wire());
        let offered = match id.kind {
            ArtifactKind::Lookup | ArtifactKind::Library => id.scope == Scope::Global,
            ArtifactKind::AgentGroup | ArtifactKind::AccessList => false,
            _ => true,
        };
        if !offered {
            return Some(
                Finding::new(
                    "cannot-delete",
                    Severity::Warning,
                    format!("{who} stays in {}.", world.title()),
                )
                .guided(
                    "Oracle Integration offers no call that deletes it. Delete it in the console.",
                ),
            );
        }
        let users = self.users(world, id);
        let staying: Vec<&str> = users
            .iter()
            .filter(|user| !gone(user))
            .map(|user| user.code.as_str())
            .collect();
        (!staying.is_empty()).then(|| {
            let names = crate::change::names(staying);
            Finding::new(
                "still-used",
                Severity::Warning,
                format!("{who} stays in {}: {names} uses it.", world.title()),
            )
            .guided("Delete what uses it too, or bring back a version that does not.")
        })
    }

    /// What uses an artifact of the destination afterwards, by name in the destination.
    fn users(&self, world: &World<'_>, id: &ArtifactId) -> BTreeSet<ArtifactId> {
        let theirs = &world.destination().catalogue;
        let used = theirs.used_by(id).into_iter();
        used.filter(|user| !matches!(&*user.role, "member" | "access of" | "schedule of"))
            .map(|user| user.id)
            .filter(|user| {
                // What is brought needs what its archive needs.
                let brought = self.all.get(user).filter(|own| own.action.brings());
                let Some(own) = brought.and_then(|own| world.artifact(&own.from)) else {
                    return true;
                };
                let ours = &world.request.source.catalogue;
                let mut needs = own.dependencies.iter();
                needs.any(|need| world.target(&resolved(ours, &need.id)) == *id)
            })
            .collect()
    }
}
