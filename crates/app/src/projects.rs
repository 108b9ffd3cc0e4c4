//! Projects of a place: what is in each, what goes over its edge, and how its deployments stand against it. All
//! of it is told from the catalogue, at no call.

use std::collections::BTreeMap;

use tokio_util::sync::CancellationToken;
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, Scope, State};

use crate::Waybill;
use crate::view::{
    CommandError, CompareView, DeploymentMember, DeploymentView, PlaceRef, ProjectLink,
    ProjectView, WorkProgress,
};

impl Waybill {
    /// The projects of a place.
    ///
    /// # Errors
    /// As [`Waybill::catalogue`].
    pub async fn projects(
        &self,
        place: &PlaceRef,
        refresh: bool,
    ) -> Result<Vec<ProjectView>, CommandError> {
        let view = self.catalogue(place, refresh).await?;
        let catalogue = Catalogue::new(view.read_at, view.artifacts, view.gaps);
        Ok(projects(&catalogue))
    }

    /// The deployments of a project of a place, or of all its projects.
    ///
    /// # Errors
    /// As [`Waybill::catalogue`]; `UnknownSubject` where the place has no such project.
    pub async fn deployments(
        &self,
        place: &PlaceRef,
        project: Option<&str>,
        refresh: bool,
    ) -> Result<Vec<DeploymentView>, CommandError> {
        let view = self.catalogue(place, refresh).await?;
        let title = view.title.clone();
        let catalogue = Catalogue::new(view.read_at, view.artifacts, view.gaps);
        if let Some(code) = project {
            let id = ArtifactId::global(ArtifactKind::Project, code, None);
            if catalogue.get(&id).is_none() {
                return Err(CommandError::unknown("project", code)
                    .guide(format!("`{title}` does not hold it.")));
            }
        }
        Ok(deployments(&catalogue, project))
    }

    /// Lays a project of one place beside the same project of another: all that is in it, or what a deployment
    /// of the left one names and needs.
    ///
    /// # Errors
    /// As [`Waybill::compare`].
    pub async fn project_compare(
        &self,
        left: &PlaceRef,
        right: &PlaceRef,
        id: &ArtifactId,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<CompareView, CommandError> {
        let view = self.catalogue(left, false).await?;
        let catalogue = Catalogue::new(view.read_at, view.artifacts, view.gaps);
        let mut compared = self.compare(left, right, true, progress, cancel).await?;
        compared.rows.retain(|row| belongs(&catalogue, id, &row.id));
        compared.counts = crate::compare::counts(&compared.rows);
        Ok(compared)
    }
}

/// Whether an artifact is a part of a project or of a deployment.
fn belongs(catalogue: &Catalogue, to: &ArtifactId, id: &ArtifactId) -> bool {
    if to == id {
        return true;
    }
    match to.kind {
        ArtifactKind::Project => id.scope.project() == Some(to.code.as_str()),
        ArtifactKind::Deployment => {
            let members: Vec<ArtifactId> = needs(catalogue, to, "member");
            let integration = ArtifactId {
                kind: ArtifactKind::Integration,
                ..id.clone()
            };
            let of_member = id.kind == ArtifactKind::Schedule && members.contains(&integration);
            let needed = || {
                let own = members.iter().filter_map(|member| catalogue.get(member));
                own.flat_map(|own| &own.dependencies)
                    .any(|need| catalogue.meant(&need.id) == *id && need.id.scope == to.scope)
            };
            members.contains(id) || of_member || needed()
        }
        _ => false,
    }
}

fn needs(catalogue: &Catalogue, id: &ArtifactId, role: &str) -> Vec<ArtifactId> {
    let own = catalogue.get(id).into_iter();
    own.flat_map(|own| &own.dependencies)
        .filter(|need| need.role == role)
        .map(|need| need.id.clone())
        .collect()
}

fn projects(catalogue: &Catalogue) -> Vec<ProjectView> {
    let all = catalogue.artifacts.iter();
    all.filter(|one| one.id.kind == ArtifactKind::Project)
        .map(|project| {
            let scope = Scope::Project(project.id.code.clone());
            let inside: Vec<&Artifact> = catalogue
                .artifacts
                .iter()
                .filter(|one| one.id.scope == scope)
                .collect();
            let mut counts: BTreeMap<ArtifactKind, u32> = BTreeMap::new();
            for one in &inside {
                *counts.entry(one.id.kind).or_default() += 1;
            }
            let integrations = |state: State| {
                let those = inside.iter().filter(|one| {
                    one.id.kind == ArtifactKind::Integration && one.state == Some(state)
                });
                u32::try_from(those.count()).unwrap_or(u32::MAX)
            };
            ProjectView {
                id: project.id.clone(),
                name: project.name.clone(),
                description: project.description.clone(),
                updated: project.updated.clone(),
                updated_by: project.updated_by.clone(),
                active: integrations(State::Active),
                failed: integrations(State::Failed),
                counts,
                needs: going_out(catalogue, &inside, &scope),
                needed_by: coming_in(catalogue, &scope),
            }
        })
        .collect()
}

/// What the artifacts of a project need that is not in it.
fn going_out(catalogue: &Catalogue, inside: &[&Artifact], scope: &Scope) -> Vec<ProjectLink> {
    let links = inside.iter().flat_map(|one| {
        one.dependencies.iter().map(|need| {
            let outside = catalogue.meant(&need.id);
            ProjectLink {
                inside: one.id.clone(),
                present: catalogue.get(&outside).is_some(),
                outside,
                role: need.role.clone(),
            }
        })
    });
    links
        .filter(|link| link.outside.scope != *scope && link.outside.kind != ArtifactKind::Project)
        .collect()
}

/// What is outside a project and needs something in it.
fn coming_in(catalogue: &Catalogue, scope: &Scope) -> Vec<ProjectLink> {
    let outside = catalogue
        .artifacts
        .iter()
        .filter(|one| one.id.scope != *scope && one.id.kind != ArtifactKind::Project);
    let links = outside.flat_map(|one| {
        one.dependencies.iter().map(|need| ProjectLink {
            outside: one.id.clone(),
            inside: catalogue.meant(&need.id),
            role: need.role.clone(),
            present: true,
        })
    });
    links.filter(|link| link.inside.scope == *scope).collect()
}

fn deployments(catalogue: &Catalogue, project: Option<&str>) -> Vec<DeploymentView> {
    let all = catalogue.artifacts.iter();
    all.filter(|one| one.id.kind == ArtifactKind::Deployment)
        .filter(|one| project.is_none() || one.id.scope.project() == project)
        .map(|one| deployment(catalogue, one))
        .collect()
}

fn deployment(catalogue: &Catalogue, own: &Artifact) -> DeploymentView {
    let named = needs(catalogue, &own.id, "member");
    let members: Vec<DeploymentMember> = named
        .iter()
        .map(|id| {
            let known = catalogue.get(id);
            let versions = catalogue.versions(id).map(|other| &other.id);
            let newer = versions
                .filter(|other| other.version > id.version && !named.contains(other))
                .filter_map(|other| other.version.clone())
                .max();
            let changed = |known: &Artifact| {
                matches!((&known.updated, &own.updated), (Some(its), Some(ours)) if its > ours)
            };
            DeploymentMember {
                id: id.clone(),
                name: known.map_or_else(|| id.code.clone(), |known| known.name.clone()),
                state: known.and_then(|known| known.state),
                missing: known.is_none(),
                changed_since: known.is_some_and(changed),
                newer,
            }
        })
        .collect();
    let not_in: Vec<ArtifactId> = catalogue
        .artifacts
        .iter()
        .filter(|one| one.id.kind == ArtifactKind::Integration && one.id.scope == own.id.scope)
        .filter(|one| one.state == Some(State::Active))
        .map(|one| one.id.clone())
        .filter(|id| !named.iter().any(|member| member.code == id.code))
        .collect();
    DeploymentView {
        id: own.id.clone(),
        name: own.name.clone(),
        description: own.description.clone(),
        updated: own.updated.clone(),
        words: words(&members, &not_in),
        members,
        not_in,
    }
}

fn words(members: &[DeploymentMember], not_in: &[ArtifactId]) -> String {
    let count = |of: fn(&DeploymentMember) -> bool| members.iter().filter(|one| of(one)).count();
    let told = [
        (count(|one| one.missing), "not in the project any more"),
        (count(|one| one.changed_since), "changed since"),
        (count(|one| one.newer.is_some()), "there in a newer version"),
        (not_in.len(), "active in the project and not in it"),
    ];
    let parts: Vec<String> = told
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    match (members.len(), parts.is_empty()) {
        (0, _) => "It holds nothing.".to_owned(),
        (_, true) => "It holds what the project holds now.".to_owned(),
        (_, false) => format!("{}.", parts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::Dependency;

    use super::*;

    fn artifact(text: &str, updated: &str, needs: &[(&str, &str)]) -> Artifact {
        let mut artifact = Artifact::named(text.parse().unwrap(), text);
        artifact.updated = Some(updated.to_owned());
        artifact.state = Some(State::Active);
        artifact.dependencies = needs
            .iter()
            .map(|(id, role)| Dependency {
                id: id.parse().unwrap(),
                role: (*role).to_owned(),
            })
            .collect();
        artifact
    }

    fn catalogue() -> Catalogue {
        Catalogue::new(
            "",
            vec![
                artifact("project:HR", "2026-01-01T00:00:00Z", &[]),
                artifact(
                    "HR/deployment:D",
                    "2026-02-01T00:00:00Z",
                    &[
                        ("HR/integration:A|01.00.0000", "member"),
                        ("HR/integration:GONE|01.00.0000", "member"),
                    ],
                ),
                artifact(
                    "HR/integration:A|01.00.0000",
                    "2026-03-01T00:00:00Z",
                    &[
                        ("HR/connection:SHARED", "invoke"),
                        ("FIN/integration:F|01.00.0000", "calls"),
                    ],
                ),
                artifact("HR/integration:A|01.01.0000", "2026-03-01T00:00:00Z", &[]),
                artifact("HR/integration:B|01.00.0000", "2026-01-01T00:00:00Z", &[]),
                artifact("connection:SHARED", "2026-01-01T00:00:00Z", &[]),
                artifact("project:FIN", "2026-01-01T00:00:00Z", &[]),
                artifact("FIN/integration:F|01.00.0000", "2026-01-01T00:00:00Z", &[]),
            ],
            vec![],
        )
    }

    #[test]
    fn a_deployment_stands_against_its_project_as_it_is_now() {
        let found = deployments(&catalogue(), Some("HR"));
        let [one] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(
            one.words,
            "1 not in the project any more, 1 changed since, 1 there in a newer version, 1 active in the project and not in it."
        );
        assert_eq!(one.members[0].newer.as_deref(), Some("01.01.0000"));
        assert!(one.members[1].missing);
        assert_eq!(one.not_in.len(), 1);
        assert!(deployments(&catalogue(), Some("FIN")).is_empty());
    }

    #[test]
    fn what_goes_over_the_edge_of_a_project_is_told_from_both_sides() {
        let all = projects(&catalogue());
        let of = |code: &str| all.iter().find(|one| one.id.code == code).unwrap();
        let out: Vec<String> = of("HR")
            .needs
            .iter()
            .map(|link| link.outside.to_string())
            .collect();
        assert_eq!(out, ["connection:SHARED", "FIN/integration:F|01.00.0000"]);
        assert_eq!(of("FIN").needed_by.len(), 1);
        assert_eq!(of("HR").counts[&ArtifactKind::Integration], 3);
    }

    #[test]
    fn a_deployment_has_its_integrations_and_what_they_need_of_the_project() {
        let (catalogue, id) = (catalogue(), "HR/deployment:D".parse().unwrap());
        let has = |text: &str| belongs(&catalogue, &id, &text.parse().unwrap());
        assert!(has("HR/integration:A|01.00.0000") && has("HR/schedule:A|01.00.0000"));
        assert!(!has("HR/integration:B|01.00.0000"));
    }
}
