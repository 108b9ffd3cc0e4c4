//! What happens to each artifact, by the policies.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::{ArtifactId, ArtifactKind, Scope};

use super::closure::{carries, resolved};
use super::world::{Against, World};
use super::{barred, containers, told, values};
use crate::change::Severity;
use crate::waybill::{Action, ArchiveStamp, Existing, Finding, Fix};

/// What was decided about one artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    /// Its name in the source; in the destination alone, its name there.
    pub from: ArtifactId,
    pub action: Action,
    /// Whose archive brings it, by name in the destination; none: its own.
    pub carried_by: Option<ArtifactId>,
    /// It stays as it is, its state too.
    pub untouched: bool,
}

impl Decision {
    pub fn new(from: &ArtifactId, action: Action) -> Self {
        Self {
            from: from.clone(),
            action,
            carried_by: None,
            untouched: false,
        }
    }

    pub fn skipped(from: &ArtifactId) -> Self {
        Self {
            untouched: true,
            ..Self::new(from, Action::Keep)
        }
    }

    pub fn cannot_go(from: &ArtifactId, why: impl Into<String>) -> Self {
        Self::new(from, Action::CannotGo { why: why.into() })
    }
}

/// All decisions, by name in the destination, and what was found on the way.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    pub all: BTreeMap<ArtifactId, Decision>,
    pub findings: Vec<Finding>,
}

impl Decisions {
    pub fn of(world: &World<'_>) -> Self {
        let mut decisions = Self::default();
        containers::decide(world, &mut decisions);
        // What is brought has to be known before what it brings along.
        let order = [
            ArtifactKind::Certificate,
            ArtifactKind::AgentGroup,
            ArtifactKind::Integration,
            ArtifactKind::Library,
            ArtifactKind::Lookup,
            ArtifactKind::Connection,
            ArtifactKind::Schedule,
            ArtifactKind::AccessList,
        ];
        for kind in order {
            let ids = world.closure.entries.keys();
            for from in ids.filter(|from| from.kind == kind) {
                let to = world.target(from);
                let decision = decisions.decide(world, from, &to);
                decisions.all.insert(to, decision);
            }
        }
        decisions.remove(world);
        decisions.tell_what_cannot_go(world);
        decisions
    }

    pub fn brings(&self, id: &ArtifactId) -> bool {
        self.all
            .get(id)
            .is_some_and(|decision| decision.action.brings())
    }

    pub fn removes(&self, id: &ArtifactId) -> bool {
        let decision = self.all.get(id);
        decision.is_some_and(|decision| decision.action == Action::Remove)
    }

    /// Whose archive brings an artifact, itself or another one.
    pub fn carrier(&self, id: &ArtifactId) -> Option<&ArtifactId> {
        let (own, decision) = self.all.get_key_value(id)?;
        let brought = decision.action.brings();
        brought.then(|| decision.carried_by.as_ref().unwrap_or(own))
    }

    pub fn find(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn decide(&mut self, world: &World<'_>, from: &ArtifactId, to: &ArtifactId) -> Decision {
        match from.kind {
            ArtifactKind::Certificate => values::certificate(world, from, to),
            ArtifactKind::AgentGroup => {
                if world.destination().has(to) {
                    return Decision::skipped(from);
                }
                barred_or(world, from, to, Action::Create)
            }
            ArtifactKind::Connection => self.connection(world, from, to),
            ArtifactKind::Schedule => self.schedule(world, from, to),
            ArtifactKind::AccessList => self.access_list(world, from, to),
            _ => self.content(world, from, to),
        }
    }

    /// An integration, a lookup or a library.
    fn content(&mut self, world: &World<'_>, from: &ArtifactId, to: &ArtifactId) -> Decision {
        let there = world.destination().has(to);
        let around = containers::brought(world, self)
            .into_iter()
            .find(|container| carries(&world.request.source.catalogue, container, from));
        if let Some(container) = around {
            let action = if there {
                Action::Replace
            } else {
                new(world, to)
            };
            return Decision {
                carried_by: Some(world.target(&container)),
                ..Decision::new(from, action)
            };
        }
        let decision = if there {
            self.existing(world, from, to)
        } else {
            barred_or(world, from, to, new(world, to))
        };
        if !decision.action.brings() {
            return decision;
        }
        if from.scope != Scope::Global {
            let project = from.scope.project().unwrap_or_default();
            return Decision::cannot_go(
                from,
                format!(
                    "It comes in the archive of project `{project}` alone, and that is not brought along."
                ),
            );
        }
        if there && to.scope != Scope::Global {
            return Decision::cannot_go(
                from,
                "Oracle Integration adds to a project and replaces nothing in it. Delete it there first, or import a whole project.",
            );
        }
        let facts = world.facts(from);
        let own = facts.and_then(|facts| facts.archive.as_ref());
        if own.is_some_and(|archive| archive.carried_by.is_none()) {
            return decision;
        }
        self.along(world, from, to, decision)
    }

    /// Something without an archive of its own, that integrations bring along.
    fn along(
        &mut self,
        world: &World<'_>,
        from: &ArtifactId,
        to: &ArtifactId,
        decision: Decision,
    ) -> Decision {
        if from.kind == ArtifactKind::Integration {
            return Decision::cannot_go(from, "There is no archive of it.");
        }
        let bringer = self.bringers(world, from, to).into_iter().next();
        match (bringer, world.destination().has(to)) {
            (Some(by), false) => Decision {
                carried_by: Some(by),
                ..decision
            },
            (None, false) => Decision::cannot_go(
                from,
                "There is no archive of it, and no integration that is brought holds it.",
            ),
            (_, true) => {
                self.find(
                    Finding::new(
                        "comes-within",
                        Severity::Warning,
                        format!(
                            "{} `{}` is in {} already and may differ.",
                            told::kind(to.kind),
                            to.wire(),
                            world.title()
                        ),
                    )
                    .about(to)
                    .guided(
                        "The source holds it within archives of integrations alone, and an import leaves what is there as it is. To replace it, export it by itself in the source.",
                    ),
                );
                Decision::new(from, Action::Keep)
            }
        }
    }

    fn existing(&mut self, world: &World<'_>, from: &ArtifactId, to: &ArtifactId) -> Decision {
        let policies = world.request.policies;
        let policy = policies.existing(to);
        if policy == Existing::Skip {
            return Decision::skipped(from);
        }
        if policy != Existing::Replace && !world.differs(from, to) {
            self.tell_environment(world, from, to);
            return Decision::new(from, Action::Keep);
        }
        if policy == Existing::NewVersion {
            if to.kind.is_versioned() {
                return Decision::cannot_go(
                    from,
                    format!(
                        "{} has this version already, with another content. An archive comes under its own version alone: make a new version in the source, or let it be replaced.",
                        world.title()
                    ),
                );
            }
            self.find(
                Finding::new(
                    "has-no-versions",
                    Severity::Note,
                    format!(
                        "{} `{}` differs and has no versions: the one in {} stays.",
                        told::kind(to.kind),
                        to.wire(),
                        world.title()
                    ),
                )
                .about(to),
            );
            return Decision::new(from, Action::Keep);
        }
        if policy == Existing::ReplaceIfDifferent && world.against(from, to) == Against::Unknown {
            self.find(
                Finding::new(
                    "not-compared",
                    Severity::Note,
                    format!(
                        "{} `{}` could not be compared with the one in {}, and is replaced.",
                        told::kind(to.kind),
                        to.wire(),
                        world.title()
                    ),
                )
                .about(to),
            );
        }
        barred_or(world, from, to, Action::Replace)
    }

    pub fn tell_environment(&mut self, world: &World<'_>, from: &ArtifactId, to: &ArtifactId) {
        if world.against(from, to) == Against::Environment {
            self.find(
                Finding::new(
                    "environment-only",
                    Severity::Note,
                    format!(
                        "{} `{}` differs in what belongs to its environment alone: the one in {} stays.",
                        told::kind(to.kind),
                        to.wire(),
                        world.title()
                    ),
                )
                .about(to),
            );
        }
    }

    pub fn deploys_into(&self, project: &str) -> bool {
        self.all.iter().any(|(id, decision)| {
            id.kind == ArtifactKind::Deployment
                && id.scope.project() == Some(project)
                && decision.action.brings()
        })
    }

    /// The archives that bring something which integrations need along, by name in the destination.
    pub fn bringers(
        &self,
        world: &World<'_>,
        from: &ArtifactId,
        to: &ArtifactId,
    ) -> BTreeSet<ArtifactId> {
        let catalogue = &world.request.source.catalogue;
        self.all
            .iter()
            .filter(|(id, decision)| {
                id.kind == ArtifactKind::Integration
                    && id.scope == to.scope
                    && decision.action.brings()
            })
            .filter(|(_, decision)| {
                world.artifact(&decision.from).is_some_and(|artifact| {
                    let mut needs = artifact.dependencies.iter();
                    needs.any(|need| resolved(catalogue, &need.id) == *from)
                })
            })
            .filter_map(|(id, _)| self.carrier(id).cloned())
            .collect()
    }

    /// What cannot go is told, one by one.
    fn tell_what_cannot_go(&mut self, world: &World<'_>) {
        let mut findings = Vec::new();
        for (id, decision) in &self.all {
            let Action::CannotGo { why } = &decision.action else {
                continue;
            };
            let mut finding = Finding::new(
                "cannot-go",
                Severity::Warning,
                format!("{} `{}` cannot go along.", told::kind(id.kind), id.wire()),
            )
            .about(id)
            .guided(why.clone());
            if id.kind == ArtifactKind::Certificate && why == values::NO_FILE {
                finding = finding.fixed_by(Fix::UploadCertificate {
                    certificate: id.clone(),
                });
            } else if world.closure.entries.contains_key(&decision.from) {
                finding = finding.fixed_by(Fix::LeaveOut {
                    artifact: decision.from.clone(),
                });
            }
            findings.push(finding);
        }
        self.findings.append(&mut findings);
    }

    /// The bytes that bring an artifact.
    pub fn archive(&self, world: &World<'_>, to: &ArtifactId) -> Option<ArchiveStamp> {
        let decision = self.all.get(to).filter(|one| one.action.brings())?;
        let holder = match &decision.carried_by {
            Some(carrier) => &self.all.get(carrier)?.from,
            None => &decision.from,
        };
        let stamp = world.facts(holder)?.archive.as_ref()?;
        Some(ArchiveStamp {
            carried_by: decision.carried_by.clone(),
            ..stamp.clone()
        })
    }

    /// What a run takes from the source beside the archive.
    pub fn record(&self, world: &World<'_>, to: &ArtifactId) -> Option<ArchiveStamp> {
        let decision = self.all.get(to).filter(|one| one.action.brings())?;
        if to.kind == ArtifactKind::Connection && !world.takes_values(&decision.from, to) {
            return None;
        }
        world.facts(&decision.from)?.record.clone()
    }
}

pub(super) fn barred_or(
    world: &World<'_>,
    from: &ArtifactId,
    to: &ArtifactId,
    action: Action,
) -> Decision {
    match barred::why(world, from, to) {
        Some(why) => Decision::cannot_go(from, why),
        None => Decision::new(from, action),
    }
}

/// How something comes that is not there.
pub(super) fn new(world: &World<'_>, to: &ArtifactId) -> Action {
    let catalogue = &world.destination().catalogue;
    if to.kind.is_versioned() && catalogue.versions(to).next().is_some() {
        Action::NewVersion
    } else {
        Action::Create
    }
}
