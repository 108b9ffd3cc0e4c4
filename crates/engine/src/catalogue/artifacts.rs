//! Objects of the wire as artifacts.

use std::collections::BTreeSet;

use waybill_client::wire::{
    AccessList, AgentGroup, Certificate, Connection, Deployment, Integration, Library, Lookup,
    Package, Project,
};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Dependency, Lock, Scope, State};

use crate::wire_time::rfc3339;

/// Stand in the place of a connection where there is none: the source of a scheduled integration
/// (recorded), and what Oracle delivers with the service.
pub(crate) fn is_pseudo_connection(id: &str) -> bool {
    matches!(id, "SCHEDULE" | "SCHEDULE_RECEIVE") || id.starts_with("PRESEEDED_")
}

fn id(kind: ArtifactKind, scope: &Scope, code: &str, version: Option<&str>) -> ArtifactId {
    ArtifactId {
        kind,
        scope: scope.clone(),
        code: code.to_owned(),
        version: version
            .filter(|version| !version.is_empty())
            .map(str::to_owned),
    }
}

fn text(value: Option<&String>) -> Option<String> {
    value.filter(|text| !text.trim().is_empty()).cloned()
}

fn lock(locked: bool, by: Option<&String>, since: Option<&String>) -> Option<Lock> {
    locked.then(|| Lock {
        by: text(by),
        since: rfc3339(since.map(String::as_str)),
    })
}

fn need(id: ArtifactId, role: &str) -> Dependency {
    Dependency {
        id,
        role: role.to_owned(),
    }
}

/// An integration; `scope` is where its list was read.
pub(crate) fn integration(scope: &Scope, wire: &Integration) -> Artifact {
    let own = id(
        ArtifactKind::Integration,
        scope,
        &wire.code,
        Some(&wire.version),
    );
    let mut needs = BTreeSet::new();
    for end in &wire.end_points {
        let code = &end.connection.id;
        if code.is_empty() || is_pseudo_connection(code) {
            continue;
        }
        let role = match end.role.as_deref() {
            Some("SOURCE") => "trigger",
            _ => "invoke",
        };
        needs.insert(need(id(ArtifactKind::Connection, scope, code, None), role));
    }
    for connection in &wire.dependencies.connections {
        let target = id(ArtifactKind::Connection, scope, &connection.id, None);
        let known = needs.iter().any(|dependency| dependency.id == target);
        if !connection.id.is_empty() && !is_pseudo_connection(&connection.id) && !known {
            needs.insert(need(target, "uses"));
        }
    }
    for lookup in &wire.dependencies.lookups {
        needs.insert(need(
            id(ArtifactKind::Lookup, scope, &lookup.name, None),
            "lookup",
        ));
    }
    for library in &wire.dependencies.libraries {
        let wire_id = library.id.clone().unwrap_or_default();
        let (code, version) = match (&library.code, &library.version, wire_id.rsplit_once('|')) {
            (Some(code), Some(version), _) => (code.clone(), version.clone()),
            (_, _, Some((code, version))) => (code.to_owned(), version.to_owned()),
            _ => (
                library.name.clone(),
                library.version.clone().unwrap_or_default(),
            ),
        };
        needs.insert(need(
            id(ArtifactKind::Library, scope, &code, Some(&version)),
            "library",
        ));
    }
    for certificate in &wire.dependencies.certificates {
        let code = certificate.id.as_ref().unwrap_or(&certificate.name);
        needs.insert(need(
            id(ArtifactKind::Certificate, &Scope::Global, code, None),
            "certificate",
        ));
    }
    for called in &wire.dependencies.integrations {
        if let Some((code, version)) = called.id.rsplit_once('|') {
            needs.insert(need(
                id(ArtifactKind::Integration, scope, code, Some(version)),
                "calls",
            ));
        }
    }
    let mut artifact = Artifact::named(own, &wire.name);
    artifact.description = text(wire.description.as_ref());
    artifact.state = wire.status.as_deref().map(State::from_wire);
    artifact.wire_state.clone_from(&wire.status);
    artifact.lock = lock(
        wire.locked_flag,
        wire.locked_by.as_ref(),
        wire.locked_date.as_ref(),
    );
    artifact.prebuilt = is_prebuilt(wire.project_type.as_deref());
    artifact.created = rfc3339(wire.created.as_deref());
    artifact.created_by = text(wire.created_by.as_ref());
    artifact.updated = rfc3339(wire.last_updated.as_deref());
    artifact.updated_by = text(wire.last_updated_by.as_ref());
    artifact.package = text(wire.package_name.as_ref());
    artifact.style = text(wire.pattern.as_ref()).or_else(|| text(wire.style_description.as_ref()));
    artifact.dependencies = needs
        .into_iter()
        .filter(|need| !need.id.code.is_empty())
        .collect();
    artifact
}

/// The schedule of an integration, as far as its list tells.
pub(super) fn schedule(of: &Artifact) -> Artifact {
    let mut own = of.id.clone();
    own.kind = ArtifactKind::Schedule;
    let mut artifact = Artifact::named(own, &of.name);
    artifact.updated.clone_from(&of.updated);
    artifact.updated_by.clone_from(&of.updated_by);
    artifact.dependencies = vec![need(of.id.clone(), "schedule of")];
    artifact
}

fn is_prebuilt(word: Option<&str>) -> bool {
    word.is_some_and(|word| word.eq_ignore_ascii_case("PREBUILT"))
}

/// A connection.
pub(crate) fn connection(scope: &Scope, wire: &Connection) -> Artifact {
    let mut artifact = Artifact::named(
        id(ArtifactKind::Connection, scope, &wire.id, None),
        if wire.name.is_empty() {
            &wire.id
        } else {
            &wire.name
        },
    );
    artifact.description = text(wire.description.as_ref());
    artifact.state = wire.status.as_deref().map(State::from_wire);
    artifact.wire_state.clone_from(&wire.status);
    artifact.lock = lock(
        wire.locked_flag,
        wire.locked_by.as_ref(),
        wire.locked_date.as_ref(),
    );
    artifact.created = rfc3339(wire.created.as_deref());
    artifact.created_by = text(wire.created_by.as_ref());
    artifact.updated = rfc3339(wire.last_updated.as_deref());
    artifact.updated_by = text(wire.last_updated_by.as_ref());
    artifact.adapter = text(wire.adapter_type.display_name.as_ref())
        .or_else(|| text(wire.adapter_type.name.as_ref()));
    if let Some(group) = text(wire.agent_group_id.as_ref()) {
        let group = id(ArtifactKind::AgentGroup, &Scope::Global, &group, None);
        artifact.dependencies.push(need(group, "agent group"));
    }
    let settings = wire
        .connection_properties
        .iter()
        .chain(&wire.security_properties)
        .filter_map(|one| Some((one.property_name.as_str(), one.property_value.as_deref()?)));
    for certificate in waybill_archive::certificates_named(settings) {
        let certificate = id(
            ArtifactKind::Certificate,
            &Scope::Global,
            &certificate,
            None,
        );
        artifact.dependencies.push(need(certificate, "certificate"));
    }
    artifact
}

/// A lookup. `LOCKED` is a state of it on the wire (documented).
pub(super) fn lookup(scope: &Scope, wire: &Lookup) -> Artifact {
    let mut artifact = Artifact::named(
        id(ArtifactKind::Lookup, scope, &wire.name, None),
        &wire.name,
    );
    let locked = wire.locked_flag || wire.status.as_deref() == Some("LOCKED");
    artifact.description = text(wire.description.as_ref());
    artifact.wire_state.clone_from(&wire.status);
    artifact.lock = lock(locked, wire.locked_by.as_ref(), wire.locked_date.as_ref());
    artifact.created = rfc3339(wire.created.as_deref());
    artifact.created_by = text(wire.created_by.as_ref());
    artifact.updated = rfc3339(wire.last_updated.as_deref());
    artifact.updated_by = text(wire.last_updated_by.as_ref());
    artifact
}

/// A library.
pub(super) fn library(wire: &Library) -> Artifact {
    let own = id(
        ArtifactKind::Library,
        &Scope::Global,
        &wire.code,
        Some(&wire.version),
    );
    let name = wire.display_name.as_ref().unwrap_or(&wire.name);
    let mut artifact = Artifact::named(own, if name.is_empty() { &wire.code } else { name });
    artifact.description = text(wire.description.as_ref());
    artifact.wire_state.clone_from(&wire.status);
    artifact.lock = lock(
        wire.locked_flag,
        wire.locked_by.as_ref(),
        wire.locked_date.as_ref(),
    );
    artifact.created = rfc3339(wire.created.as_deref());
    artifact.created_by = text(wire.created_by.as_ref());
    artifact.updated = rfc3339(wire.last_updated.as_deref());
    artifact.updated_by = text(wire.last_updated_by.as_ref());
    artifact
}

/// A package; `members` are the integrations that say they are in it.
pub(super) fn package(wire: &Package, members: &[ArtifactId]) -> Artifact {
    let mut artifact = Artifact::named(
        id(ArtifactKind::Package, &Scope::Global, &wire.name, None),
        &wire.name,
    );
    artifact.description = text(wire.description.as_ref());
    artifact.prebuilt = is_prebuilt(wire.barta_type.as_deref());
    artifact.created = rfc3339(wire.created.as_deref());
    artifact.created_by = text(wire.created_by.as_ref());
    artifact.updated = rfc3339(wire.last_updated.as_deref());
    artifact.updated_by = text(wire.last_updated_by.as_ref());
    artifact.dependencies = members
        .iter()
        .map(|id| need(id.clone(), "member"))
        .collect();
    artifact
}

/// A certificate or key.
pub(super) fn certificate(wire: &Certificate) -> Artifact {
    let name = if wire.name.is_empty() {
        &wire.id
    } else {
        &wire.name
    };
    let mut artifact = Artifact::named(
        id(ArtifactKind::Certificate, &Scope::Global, &wire.id, None),
        name,
    );
    artifact.wire_state.clone_from(&wire.status);
    artifact.prebuilt = wire.installed_type.as_deref() == Some("SYSTEM");
    artifact.style = text(wire.certificate_type.as_ref());
    artifact
}

/// An agent group.
pub(super) fn agent_group(wire: &AgentGroup) -> Artifact {
    let name = if wire.name.is_empty() {
        &wire.id
    } else {
        &wire.name
    };
    let mut artifact = Artifact::named(
        id(ArtifactKind::AgentGroup, &Scope::Global, &wire.id, None),
        name,
    );
    artifact.description = text(wire.description.as_ref());
    artifact.wire_state.clone_from(&wire.status);
    artifact
}

/// A project; `members` is what was found in it.
pub(super) fn project(wire: &Project, members: &[ArtifactId]) -> Artifact {
    let state = &wire.state;
    let mut artifact = Artifact::named(
        id(ArtifactKind::Project, &Scope::Global, &wire.code, None),
        if wire.name.is_empty() {
            &wire.code
        } else {
            &wire.name
        },
    );
    artifact.description = text(wire.description.as_ref());
    artifact.state = state.status.as_deref().map(State::from_wire);
    artifact.wire_state.clone_from(&state.status);
    artifact.lock = lock(
        state.lock_status,
        state.locked.by.as_ref(),
        state.locked.date.as_ref(),
    );
    artifact.prebuilt = is_prebuilt(wire.project_type.as_deref());
    artifact.created = rfc3339(state.created.date.as_deref());
    artifact.created_by = text(state.created.by.as_ref());
    artifact.updated = rfc3339(state.updated.date.as_deref());
    artifact.updated_by = text(state.updated.by.as_ref());
    artifact.dependencies = members
        .iter()
        .filter(|id| id.kind == ArtifactKind::Integration)
        .map(|id| need(id.clone(), "member"))
        .collect();
    artifact
}

/// A deployment of a project.
pub(super) fn deployment(scope: &Scope, wire: &Deployment) -> Artifact {
    let mut artifact = Artifact::named(
        id(ArtifactKind::Deployment, scope, &wire.code, None),
        if wire.name.is_empty() {
            &wire.code
        } else {
            &wire.name
        },
    );
    artifact.description = text(wire.description.as_ref());
    artifact.updated = rfc3339(wire.last_updated.as_deref());
    artifact.dependencies = wire
        .integrations
        .iter()
        .map(|member| {
            need(
                id(
                    ArtifactKind::Integration,
                    scope,
                    &member.code,
                    Some(&member.version),
                ),
                "member",
            )
        })
        .collect();
    artifact
}

/// Who may do what in a project.
pub(super) fn access_list(scope: &Scope, project: &Project, wire: &AccessList) -> Artifact {
    let name = if project.name.is_empty() {
        &project.code
    } else {
        &project.name
    };
    let mut artifact = Artifact::named(
        id(ArtifactKind::AccessList, scope, &project.code, None),
        name,
    );
    artifact.created = rfc3339(wire.created_date.as_deref());
    artifact.created_by = text(wire.created_by.as_ref());
    artifact.updated = rfc3339(wire.updated_date.as_deref());
    artifact.updated_by = text(wire.updated_by.as_ref());
    artifact.dependencies = vec![need(
        id(ArtifactKind::Project, &Scope::Global, &project.code, None),
        "access of",
    )];
    artifact
}
