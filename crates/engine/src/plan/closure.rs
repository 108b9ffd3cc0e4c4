//! The closure of a choice: all that it needs, with the reason for each.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, Scope};

use super::world::{Choice, schedule_of};
use crate::catalogue::is_pseudo_connection;
use crate::waybill::Need;

/// Why an artifact is in the closure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// A person chose it.
    pub chosen: bool,
    /// What needs it, by name in the source.
    pub needed_by: BTreeSet<Need>,
    /// What brought it in first, going out from the choice.
    pub first: Option<Need>,
}

/// A choice and what it needs, by name in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closure {
    /// What goes along, as far as the source holds it.
    pub entries: BTreeMap<ArtifactId, Entry>,
    /// What is needed and left out, with what needs it.
    pub left_out: BTreeSet<(ArtifactId, Need)>,
    /// What is needed and not in the source, with what needs it.
    pub lacking: BTreeSet<(ArtifactId, Need)>,
    /// What was chosen and is not in the source.
    pub unknown: BTreeSet<ArtifactId>,
}

impl Closure {
    /// The closure of a choice. `held` tells whether the destination has an artifact of this name in
    /// the source: a single schedule needs its integration only where that is not there.
    #[must_use]
    pub fn of(catalogue: &Catalogue, choice: &Choice, held: &dyn Fn(&ArtifactId) -> bool) -> Self {
        let mut closure = Self::default();
        let mut waiting = VecDeque::new();
        let chosen = choice.chosen.difference(&choice.left_out);
        for id in chosen.filter(|id| !is_delivered(id)) {
            if catalogue.get(id).is_some() {
                let entry = closure.entries.entry(id.clone()).or_default();
                entry.chosen = true;
                waiting.push_back(id.clone());
            } else {
                closure.unknown.insert(id.clone());
            }
        }
        while let Some(id) = waiting.pop_front() {
            let Some(artifact) = catalogue.get(&id) else {
                continue;
            };
            for (needed, role) in needs(catalogue, artifact, choice, held) {
                let need = Need {
                    id: id.clone(),
                    role,
                };
                if choice.left_out.contains(&needed) {
                    closure.left_out.insert((needed, need));
                } else if catalogue.get(&needed).is_none() {
                    closure.lacking.insert((needed, need));
                } else {
                    let entry = closure.entries.entry(needed.clone()).or_default();
                    if !entry.chosen && entry.first.is_none() {
                        entry.first = Some(need.clone());
                        waiting.push_back(needed);
                    }
                    entry.needed_by.insert(need);
                }
            }
        }
        closure
    }
}

/// What an artifact needs, with what for. What belongs to it is needed too: the members of a package,
/// all that is in a project, the schedule of an integration.
fn needs(
    catalogue: &Catalogue,
    artifact: &Artifact,
    choice: &Choice,
    held: &dyn Fn(&ArtifactId) -> bool,
) -> BTreeSet<(ArtifactId, String)> {
    let id = &artifact.id;
    let mut needs: BTreeSet<(ArtifactId, String)> = artifact
        .dependencies
        .iter()
        .map(|need| (resolved(catalogue, &need.id), need.role.clone()))
        .collect();
    match id.kind {
        ArtifactKind::Integration => {
            let schedule = schedule_of(id);
            if catalogue.get(&schedule).is_some() {
                needs.insert((schedule, "schedule".to_owned()));
            }
            needs.extend(carrier(catalogue, artifact, choice));
        }
        ArtifactKind::Lookup | ArtifactKind::Library => {
            needs.extend(carrier(catalogue, artifact, choice));
        }
        ArtifactKind::Schedule | ArtifactKind::AccessList => {
            needs.retain(|(needed, _)| !held(needed));
        }
        ArtifactKind::Project => {
            let inside = catalogue
                .artifacts
                .iter()
                .filter(|other| other.id.scope.project() == Some(id.code.as_str()));
            needs.extend(inside.map(|other| (other.id.clone(), "member".to_owned())));
        }
        _ => {}
    }
    needs.retain(|(needed, _)| needed != id && !is_delivered(needed));
    needs
}

/// Archives bring connections of the service itself with them, such as that for a call within the instance:
/// each instance has its own, with nothing to set or to compare.
fn is_delivered(id: &ArtifactId) -> bool {
    id.kind == ArtifactKind::Connection && is_pseudo_connection(&id.code)
}

/// What brings something that lies in a project: the service gives out whole projects and deployments,
/// and nothing of their content alone.
fn carrier(
    catalogue: &Catalogue,
    artifact: &Artifact,
    choice: &Choice,
) -> Option<(ArtifactId, String)> {
    let project = artifact.id.scope.project()?;
    let deployed = choice.chosen.difference(&choice.left_out).find(|chosen| {
        chosen.kind == ArtifactKind::Deployment
            && chosen.scope == artifact.id.scope
            && carries(catalogue, chosen, &artifact.id)
    });
    let whole = ArtifactId::global(ArtifactKind::Project, project, None);
    let by = match deployed {
        Some(deployment) if !choice.chosen.contains(&whole) => deployment.clone(),
        _ => whole,
    };
    Some((by, "carries".to_owned()))
}

/// Whether the archive of a package, project or deployment holds an artifact.
pub(super) fn carries(catalogue: &Catalogue, container: &ArtifactId, id: &ArtifactId) -> bool {
    let members = || {
        let own = catalogue.get(container);
        own.into_iter()
            .flat_map(|own| &own.dependencies)
            .filter(|need| need.role == "member")
            .map(|need| &need.id)
    };
    match container.kind {
        ArtifactKind::Project => {
            id.scope.project() == Some(container.code.as_str())
                && id.kind != ArtifactKind::AccessList
        }
        ArtifactKind::Package => members().any(|member| member == id),
        ArtifactKind::Deployment if id.kind == ArtifactKind::Integration => {
            members().any(|member| member == id)
        }
        ArtifactKind::Deployment => {
            id.scope == container.scope
                && members()
                    .filter_map(|member| catalogue.get(member))
                    .flat_map(|member| &member.dependencies)
                    .any(|need| need.id == *id)
        }
        _ => false,
    }
}

/// The artifact that is meant by a dependency: lists of a project name codes alone, and may mean what
/// lies outside it.
pub(super) fn resolved(catalogue: &Catalogue, named: &ArtifactId) -> ArtifactId {
    let shared = matches!(
        named.kind,
        ArtifactKind::Connection | ArtifactKind::Lookup | ArtifactKind::Library
    );
    if named.scope == Scope::Global || !shared || catalogue.get(named).is_some() {
        return named.clone();
    }
    let global = ArtifactId {
        scope: Scope::Global,
        ..named.clone()
    };
    if catalogue.get(&global).is_some() {
        global
    } else {
        named.clone()
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::Dependency;

    use super::*;

    fn id(text: &str) -> ArtifactId {
        text.parse().unwrap()
    }

    fn catalogue(artifacts: &[(&str, &[(&str, &str)])]) -> Catalogue {
        let artifacts = artifacts
            .iter()
            .map(|(own, needs)| {
                let mut artifact = Artifact::named(id(own), *own);
                artifact.dependencies = needs
                    .iter()
                    .map(|(need, role)| Dependency {
                        id: id(need),
                        role: (*role).to_owned(),
                    })
                    .collect();
                artifact
            })
            .collect();
        Catalogue::new("", artifacts, vec![])
    }

    fn choice(chosen: &[&str], left_out: &[&str]) -> Choice {
        Choice {
            chosen: chosen.iter().map(|text| id(text)).collect(),
            left_out: left_out.iter().map(|text| id(text)).collect(),
            remove: BTreeSet::new(),
        }
    }

    fn names(closure: &Closure) -> Vec<String> {
        closure.entries.keys().map(ToString::to_string).collect()
    }

    #[test]
    fn a_connection_of_the_service_itself_does_not_go_along_though_an_archive_holds_it() {
        let own = "connection:PRESEEDED_COLLOCATED_CONN_1741";
        let catalogue = catalogue(&[("integration:A|01.00.0000", &[(own, "invoke")]), (own, &[])]);
        let all = choice(&["integration:A|01.00.0000", own], &[]);
        let closure = Closure::of(&catalogue, &all, &|_| false);
        assert_eq!(names(&closure), ["integration:A|01.00.0000"]);
        assert!(closure.unknown.is_empty());
    }

    #[test]
    fn needs_of_needs_are_drawn_in_with_their_reasons() {
        let catalogue = catalogue(&[
            (
                "integration:A|01.00.0000",
                &[
                    ("integration:B|01.00.0000", "calls"),
                    ("connection:SCHEDULE", "trigger"),
                ],
            ),
            (
                "integration:B|01.00.0000",
                &[("lookup:L", "lookup"), ("connection:C", "invoke")],
            ),
            ("connection:C", &[("agentGroup:G", "agent group")]),
            ("lookup:L", &[]),
            ("lookup:UNUSED", &[]),
            (
                "schedule:A|01.00.0000",
                &[("integration:A|01.00.0000", "schedule of")],
            ),
        ]);
        let closure = Closure::of(
            &catalogue,
            &choice(&["integration:A|01.00.0000"], &[]),
            &|_| false,
        );
        assert_eq!(
            names(&closure),
            [
                "integration:A|01.00.0000",
                "integration:B|01.00.0000",
                "connection:C",
                "lookup:L",
                "schedule:A|01.00.0000"
            ]
        );
        let first = |name: &str| closure.entries[&id(name)].first.clone().unwrap();
        assert_eq!(first("lookup:L").id, id("integration:B|01.00.0000"));
        let lacking: Vec<_> = closure
            .lacking
            .iter()
            .map(|(id, _)| id.to_string())
            .collect();
        assert_eq!(lacking, ["agentGroup:G"]);
    }

    #[test]
    fn what_is_left_out_draws_in_nothing_and_is_told() {
        let catalogue = catalogue(&[
            (
                "integration:A|01.00.0000",
                &[("integration:B|01.00.0000", "calls")],
            ),
            ("integration:B|01.00.0000", &[("lookup:L", "lookup")]),
            ("lookup:L", &[]),
        ]);
        let choice = choice(&["integration:A|01.00.0000"], &["integration:B|01.00.0000"]);
        let closure = Closure::of(&catalogue, &choice, &|_| false);
        assert_eq!(names(&closure), ["integration:A|01.00.0000"]);
        assert_eq!(closure.left_out.len(), 1);
    }

    #[test]
    fn a_schedule_alone_needs_its_integration_only_where_that_is_missing() {
        let catalogue = catalogue(&[
            ("integration:A|01.00.0000", &[]),
            (
                "schedule:A|01.00.0000",
                &[("integration:A|01.00.0000", "schedule of")],
            ),
        ]);
        let choice = choice(&["schedule:A|01.00.0000"], &[]);
        let there = Closure::of(&catalogue, &choice, &|_| true);
        assert_eq!(names(&there), ["schedule:A|01.00.0000"]);
        let missing = Closure::of(&catalogue, &choice, &|_| false);
        assert_eq!(missing.entries.len(), 2);
    }

    #[test]
    fn what_lies_in_a_project_comes_with_the_project_or_a_chosen_deployment() {
        let catalogue = catalogue(&[
            ("project:HR", &[("HR/integration:A|01.00.0000", "member")]),
            (
                "HR/integration:A|01.00.0000",
                &[("HR/connection:C", "invoke"), ("HR/lookup:L", "lookup")],
            ),
            ("HR/integration:B|01.00.0000", &[]),
            (
                "HR/deployment:D",
                &[("HR/integration:A|01.00.0000", "member")],
            ),
            ("HR/lookup:L", &[]),
            ("connection:C", &[]),
        ]);
        let alone = Closure::of(
            &catalogue,
            &choice(&["HR/integration:A|01.00.0000"], &[]),
            &|_| false,
        );
        assert!(alone.entries.contains_key(&id("project:HR")));
        assert!(
            alone
                .entries
                .contains_key(&id("HR/integration:B|01.00.0000"))
        );
        // The list of the project names the code alone; the connection lies outside.
        assert!(alone.entries.contains_key(&id("connection:C")));
        let deployed = Closure::of(&catalogue, &choice(&["HR/deployment:D"], &[]), &|_| false);
        assert!(!deployed.entries.contains_key(&id("project:HR")));
        assert!(
            !deployed
                .entries
                .contains_key(&id("HR/integration:B|01.00.0000"))
        );
        assert!(deployed.entries.contains_key(&id("HR/lookup:L")));
    }
}
