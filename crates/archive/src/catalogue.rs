//! What an archive holds, as a catalogue like that of an instance.

use std::collections::BTreeSet;

use waybill_model::{
    Artifact, ArtifactId, ArtifactKind, Catalogue, Dependency, Lock, Scope, State,
};

use crate::{
    Connection, Contents, EndpointRole, Integration, Library, Lookup, Opened, Project, Reference,
};

impl Opened {
    /// The artifacts in the archive. `read_at` is left empty: the reader of the file knows when it
    /// was read.
    #[must_use]
    pub fn catalogue(&self) -> Catalogue {
        self.contents.catalogue()
    }
}

impl Contents {
    /// The artifacts, sorted by id.
    #[must_use]
    pub fn catalogue(&self) -> Catalogue {
        let bundled: BTreeSet<(&Scope, &str)> = self
            .connections
            .iter()
            .map(|connection| (&connection.scope, connection.code.as_str()))
            .collect();
        let mut artifacts = Vec::new();
        for integration in &self.integrations {
            artifacts.push(integration_artifact(integration, &bundled));
        }
        artifacts.extend(self.connections.iter().map(connection_artifact));
        artifacts.extend(self.lookups.iter().map(lookup_artifact));
        artifacts.extend(self.libraries.iter().map(library_artifact));
        for schedule in &self.schedules {
            let id = versioned(
                ArtifactKind::Schedule,
                &schedule.scope,
                &schedule.integration,
            );
            let mut artifact = Artifact::named(id, &schedule.name);
            artifact.dependencies.push(Dependency {
                id: versioned(
                    ArtifactKind::Integration,
                    &schedule.scope,
                    &schedule.integration,
                ),
                role: "schedule of".to_owned(),
            });
            artifacts.push(artifact);
        }
        for package in &self.packages {
            let id = ArtifactId::global(ArtifactKind::Package, &package.name, None);
            let mut artifact = Artifact::named(id, &package.name);
            artifact.dependencies = members(&Scope::Global, &package.integrations);
            artifacts.push(artifact);
        }
        for project in &self.projects {
            artifacts.extend(project_artifacts(project));
        }
        Catalogue::new("", artifacts, Vec::new())
    }
}

fn versioned(kind: ArtifactKind, scope: &Scope, reference: &Reference) -> ArtifactId {
    ArtifactId {
        kind,
        scope: scope.clone(),
        code: reference.code.clone(),
        version: Some(reference.version.clone()),
    }
}

fn plain(kind: ArtifactKind, scope: &Scope, code: &str) -> ArtifactId {
    ArtifactId {
        kind,
        scope: scope.clone(),
        code: code.to_owned(),
        version: None,
    }
}

fn members(scope: &Scope, integrations: &[Reference]) -> Vec<Dependency> {
    integrations
        .iter()
        .map(|reference| Dependency {
            id: versioned(ArtifactKind::Integration, scope, reference),
            role: "member".to_owned(),
        })
        .collect()
}

fn integration_artifact(integration: &Integration, bundled: &BTreeSet<(&Scope, &str)>) -> Artifact {
    let scope = &integration.scope;
    let id = versioned(ArtifactKind::Integration, scope, &integration.reference);
    let mut needs = BTreeSet::new();
    for endpoint in &integration.endpoints {
        // A connection that a project archive lacks belongs to the instance: the preseeded ones do.
        let home = if bundled.contains(&(scope, endpoint.connection.as_str())) {
            scope
        } else {
            &Scope::Global
        };
        needs.insert(Dependency {
            id: plain(ArtifactKind::Connection, home, &endpoint.connection),
            role: match endpoint.role {
                EndpointRole::Trigger => "trigger",
                EndpointRole::Invoke => "invoke",
            }
            .to_owned(),
        });
    }
    for lookup in &integration.lookups {
        needs.insert(Dependency {
            id: plain(ArtifactKind::Lookup, scope, lookup),
            role: "lookup".to_owned(),
        });
    }
    for library in &integration.libraries {
        needs.insert(Dependency {
            id: versioned(ArtifactKind::Library, scope, library),
            role: "library".to_owned(),
        });
    }
    for call in &integration.calls {
        let home = call.scope.as_ref().unwrap_or(scope);
        needs.insert(Dependency {
            id: versioned(ArtifactKind::Integration, home, &call.integration),
            role: "calls".to_owned(),
        });
    }
    let mut artifact = Artifact::named(id, &integration.name);
    artifact.description.clone_from(&integration.description);
    artifact.state = integration.state.as_deref().map(State::from_wire);
    artifact.wire_state.clone_from(&integration.state);
    artifact.lock = (integration.transient_state.as_deref() == Some("LOCKED")).then_some(Lock {
        by: None,
        since: None,
    });
    artifact.updated.clone_from(&integration.updated);
    artifact.updated_by.clone_from(&integration.updated_by);
    artifact.package.clone_from(&integration.package);
    artifact.style = Some(integration.style.pattern().to_owned());
    artifact.dependencies = needs.into_iter().collect();
    artifact
}

fn connection_artifact(connection: &Connection) -> Artifact {
    let id = plain(
        ArtifactKind::Connection,
        &connection.scope,
        &connection.code,
    );
    let mut artifact = Artifact::named(id, &connection.name);
    artifact.description.clone_from(&connection.description);
    artifact.state = connection.status.as_deref().map(State::from_wire);
    artifact.wire_state.clone_from(&connection.status);
    artifact.updated.clone_from(&connection.updated);
    artifact.updated_by.clone_from(&connection.updated_by);
    artifact.adapter = Some(connection.adapter.clone());
    if let Some(group) = &connection.agent_group {
        artifact.dependencies.push(Dependency {
            id: ArtifactId::global(ArtifactKind::AgentGroup, group, None),
            role: "agent group".to_owned(),
        });
    }
    for certificate in &connection.certificates {
        artifact.dependencies.push(Dependency {
            id: ArtifactId::global(ArtifactKind::Certificate, certificate, None),
            role: "certificate".to_owned(),
        });
    }
    artifact
}

fn lookup_artifact(lookup: &Lookup) -> Artifact {
    let id = plain(ArtifactKind::Lookup, &lookup.scope, &lookup.name);
    let mut artifact = Artifact::named(id, &lookup.name);
    artifact.description.clone_from(&lookup.description);
    artifact
}

fn library_artifact(library: &Library) -> Artifact {
    let id = ArtifactId {
        kind: ArtifactKind::Library,
        scope: library.scope.clone(),
        code: library.code.clone(),
        version: library.version.clone(),
    };
    let mut artifact = Artifact::named(id, &library.name);
    artifact.description.clone_from(&library.description);
    artifact
}

fn project_artifacts(project: &Project) -> Vec<Artifact> {
    let id = ArtifactId::global(ArtifactKind::Project, &project.code, None);
    let mut own = Artifact::named(id, &project.name);
    own.description.clone_from(&project.description);
    own.wire_state.clone_from(&project.status);
    own.state = match project.status.as_deref() {
        Some("DRAFT") => Some(State::Draft),
        Some("CONFIGURED") => Some(State::Configured),
        Some("ACTIVE") => Some(State::Active),
        _ => None,
    };
    own.updated.clone_from(&project.updated);
    own.updated_by.clone_from(&project.updated_by);
    let scope = Scope::Project(project.code.clone());
    let deployments = project.deployments.iter().map(|deployment| {
        let id = plain(ArtifactKind::Deployment, &scope, &deployment.code);
        let mut artifact = Artifact::named(id, &deployment.name);
        artifact.dependencies = members(&scope, &deployment.integrations);
        artifact
    });
    std::iter::once(own).chain(deployments).collect()
}
