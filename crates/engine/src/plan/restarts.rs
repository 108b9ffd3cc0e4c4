//! What uses a connection that gets other values while it is in use: a password that is renewed, an address
//! that moves. With the policy [`Policies::restart_users`](crate::waybill::Policies::restart_users) all
//! active integrations of the destination that use it are taken out of service for it, and come back
//! whatever becomes of it: with the new values, or with the old ones where they could not be set.

use std::collections::BTreeSet;

use waybill_model::{ArtifactId, ArtifactKind};

use super::actions::Decisions;
use super::ends::{Ends, IntegrationEnd};
use super::steps::Building;
use super::world::World;
use crate::change::{Severity, names};
use crate::waybill::{Finding, StepKind};

/// The connections that get other values, by name in the destination, where that has them.
pub(super) fn rotated(world: &World<'_>, decisions: &Decisions) -> BTreeSet<ArtifactId> {
    if !world.request.policies.restart_users {
        return BTreeSet::new();
    }
    let all = decisions.all.iter();
    all.filter(|(id, decision)| {
        id.kind == ArtifactKind::Connection
            && decision.action.brings()
            && world.destination().has(id)
            && (world.takes_values(&decision.from, id) || world.enters(id))
    })
    .map(|(id, _)| id.clone())
    .collect()
}

impl Ends {
    /// Active integrations that use a connection which gets other values, and that the plan leaves alone
    /// otherwise.
    pub fn add_users(&mut self, world: &World<'_>, decisions: &Decisions) {
        let catalogue = &world.destination().catalogue;
        let mut prebuilt = BTreeSet::new();
        for connection in rotated(world, decisions) {
            let users = catalogue.used_by(&connection).into_iter();
            let users = users.map(|link| link.id);
            let users = users.filter(|id| {
                id.kind == ArtifactKind::Integration && world.destination().is_active(id)
            });
            for id in users.collect::<BTreeSet<_>>() {
                if catalogue.get(&id).is_some_and(|own| own.prebuilt) {
                    prebuilt.insert(id);
                    continue;
                }
                if decisions.brings(&id) || decisions.removes(&id) {
                    continue;
                }
                let facts = world.destination().facts.get(&id);
                let end = self
                    .integrations
                    .entry(id)
                    .or_insert_with(|| IntegrationEnd {
                        active_before: true,
                        active_after: true,
                        tracing: facts.and_then(|facts| facts.tracing),
                        ..IntegrationEnd::default()
                    });
                if end.active_after {
                    end.restarted_for.insert(connection.clone());
                }
            }
        }
        if !prebuilt.is_empty() {
            let told = names(prebuilt.iter().map(|id| id.code.as_str()));
            self.findings.push(
                Finding::new(
                    "restart-prebuilt",
                    Severity::Warning,
                    format!("{told} came ready-made and are not deactivated and activated again."),
                )
                .guided("They take the new values the next time that somebody activates them in the console."),
            );
        }
    }
}

impl Building<'_> {
    /// A connection is set once nothing that uses it is active any more.
    pub fn users_down(&self, connection: &ArtifactId) -> Vec<String> {
        let all = self.ends.integrations.iter();
        let users = all.filter(|(_, end)| end.restarted_for.contains(connection));
        users.map(|(id, _)| StepKind::Deactivate.key(id)).collect()
    }

    /// What the activation of an integration waits for that was taken out of service for connections:
    /// the end of all that happens to them and to what it calls, however that ended. It is its own
    /// deactivation that has to be done.
    pub fn users_up(
        &self,
        id: &ArtifactId,
        connections: &BTreeSet<ArtifactId>,
    ) -> (Vec<String>, Vec<String>) {
        let down = StepKind::Deactivate.key(id);
        let mut ended = vec![down.clone()];
        for connection in connections {
            ended.push(StepKind::SetConnection.key(connection));
            ended.push(StepKind::TestConnection.key(connection));
        }
        for called in self.called_after(id) {
            ended.push(StepKind::Activate { tracing: None }.key(called));
        }
        (vec![down], ended)
    }
}
