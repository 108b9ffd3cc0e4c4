//! Gathering what the checks know beyond the plan: what lists told first, then the records of the
//! connections that are used, the agents of the groups that are named, archives and files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _};
use tokio_util::sync::CancellationToken;
use waybill_client::wire::Connection;
use waybill_client::{Client, Error};
use waybill_model::{ArtifactId, ArtifactKind};

use super::environment::host;
use super::facts::{
    ArchiveFacts, CheckFacts, ConnectionFacts, NotChecked, OwnFacts, ScheduleFacts,
};
use super::from_archive::archive_facts;
use super::from_lists::{agents, of_lists};
use super::from_record::{connection_facts, schedule_facts};
use super::scene::{Scene, named};
use crate::blocking;
use crate::compare::{Side, heavy};
use crate::digest::sha256;
use crate::error::{EngineError, Result};
use crate::failure::{Reach, reach, sentence};
use crate::plan::{PlanDestination, PlanSource};
use crate::waybill::{StepKind, Waybill};

/// How many artifacts are read at once; the client paces its calls itself.
pub(super) const AT_ONCE: usize = 16;

/// Gives the bytes of an archive or record that goes along, by SHA-256. It may block.
pub type ArchiveOf = Arc<dyn Fn(&str) -> Option<Bytes> + Send + Sync>;

/// What is gathered for.
pub struct CheckWork<'a> {
    /// Where the cargo comes from.
    pub source: &'a Arc<Side>,
    /// Where it goes.
    pub destination: &'a Arc<Side>,
    /// A client of the destination.
    pub client: &'a Client,
    /// The waybill.
    pub waybill: &'a Waybill,
    /// What was planned from.
    pub plan_source: &'a PlanSource,
    /// What was planned for.
    pub plan_destination: &'a PlanDestination,
    /// The cargo.
    pub archive: ArchiveOf,
    /// Ends it.
    pub cancel: &'a CancellationToken,
}

impl std::fmt::Debug for CheckWork<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CheckWork").finish_non_exhaustive()
    }
}

/// Reads what the checks need: records of the connections that are used, agent groups, certificates,
/// what archives hold, the files of bindings. What cannot be read stands in [`CheckFacts::unread`].
///
/// # Errors
/// `Cancelled`; `ArtifactCall` where the sign-in or the network is lost.
pub async fn gather_checks(work: CheckWork<'_>, own: OwnFacts) -> Result<CheckFacts> {
    let cancel = work.cancel;
    let ended = cancel.run_until_cancelled(read(&work, own)).await;
    ended.unwrap_or(Err(EngineError::Cancelled))
}

/// A connection that is used: its name in the destination and in the source.
type Pair = (ArtifactId, ArtifactId);

async fn read(work: &CheckWork<'_>, own: OwnFacts) -> Result<CheckFacts> {
    let nothing = CheckFacts::default();
    let scene = Scene::of(
        work.waybill,
        work.plan_source,
        work.plan_destination,
        &nothing,
    );
    let needed = scene.needed(ArtifactKind::Connection);
    let mut pairs: BTreeSet<Pair> = needed
        .iter()
        .map(|(id, users)| ((*id).clone(), users.from.clone()))
        .collect();
    let steps = work.waybill.steps.iter();
    for step in steps.filter(|step| step.kind == StepKind::SetConnection) {
        let item = work.waybill.item(&step.subject);
        let from = item.map_or(&step.subject, |item| item.source_id());
        pairs.insert((step.subject.clone(), from.clone()));
    }
    let mut facts = CheckFacts {
        own,
        ..CheckFacts::default()
    };
    let source_stamp = work.source.stamp();
    facts
        .source_hosts
        .extend(source_stamp.and_then(|stamp| host(&stamp.address)));
    // The design host of a region serves many instances.
    let own_host = host(&work.plan_destination.stamp.address);
    facts
        .source_hosts
        .retain(|host| Some(host) != own_host.as_ref());
    facts.source_instance = source_stamp.and_then(|stamp| stamp.instance_name.clone());
    let (there, here, archives, schedules, files) = futures::try_join!(
        of_destination(work, &pairs),
        of_source(work, &pairs),
        archives(work),
        schedules(work),
        files(work),
    )?;
    let (connections, unread) = there;
    facts.connections = connections;
    facts.unread.extend(unread);
    let (connections, unread) = here;
    facts.source_connections = connections;
    facts.unread.extend(unread);
    for (sha256, archive, unread) in archives {
        facts
            .archives
            .extend(archive.map(|archive| (sha256, archive)));
        facts.unread.extend(unread);
    }
    for (id, schedule, unread) in schedules {
        facts
            .schedules
            .extend(schedule.map(|schedule| (id, schedule)));
        facts.unread.extend(unread);
    }
    facts.files = files;
    of_lists(work, &mut facts);
    agents(work, &mut facts).await?;
    facts
        .unread
        .sort_by(|left, right| left.text.cmp(&right.text));
    facts.unread.dedup();
    Ok(facts)
}

type Connections = (BTreeMap<ArtifactId, ConnectionFacts>, Vec<NotChecked>);

async fn of_destination(work: &CheckWork<'_>, pairs: &BTreeSet<Pair>) -> Result<Connections> {
    let there = pairs.iter().map(|(id, _)| id);
    let there: BTreeSet<&ArtifactId> = there.filter(|id| work.plan_destination.has(id)).collect();
    // Not by a closure: checking would no longer be something that can go from thread to thread.
    let mut all = Vec::with_capacity(there.len());
    for id in there {
        all.push(async move {
            match work.client.connection(&id.scope, &id.code).await {
                Ok(read) => Ok((id, Ok(connection_facts(&read.value)))),
                Err(error) => not_this(id, error).map(|error| (id, Err(sentence(&error)))),
            }
        });
    }
    let read: Vec<_> = futures::stream::iter(all)
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(sorted(read, &work.plan_destination.stamp.name))
}

/// The error again where it is about this artifact alone.
pub(super) fn not_this(id: &ArtifactId, error: Error) -> Result<Error> {
    if reach(&error) == Reach::This {
        return Ok(error);
    }
    Err(EngineError::ArtifactCall {
        artifact: Box::new(id.clone()),
        source: Box::new(error),
    })
}

fn sorted(
    read: Vec<(&ArtifactId, std::result::Result<ConnectionFacts, String>)>,
    title: &str,
) -> Connections {
    let mut connections = BTreeMap::new();
    let mut unread = Vec::new();
    for (id, facts) in read {
        match facts {
            Ok(facts) => {
                connections.insert(id.clone(), facts);
            }
            Err(why) => unread.push(NotChecked {
                rules: vec!["connection-values", "agent-group", "certificate-missing"],
                subject: Some(id.clone()),
                text: format!(
                    "What {} has in {title} could not be checked: {why}",
                    named(id)
                ),
            }),
        }
    }
    (connections, unread)
}

async fn of_source(work: &CheckWork<'_>, pairs: &BTreeSet<Pair>) -> Result<Connections> {
    let catalogue = &work.plan_source.catalogue;
    let here = pairs.iter().map(|(_, from)| from);
    let here: BTreeSet<&ArtifactId> = here.filter(|id| catalogue.get(id).is_some()).collect();
    // Not by a closure: checking would no longer be something that can go from thread to thread.
    let mut all = Vec::with_capacity(here.len());
    for id in here {
        all.push(async move {
            let facts = match record(work, id).await {
                Ok(None) => return Ok(None),
                Ok(Some(record)) => serde_json::from_value::<Connection>(record)
                    .map(|wire| connection_facts(&wire))
                    .map_err(|error| error.to_string()),
                Err(EngineError::ArtifactCall { source, .. }) => {
                    Err(sentence(&not_this(id, *source)?))
                }
                Err(error @ (EngineError::Cancelled | EngineError::Internal(_))) => {
                    return Err(error);
                }
                Err(other) => Err(sentence(&other)),
            };
            Ok(Some((id, facts)))
        });
    }
    let read: Vec<_> = futures::stream::iter(all)
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(sorted(
        read.into_iter().flatten().collect(),
        work.source.title(),
    ))
}

/// The record of an artifact of the source: the one that goes along, or else as the place has it.
async fn record(work: &CheckWork<'_>, id: &ArtifactId) -> Result<Option<serde_json::Value>> {
    let stamp = work
        .plan_source
        .facts
        .get(id)
        .and_then(|facts| facts.record.as_ref());
    if let Some(sha256) = stamp.map(|stamp| stamp.sha256.clone()) {
        let archive = work.archive.clone();
        let bytes = blocking::run(move || Ok(archive(&sha256))).await?;
        if let Some(record) = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            return Ok(Some(record));
        }
    }
    work.source.record(id).await
}

type ReadArchive = (String, Option<ArchiveFacts>, Vec<NotChecked>);

async fn archives(work: &CheckWork<'_>) -> Result<Vec<ReadArchive>> {
    let items = work
        .waybill
        .items
        .iter()
        .filter(|item| item.action.brings());
    let mut all = BTreeMap::new();
    for item in items {
        let own = item
            .archive
            .as_ref()
            .filter(|stamp| stamp.carried_by.is_none());
        if let Some(stamp) = own {
            all.insert(stamp.sha256.clone(), item.id.clone());
        }
    }
    futures::stream::iter(all)
        .map(|(sha256, id)| async move {
            let (archive, wanted) = (work.archive.clone(), sha256.clone());
            let read = heavy(move || Ok(archive(&wanted).map(|bytes| archive_facts(&bytes))));
            let mut unread = Vec::new();
            let Some((facts, unseen)) = read.await? else {
                unread.push(NotChecked {
                    rules: vec![
                        "archive-damaged",
                        "archive-rezipped",
                        "secrets-in-archive",
                        "environment-strings",
                    ],
                    subject: Some(id.clone()),
                    text: format!(
                        "The archive of {} could not be checked: it is not at hand.",
                        named(&id)
                    ),
                });
                return Ok((sha256, None, unread));
            };
            if let Some(first) = unseen.first() {
                unread.push(NotChecked {
                    rules: vec!["secrets-in-archive", "environment-strings"],
                    subject: Some(id.clone()),
                    text: format!(
                        "A part of the archive of {} could not be looked through: {first}",
                        named(&id)
                    ),
                });
            }
            Ok((sha256, Some(facts), unread))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

type ReadSchedule = (ArtifactId, Option<ScheduleFacts>, Vec<NotChecked>);

/// The parameters of schedules that start, from the records of their integrations.
async fn schedules(work: &CheckWork<'_>) -> Result<Vec<ReadSchedule>> {
    let steps = work.waybill.steps.iter();
    let started = steps.filter(|step| step.kind == StepKind::StartSchedule);
    // Not by a closure: checking would no longer be something that can go from thread to thread.
    let mut all = Vec::new();
    for step in started {
        all.push(async move {
            let id = step.subject.clone();
            let item = work.waybill.item(&id).filter(|item| item.action.brings());
            let (side, integration) = match item {
                Some(item) => (work.source, integration_of(item.source_id())),
                None => (work.destination, integration_of(&id)),
            };
            let read = match told_by_list(side, &integration) {
                Some(listed) => Ok(Some(listed)),
                None if item.is_some() => record(work, &integration).await,
                None => side.record(&integration).await,
            };
            let why = match read {
                Ok(record) => {
                    let facts = record.as_ref().map(schedule_facts);
                    return Ok((id, facts, Vec::new()));
                }
                Err(EngineError::ArtifactCall { source, artifact }) => {
                    sentence(&not_this(&artifact, *source)?)
                }
                Err(error @ (EngineError::Cancelled | EngineError::Internal(_))) => {
                    return Err(error);
                }
                Err(other) => sentence(&other),
            };
            let unread = NotChecked {
                rules: vec!["schedule-parameter"],
                subject: Some(id.clone()),
                text: format!(
                    "The parameters of {} could not be checked: {why}",
                    named(&id)
                ),
            };
            Ok((id, None, vec![unread]))
        });
    }
    futures::stream::iter(all)
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// The list tells the parameters of schedules too, where the service is of that mind.
fn told_by_list(side: &Side, integration: &ArtifactId) -> Option<serde_json::Value> {
    let listed = side.listed(integration)?;
    listed
        .get("scheduleParams")
        .is_some_and(|list| !list.is_null())
        .then(|| listed.clone())
}

fn integration_of(schedule: &ArtifactId) -> ArtifactId {
    ArtifactId {
        kind: ArtifactKind::Integration,
        ..schedule.clone()
    }
}

/// The files that bindings name, as they are now.
async fn files(work: &CheckWork<'_>) -> Result<BTreeMap<String, Option<String>>> {
    let bindings = &work.waybill.bindings;
    let connections = bindings.connections.values();
    let attachments = connections.flat_map(|binding| &binding.attachments);
    let paths: BTreeSet<String> = attachments
        .map(|file| file.path.clone())
        .chain(bindings.certificates.values().map(|file| file.path.clone()))
        .collect();
    blocking::run(move || {
        let read = paths.into_iter().map(|path| {
            let found = std::fs::read(&path).ok().map(|bytes| sha256(&bytes));
            (path, found)
        });
        Ok(read.collect())
    })
    .await
}
