//! What takes its values by calls of its own, beside any archive: connections, schedules,
//! and certificates from the file that a person gives.

use waybill_model::{ArtifactId, ArtifactKind, State};

use super::actions::{Decision, Decisions, barred_or};
use super::closure::carries;
use super::world::{Against, World, integration_of};
use super::{barred, containers};
use crate::catalogue::is_pseudo_connection;
use crate::change::Severity;
use crate::waybill::{
    Action, ConnectionBinding, ConnectionMode, ConnectionPolicy, Existing, Finding, Fix,
};

pub(super) const NO_FILE: &str = "No archive carries certificates, and Oracle Integration gives none out. Upload its file, or see to it in the console.";

pub(super) fn certificate(world: &World<'_>, from: &ArtifactId, to: &ArtifactId) -> Decision {
    let bound = world.request.bindings.certificates.contains_key(to);
    match (world.destination().has(to), bound) {
        (true, _) => Decision::skipped(from),
        (false, true) => barred_or(world, from, to, Action::Create),
        (false, false) => {
            let why = barred::why(world, from, to);
            Decision::cannot_go(from, why.unwrap_or_else(|| NO_FILE.to_owned()))
        }
    }
}

impl World<'_> {
    /// Where the values of a connection come from. Where there is none yet, none can be kept.
    pub fn mode(&self, to: &ArtifactId) -> ConnectionMode {
        let binding = self.request.bindings.connections.get(to);
        let mode = binding.map_or_else(
            || match self.request.policies.connections(to) {
                ConnectionPolicy::Keep => ConnectionMode::Keep,
                ConnectionPolicy::FromSource => ConnectionMode::FromSource,
            },
            |binding| binding.mode,
        );
        if mode == ConnectionMode::Keep && !self.destination().has(to) {
            return ConnectionMode::FromSource;
        }
        mode
    }

    /// Whether something is entered for a connection.
    pub fn enters(&self, to: &ArtifactId) -> bool {
        let binding = self.request.bindings.connections.get(to);
        binding.is_some_and(ConnectionBinding::enters)
    }

    /// Whether a connection takes the values that the source holds of it. A draft has none to give.
    pub fn takes_values(&self, from: &ArtifactId, to: &ArtifactId) -> bool {
        let held = self.facts(from).is_some_and(|facts| facts.record.is_some());
        held && self.mode(to) == ConnectionMode::FromSource
            && self.source_state(from) != Some(State::Draft)
    }
}

impl World<'_> {
    /// Whether nothing is known of its values: archive files tell none of schedules.
    fn holds_no_record(&self, from: &ArtifactId) -> bool {
        self.facts(from).is_none_or(|facts| facts.record.is_none())
    }
}

impl Decisions {
    pub fn connection(
        &mut self,
        world: &World<'_>,
        from: &ArtifactId,
        to: &ArtifactId,
    ) -> Decision {
        if !world.destination().has(to) {
            return self.new_connection(world, from, to);
        }
        let takes = world.takes_values(from, to);
        let sets = match world.mode(to) {
            ConnectionMode::Keep => false,
            ConnectionMode::Enter => world.enters(to),
            ConnectionMode::FromSource => {
                // A draft becomes none by having the same values: they have to be set.
                let draft = world.destination().state(to) == Some(State::Draft);
                let sets = draft || world.against(from, to) != Against::Same;
                world.enters(to) || (takes && sets)
            }
        };
        if sets {
            return Decision::new(from, Action::Replace);
        }
        if world.mode(to) == ConnectionMode::FromSource && !takes {
            self.tell_without_values(world, from, to);
        }
        Decision::skipped(from)
    }

    fn new_connection(
        &mut self,
        world: &World<'_>,
        from: &ArtifactId,
        to: &ArtifactId,
    ) -> Decision {
        if let Some(why) = barred::why(world, from, to) {
            return Decision::cannot_go(from, why);
        }
        let bringer = self.bringers(world, from, to).into_iter().next();
        let Some(by) = bringer.or_else(|| self.holder(world, from)) else {
            return Decision::cannot_go(
                from,
                "Connections arrive with an integration that uses them, and none that uses this one is brought.",
            );
        };
        if !world.takes_values(from, to) && !world.enters(to) {
            self.tell_without_values(world, from, to);
        }
        Decision {
            carried_by: Some(by),
            ..Decision::new(from, Action::Create)
        }
    }

    /// The project whose archive brings all that is in it, by name in the destination.
    fn holder(&self, world: &World<'_>, from: &ArtifactId) -> Option<ArtifactId> {
        let catalogue = &world.request.source.catalogue;
        let mut brought = containers::brought(world, self).into_iter();
        let holder = brought.find(|container| {
            container.kind == ArtifactKind::Project && carries(catalogue, container, from)
        });
        holder.map(|holder| world.target(&holder))
    }

    /// What is to come from the source is not there.
    fn tell_without_values(&mut self, world: &World<'_>, from: &ArtifactId, to: &ArtifactId) {
        // What an archive brings for a call within the instance takes no values.
        if is_pseudo_connection(&to.code) {
            return;
        }
        let unread = world.facts(from).and_then(|facts| facts.unread.clone());
        let why = unread.unwrap_or_else(|| {
            if world.source_state(from) == Some(State::Draft) {
                format!("It is a draft in {} too.", world.request.source.stamp.title)
            } else {
                format!(
                    "{} holds no values of it.",
                    world.request.source.stamp.title
                )
            }
        });
        let (severity, how) = if world.destination().has(to) {
            (Severity::Note, "keeps the values that it has")
        } else {
            (Severity::Warning, "arrives as a draft without values")
        };
        self.find(
            Finding::new(
                "no-values",
                severity,
                format!("Connection `{}` {how}. {why}", to.wire()),
            )
            .about(to)
            .guided("Enter its values. It cannot be tested, and nothing that uses it activated, before.")
            .fixed_by(Fix::EnterValues {
                connection: to.clone(),
            }),
        );
    }

    pub fn schedule(&mut self, world: &World<'_>, from: &ArtifactId, to: &ArtifactId) -> Decision {
        let integration = integration_of(to);
        let comes = self.brings(&integration);
        if !world.destination().has(&integration) && !comes {
            return Decision::cannot_go(
                from,
                format!("Its integration is not in {}.", world.title()),
            );
        }
        if !world.destination().has(to) {
            if world.holds_no_record(from)
                && world.facts(from).is_some_and(|own| own.unread.is_none())
            {
                return Decision::cannot_go(
                    from,
                    format!(
                        "{} does not tell enough of it. Define it in the console after the run.",
                        world.request.source.stamp.title
                    ),
                );
            }
            return barred_or(world, from, to, Action::Create);
        }
        let policy = world.request.policies.existing(to);
        if policy == Existing::Skip {
            return Decision::skipped(from);
        }
        let bound = world.request.bindings.schedules.contains_key(to);
        if world.holds_no_record(from) {
            return Decision::new(from, Action::Keep);
        }
        if policy == Existing::Replace
            || bound
            || world.differs(from, to)
            || world.parameters_differ(from, to)
        {
            return barred_or(world, from, to, Action::Replace);
        }
        self.tell_environment(world, from, to);
        Decision::new(from, Action::Keep)
    }
}
