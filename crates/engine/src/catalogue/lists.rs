//! Reading the lists of an instance, all at once, and putting them together.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Mutex;
use std::sync::PoisonError;

use futures::future::try_join_all;
use jiff::Timestamp;
use serde_json::Value;
use waybill_client::wire::{
    AccessList, AgentGroup, Certificate, Connection, Deployment, Integration, Library, Lookup,
    Package, Project,
};
use waybill_client::{Client, Error, Read};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, Gap, Generation, Scope};

use super::{Detail, ListsRead, LiveCatalogue, OnList, artifacts, drop_secrets};
use crate::carry;
use crate::error::{EngineError, Result};
use crate::failure::{Reach, list_reason, misses_nothing, plural, reach};

/// Lists outside projects.
const GLOBAL_LISTS: u32 = 8;
/// Lists of one project.
const PROJECT_LISTS: u32 = 5;

/// All lists of an instance as they came.
pub(super) struct Gathered {
    integrations: Vec<Read<Integration>>,
    packages: Vec<Read<Package>>,
    connections: Vec<Read<Connection>>,
    lookups: Vec<Read<Lookup>>,
    libraries: Vec<Read<Library>>,
    certificates: Vec<Read<Certificate>>,
    agent_groups: Vec<Read<AgentGroup>>,
    projects: Vec<InProject>,
    /// Schedules can be asked for.
    schedules: bool,
    gaps: Vec<Gap>,
}

/// One project and its lists.
struct InProject {
    project: Read<Project>,
    integrations: Vec<Read<Integration>>,
    connections: Vec<Read<Connection>>,
    lookups: Vec<Read<Lookup>>,
    deployments: Vec<Read<Deployment>>,
    access: Option<Read<AccessList>>,
    /// All of its lists were read.
    whole: bool,
}

/// Counts lists, and collects those that could not be read.
struct Watch<'a> {
    progress: &'a OnList<'a>,
    state: Mutex<(ListsRead, Vec<Gap>)>,
}

impl Watch<'_> {
    fn state(&self) -> std::sync::MutexGuard<'_, (ListsRead, Vec<Gap>)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, lists: u32) {
        self.state().0.known += lists;
    }

    fn done(&self, artifacts: usize) {
        let read = {
            let mut state = self.state();
            state.0.done += 1;
            state.0.artifacts += u32::try_from(artifacts).unwrap_or(u32::MAX);
            state.0
        };
        (self.progress)(read);
    }

    /// A list that may be missing: `None` leaves a gap behind.
    async fn optional<T>(
        &self,
        kind: ArtifactKind,
        project: Option<&str>,
        list: impl Future<Output = std::result::Result<Vec<Read<T>>, Error>>,
    ) -> Result<Option<Vec<Read<T>>>> {
        match list.await {
            Ok(items) => {
                self.done(items.len());
                Ok(Some(items))
            }
            Err(error) if reach(&error) == Reach::This => {
                self.done(0);
                self.state().1.push(Gap {
                    kind,
                    project: project.map(str::to_owned),
                    reason: list_reason(kind, &error),
                    not_offered: misses_nothing(kind, project, &error),
                });
                Ok(None)
            }
            Err(error) => Err(call_failed(error)),
        }
    }
}

/// Reads all lists.
pub(super) async fn gather(client: &Client, progress: &OnList<'_>) -> Result<Gathered> {
    let watch = Watch {
        progress,
        state: Mutex::new((
            ListsRead {
                known: GLOBAL_LISTS,
                ..ListsRead::default()
            },
            Vec::new(),
        )),
    };
    let global = &Scope::Global;
    let integrations = async {
        let items = client.integrations(global).await.map_err(call_failed)?;
        watch.done(items.len());
        Ok(items)
    };
    let (
        integrations,
        packages,
        connections,
        lookups,
        libraries,
        certificates,
        agent_groups,
        projects,
    ) = futures::try_join!(
        integrations,
        watch.optional(ArtifactKind::Package, None, client.packages()),
        watch.optional(ArtifactKind::Connection, None, client.connections(global)),
        watch.optional(ArtifactKind::Lookup, None, client.lookups(global)),
        watch.optional(ArtifactKind::Library, None, client.libraries()),
        watch.optional(ArtifactKind::Certificate, None, client.certificates()),
        watch.optional(ArtifactKind::AgentGroup, None, client.agent_groups()),
        Box::pin(projects(client, &watch)),
    )?;
    let mut gaps = std::mem::take(&mut watch.state().1);
    // The first generation says which integrations have one, and no more.
    let schedules = client.address().generation != Generation::Ics;
    if !schedules {
        gaps.push(Gap {
            kind: ArtifactKind::Schedule,
            project: None,
            reason: "Integration Cloud Service does not offer schedules through its API."
                .to_owned(),
            not_offered: true,
        });
    }
    Ok(Gathered {
        integrations,
        packages: packages.unwrap_or_default(),
        connections: connections.unwrap_or_default(),
        lookups: lookups.unwrap_or_default(),
        libraries: libraries.unwrap_or_default(),
        certificates: certificates.unwrap_or_default(),
        agent_groups: agent_groups.unwrap_or_default(),
        projects,
        schedules,
        gaps,
    })
}

async fn projects(client: &Client, watch: &Watch<'_>) -> Result<Vec<InProject>> {
    let found = watch
        .optional(ArtifactKind::Project, None, client.projects())
        .await?
        .unwrap_or_default();
    watch.known(PROJECT_LISTS * u32::try_from(found.len()).unwrap_or(0));
    try_join_all(
        found
            .into_iter()
            .map(|project| in_project(client, watch, project)),
    )
    .await
}

async fn in_project(
    client: &Client,
    watch: &Watch<'_>,
    project: Read<Project>,
) -> Result<InProject> {
    let code = project.value.code.clone();
    let scope = Scope::Project(code.clone());
    let here = Some(code.as_str());
    let access = async { client.access_list(&code).await.map(|list| vec![list]) };
    let (integrations, connections, lookups, deployments, access) = futures::try_join!(
        watch.optional(ArtifactKind::Integration, here, client.integrations(&scope)),
        watch.optional(ArtifactKind::Connection, here, client.connections(&scope)),
        watch.optional(ArtifactKind::Lookup, here, client.lookups(&scope)),
        watch.optional(ArtifactKind::Deployment, here, client.deployments(&code)),
        watch.optional(ArtifactKind::AccessList, here, access),
    )?;
    Ok(InProject {
        whole: integrations.is_some() && connections.is_some() && lookups.is_some(),
        project,
        integrations: integrations.unwrap_or_default(),
        connections: connections.unwrap_or_default(),
        lookups: lookups.unwrap_or_default(),
        deployments: deployments.unwrap_or_default(),
        access: access.and_then(|mut list| list.pop()),
    })
}

fn call_failed(error: Error) -> EngineError {
    EngineError::Call {
        operation: "Reading what the instance holds".to_owned(),
        source: Box::new(error),
    }
}

/// The artifacts put together so far.
#[derive(Default)]
struct Assembly {
    artifacts: Vec<Artifact>,
    details: BTreeMap<ArtifactId, Detail>,
    /// Entries of lists that cannot be asked for.
    nameless: Vec<Gap>,
    /// Schedules can be asked for.
    schedules: bool,
}

impl Assembly {
    fn add(&mut self, artifact: Artifact, mut wire: Value, carry_key: Option<String>) {
        if artifact.id.code.is_empty() {
            let kind = artifact.id.kind;
            self.nameless.push(Gap {
                kind,
                project: artifact.id.scope.project().map(str::to_owned),
                reason: format!(
                    "The list of {} has an entry without an identifier, which cannot be read.",
                    plural(kind)
                ),
                not_offered: false,
            });
            return;
        }
        drop_secrets(&mut wire);
        let list_key = carry_key
            .clone()
            .unwrap_or_else(|| carry::of_content(&wire));
        let detail = Detail {
            wire,
            carry_key,
            list_key,
        };
        // The first of each id is kept, as the catalogue does.
        self.details.entry(artifact.id.clone()).or_insert(detail);
        self.artifacts.push(artifact);
    }

    fn add_integrations(
        &mut self,
        scope: &Scope,
        items: Vec<Read<Integration>>,
    ) -> Vec<ArtifactId> {
        let mut ids = Vec::with_capacity(items.len());
        for read in items {
            let artifact = artifacts::integration(scope, &read.value);
            let key = carry::of_integration(&read.value);
            let id = artifact.id.clone();
            if self.schedules && read.value.schedule_defined_flag {
                let schedule = artifacts::schedule(&artifact);
                self.add(schedule, read.raw.clone(), None);
            }
            self.add(artifact, read.raw, key);
            ids.push(id);
        }
        ids
    }

    fn add_connections(&mut self, scope: &Scope, items: Vec<Read<Connection>>) -> Vec<ArtifactId> {
        let mut ids = Vec::with_capacity(items.len());
        for read in items {
            let artifact = artifacts::connection(scope, &read.value);
            ids.push(artifact.id.clone());
            let key = carry::of_connection(&read.value, &read.raw);
            self.add(artifact, read.raw, key);
        }
        ids
    }

    fn add_lookups(&mut self, scope: &Scope, items: Vec<Read<Lookup>>) -> Vec<ArtifactId> {
        let mut ids = Vec::with_capacity(items.len());
        for read in items {
            let artifact = artifacts::lookup(scope, &read.value);
            ids.push(artifact.id.clone());
            let key = carry::of_lookup(&read.value, &read.raw);
            self.add(artifact, read.raw, key);
        }
        ids
    }

    /// An artifact whose record is its list entry.
    fn add_record(&mut self, artifact: Artifact, raw: Value) -> ArtifactId {
        let id = artifact.id.clone();
        let key = carry::of_content(&raw);
        self.add(artifact, raw, Some(key));
        id
    }

    fn carry_key(&self, id: &ArtifactId) -> Option<String> {
        self.details.get(id)?.carry_key.clone()
    }
}

impl Gathered {
    pub(super) fn into_catalogue(self, now: Timestamp) -> LiveCatalogue {
        let mut all = Assembly {
            schedules: self.schedules,
            ..Assembly::default()
        };
        let global = Scope::Global;
        let mut packaged: BTreeMap<String, Vec<ArtifactId>> = BTreeMap::new();
        for read in &self.integrations {
            if let Some(package) = read
                .value
                .package_name
                .as_ref()
                .filter(|name| !name.is_empty())
            {
                let id = artifacts::integration(&global, &read.value).id;
                packaged.entry(package.clone()).or_default().push(id);
            }
        }
        all.add_integrations(&global, self.integrations);
        all.add_connections(&global, self.connections);
        all.add_lookups(&global, self.lookups);
        for read in self.libraries {
            let key = carry::of_library(&read.value);
            all.add(artifacts::library(&read.value), read.raw, key);
        }
        for read in self.packages {
            let members = packaged.remove(&read.value.name).unwrap_or_default();
            let keys = members.iter().map(|id| all.carry_key(id)).collect();
            // Where the service counts other members than the lists show, the lists do not tell enough.
            let counted = read.value.count_of_integrations;
            let agrees = counted.is_none_or(|count| count == members.len() as u64);
            let key = carry::of_package(&read.raw, keys).filter(|_| agrees);
            all.add(artifacts::package(&read.value, &members), read.raw, key);
        }
        for read in self.certificates {
            all.add_record(artifacts::certificate(&read.value), read.raw);
        }
        for read in self.agent_groups {
            all.add_record(artifacts::agent_group(&read.value), read.raw);
        }
        for inside in self.projects {
            all.add_project(inside);
        }
        let mut gaps = self.gaps;
        gaps.append(&mut all.nameless);
        LiveCatalogue {
            catalogue: Catalogue::new(crate::journal::stamp(now), all.artifacts, gaps),
            details: all.details,
        }
    }
}

impl Assembly {
    fn add_project(&mut self, inside: InProject) {
        let project = inside.project.value;
        let scope = Scope::Project(project.code.clone());
        let mut members = self.add_integrations(&scope, inside.integrations);
        members.extend(self.add_connections(&scope, inside.connections));
        members.extend(self.add_lookups(&scope, inside.lookups));
        for read in inside.deployments {
            members.push(self.add_record(artifacts::deployment(&scope, &read.value), read.raw));
        }
        if let Some(access) = inside.access {
            self.add_record(
                artifacts::access_list(&scope, &project, &access.value),
                access.raw,
            );
        }
        let keys = members.iter().map(|id| self.carry_key(id)).collect();
        let key = carry::of_project(&project, keys).filter(|_| inside.whole);
        self.add(
            artifacts::project(&project, &members),
            inside.project.raw,
            key,
        );
    }
}
