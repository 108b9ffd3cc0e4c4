//! An instance: its global artifacts, and its projects with theirs.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use waybill_model::{ArtifactId, ArtifactKind, Generation};

use super::{
    AgentGroup, Audit, Certificate, Connection, Deployment, Integration, Library, Lock, Lookup,
    Package, WorkRequest, blob,
    project_access::{Access, Git},
};

/// What the global scope and a project both hold, each by its id on the wire.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Space {
    pub integrations: BTreeMap<String, Integration>,
    pub connections: BTreeMap<String, Connection>,
    pub lookups: BTreeMap<String, Lookup>,
    pub libraries: BTreeMap<String, Library>,
}

impl Space {
    /// Lets what is due happen; says when the next thing is. A version that becomes active replaces
    /// the active one of the same major version (documented); the schedule of the latter stops.
    fn settle(&mut self, now: Timestamp) -> Option<Timestamp> {
        let mut next = None;
        let mut activated = Vec::new();
        for one in self.integrations.values_mut() {
            let was_active = one.is_active();
            let due = one.settle(now);
            next = next.into_iter().chain(due).min();
            if one.is_active() && !was_active {
                activated.push((one.code.clone(), one.version.clone(), one.audit.clone()));
            }
        }
        for (code, version, audit) in activated {
            let replaced = self.integrations.values_mut().filter(|other| {
                other.code == code
                    && other.version != version
                    && other.is_active()
                    && major(&other.version) == major(&version)
            });
            for other in replaced {
                "CONFIGURED".clone_into(&mut other.status);
                if let Some(schedule) = &mut other.schedule {
                    schedule.stop();
                }
                other.audit.updated = audit.updated;
                other.audit.updated_by.clone_from(&audit.updated_by);
            }
        }
        next
    }
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or_default()
}

/// A project.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Project {
    pub code: String,
    pub name: String,
    pub description: String,
    #[serde(default)]
    pub keyword: String,
    pub status: String,
    pub space: Space,
    pub deployments: BTreeMap<String, Deployment>,
    /// Who may do what; what is usual where nobody said.
    #[serde(default)]
    pub access: Option<Access>,
    pub audit: Audit,
    pub revision: u32,
    #[serde(with = "blob::option", default)]
    pub archive: Option<Arc<Vec<u8>>>,
}

/// One service instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Instance {
    /// The name people give it.
    pub name: String,
    /// The name on the wire.
    pub wire_name: String,
    pub generation: Generation,
    pub global: Space,
    pub packages: BTreeMap<String, Package>,
    pub certificates: BTreeMap<String, Certificate>,
    pub agent_groups: BTreeMap<String, AgentGroup>,
    pub projects: BTreeMap<String, Project>,
    /// The repository of projects.
    #[serde(default)]
    pub git: Git,
    /// Work that is done beside the calls that asked for it, by its id.
    #[serde(default)]
    pub work: BTreeMap<String, WorkRequest>,
    /// When something happens next without a call: an activation ends, a schedule starts.
    #[serde(default)]
    pub next: Option<Timestamp>,
}

impl Instance {
    pub fn new(name: String, wire_name: String, generation: Generation) -> Self {
        Self {
            name,
            wire_name,
            generation,
            global: Space::default(),
            packages: BTreeMap::new(),
            certificates: BTreeMap::new(),
            agent_groups: BTreeMap::new(),
            projects: BTreeMap::new(),
            git: Git::default(),
            work: BTreeMap::new(),
            next: None,
        }
    }

    /// The global scope, or that of a project.
    pub fn space(&self, project: Option<&str>) -> Option<&Space> {
        match project {
            None => Some(&self.global),
            Some(code) => self.projects.get(code).map(|project| &project.space),
        }
    }

    pub fn space_mut(&mut self, project: Option<&str>) -> Option<&mut Space> {
        match project {
            None => Some(&mut self.global),
            Some(code) => self
                .projects
                .get_mut(code)
                .map(|project| &mut project.space),
        }
    }

    /// Notes that something will happen at a moment.
    pub fn plan(&mut self, due: Timestamp) {
        self.next = Some(self.next.map_or(due, |next| next.min(due)));
    }

    /// Whether something should have happened by now.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.next.is_some_and(|next| next <= now)
    }

    /// Lets everything happen that is due.
    pub fn settle(&mut self, now: Timestamp) {
        if !self.is_due(now) {
            return;
        }
        let arriving = self.git.settle(now, &mut self.projects);
        let projects = self.projects.values_mut().map(|one| &mut one.space);
        self.next = std::iter::once(&mut self.global)
            .chain(projects)
            .filter_map(|space| space.settle(now))
            .chain(arriving)
            .min();
    }

    /// Locks or unlocks an artifact; false where there is none, or none that can be locked.
    pub fn set_lock(&mut self, id: &ArtifactId, lock: Option<Lock>) -> bool {
        let wire = id.wire();
        let Some(space) = self.space_mut(id.scope.project()) else {
            return false;
        };
        let place = match id.kind {
            ArtifactKind::Integration => space.integrations.get_mut(&wire).map(|one| &mut one.lock),
            ArtifactKind::Connection => space.connections.get_mut(&wire).map(|one| &mut one.lock),
            ArtifactKind::Lookup => space.lookups.get_mut(&wire).map(|one| &mut one.lock),
            ArtifactKind::Library => space.libraries.get_mut(&wire).map(|one| &mut one.lock),
            _ => None,
        };
        place.map(|place| *place = lock).is_some()
    }

    /// Changes an artifact as its author would: a new state of the design with a new date. Bytes
    /// that were loaded stay as they are.
    pub fn touch(&mut self, id: &ArtifactId, now: Timestamp) -> bool {
        let wire = id.wire();
        let Some(space) = self.space_mut(id.scope.project()) else {
            return false;
        };
        let audit = match id.kind {
            ArtifactKind::Integration => space.integrations.get_mut(&wire).map(|one| {
                one.revision += 1;
                &mut one.audit
            }),
            ArtifactKind::Connection => space.connections.get_mut(&wire).map(|one| &mut one.audit),
            ArtifactKind::Lookup => space.lookups.get_mut(&wire).map(|one| &mut one.audit),
            ArtifactKind::Library => space.libraries.get_mut(&wire).map(|one| &mut one.audit),
            ArtifactKind::Package => self.packages.get_mut(&wire).map(|one| &mut one.audit),
            ArtifactKind::Project => self.projects.get_mut(&wire).map(|one| {
                one.revision += 1;
                &mut one.audit
            }),
            _ => None,
        };
        audit
            .map(|audit| {
                audit.updated = now;
                "developer@example.com".clone_into(&mut audit.updated_by);
            })
            .is_some()
    }

    /// Removes an artifact.
    pub fn delete(&mut self, id: &ArtifactId) -> bool {
        let wire = id.wire();
        match id.kind {
            ArtifactKind::Package => return self.packages.remove(&wire).is_some(),
            ArtifactKind::Project => return self.projects.remove(&wire).is_some(),
            ArtifactKind::Certificate => return self.certificates.remove(&wire).is_some(),
            ArtifactKind::AgentGroup => return self.agent_groups.remove(&wire).is_some(),
            _ => {}
        }
        let Some(space) = self.space_mut(id.scope.project()) else {
            return false;
        };
        match id.kind {
            ArtifactKind::Integration => space.integrations.remove(&wire).is_some(),
            ArtifactKind::Connection => space.connections.remove(&wire).is_some(),
            ArtifactKind::Lookup => space.lookups.remove(&wire).is_some(),
            ArtifactKind::Library => space.libraries.remove(&wire).is_some(),
            _ => false,
        }
    }

    /// Sets the state of an integration (`ACTIVATED`, `FAILEDACTIVATION`, …) or connection.
    pub fn set_status(&mut self, id: &ArtifactId, status: &str) -> bool {
        let wire = id.wire();
        let Some(space) = self.space_mut(id.scope.project()) else {
            return false;
        };
        let place = match id.kind {
            ArtifactKind::Integration => space.integrations.get_mut(&wire).map(|one| {
                // What was on its way does not arrive any more.
                one.operation.pending = None;
                &mut one.status
            }),
            ArtifactKind::Connection => space.connections.get_mut(&wire).map(|one| &mut one.status),
            _ => None,
        };
        place.map(|place| status.clone_into(place)).is_some()
    }

    /// Says why tests of a connection fail, or lets them succeed again.
    pub fn set_broken(&mut self, id: &ArtifactId, why: Option<String>) -> bool {
        let wire = id.wire();
        self.space_mut(id.scope.project())
            .filter(|_| id.kind == ArtifactKind::Connection)
            .and_then(|space| space.connections.get_mut(&wire))
            .map(|one| one.upkeep.broken = why)
            .is_some()
    }
}
