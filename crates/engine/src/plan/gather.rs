//! Reading from the places what planning rests on: of the source the closure of the choice and nothing
//! else, of the destination what stands where that would go.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;
use waybill_archive::Fingerprint;
use waybill_model::{ArtifactId, ArtifactKind, Catalogue, State};

use super::closure::Closure;
use super::world::{
    Choice, DestinationFacts, PlanDestination, PlanSource, SourceFacts, schedule_of, target,
    with_what_goes_along,
};
use crate::blocking;
use crate::catalogue::is_pseudo_connection;
use crate::compare::{Cargo, Progressed, Shelf, Side, Unread};
use crate::digest::sha256;
use crate::error::{EngineError, Result};
use crate::journal::Journal;
use crate::manifest::InstanceStamp;
use crate::waybill::{ArchiveStamp, Policies, canonical};

/// How many artifacts are read at once; the client paces its calls itself.
const AT_ONCE: usize = 16;

/// Takes the bytes of archives and records as they are read, on a thread that may block. Whoever will
/// run the waybill keeps them: a live instance writes another archive each time, and what is sent is
/// what was planned.
pub type OnArchive = dyn Fn(&ArtifactId, &ArchiveStamp, &Bytes) -> Result<()> + Send + Sync;

/// Told how many artifacts have been read, and of how many known so far.
pub type OnGathered<'a> = dyn Fn(Progressed) + Send + Sync + 'a;

/// What gathering works with.
pub struct GatherWork<'a> {
    /// Where fingerprints are kept from one time to the next.
    pub journal: &'a Arc<Journal>,
    /// Told how far it is.
    pub progress: &'a OnGathered<'a>,
    /// Ends it.
    pub cancel: &'a CancellationToken,
}

impl std::fmt::Debug for GatherWork<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("GatherWork").finish_non_exhaustive()
    }
}

/// Reads the closure of a choice: archives, with their hashes and what they tell of needs, records, and
/// what each artifact means. What cannot be read of a single artifact stands in its facts.
///
/// # Errors
/// `Cancelled`; `ArtifactCall` where the sign-in or the network is lost; what `on_archive` returns.
pub async fn gather_source(
    side: &Arc<Side>,
    choice: &Choice,
    work: &GatherWork<'_>,
    on_archive: &Arc<OnArchive>,
) -> Result<PlanSource> {
    let reading = read_source(side, choice, work, on_archive);
    let ended = work.cancel.run_until_cancelled(reading).await;
    ended.unwrap_or(Err(EngineError::Cancelled))
}

async fn read_source(
    side: &Arc<Side>,
    choice: &Choice,
    work: &GatherWork<'_>,
    on_archive: &Arc<OnArchive>,
) -> Result<PlanSource> {
    let mut catalogue = side.catalogue().clone();
    let mut facts: BTreeMap<ArtifactId, SourceFacts> = BTreeMap::new();
    let shelf = Shelf::default();
    let done = AtomicU32::new(0);
    loop {
        let closure = Closure::of(&catalogue, choice, &|_| false);
        let all = closure.entries.len();
        let pending = closure
            .entries
            .into_keys()
            .filter(|id| !facts.contains_key(id));
        // Archives that hold others come first: what lies in them is read from them.
        let (holders, others): (Vec<_>, Vec<_>) = pending.partition(|id| {
            matches!(
                id.kind,
                ArtifactKind::Project | ArtifactKind::Deployment | ArtifactKind::Package
            )
        });
        if holders.is_empty() && others.is_empty() {
            break;
        }
        let tell = || {
            (work.progress)(Progressed {
                done: done.load(Ordering::Relaxed),
                total: u32::try_from(all).unwrap_or(u32::MAX),
            });
        };
        tell();
        let mut fingerprints = Vec::new();
        let now = if holders.is_empty() { others } else { holders };
        let mut read = futures::stream::iter(now)
            .map(|id| source_facts(side, id, &shelf, on_archive))
            .buffer_unordered(AT_ONCE);
        while let Some(one) = read.next().await {
            let (id, own, needs) = one?;
            if let Some(fingerprint) = &own.fingerprint {
                keep(side, &id, fingerprint, &mut fingerprints);
            }
            complete(&mut catalogue, &id, needs);
            facts.insert(id, own);
            done.fetch_add(1, Ordering::Relaxed);
            tell();
        }
        keep_all(work.journal, fingerprints).await?;
    }
    Ok(PlanSource {
        stamp: side.place_stamp(),
        catalogue,
        facts,
    })
}

type Read = (ArtifactId, SourceFacts, Vec<waybill_model::Dependency>);

async fn source_facts(
    side: &Arc<Side>,
    id: ArtifactId,
    shelf: &Shelf,
    on_archive: &Arc<OnArchive>,
) -> Result<Read> {
    let mut facts = SourceFacts {
        tracing: tracing(side, &id).await,
        generation: side.written_by(&id),
        ..SourceFacts::default()
    };
    let read = Box::pin(read_one(side, &id, &mut facts, shelf, on_archive)).await;
    let needs = match read {
        Ok(cargo) => {
            facts.fingerprint = cargo.as_ref().map(|cargo| cargo.fingerprint);
            cargo.map(|cargo| cargo.needs).unwrap_or_default()
        }
        Err(Unread::This(reason)) => {
            facts.unread = Some(reason);
            Vec::new()
        }
        Err(Unread::Everything(error)) => return Err(error),
    };
    Ok((id, facts, needs))
}

async fn read_one(
    side: &Arc<Side>,
    id: &ArtifactId,
    facts: &mut SourceFacts,
    shelf: &Shelf,
    on_archive: &Arc<OnArchive>,
) -> std::result::Result<Option<Cargo>, Unread> {
    let prebuilt = side.catalogue().get(id).is_some_and(|own| own.prebuilt);
    let mut archive = None;
    if has_archive(id) && !prebuilt {
        archive = side.freight(id).await?;
    }
    if let Some(bytes) = &archive {
        facts.archive = Some(given(on_archive, id, bytes.clone()).await?);
    }
    match (id.kind, &archive) {
        (ArtifactKind::Project, Some(bytes)) => shelf.put(&id.code, bytes).await?,
        (ArtifactKind::Deployment, Some(bytes)) => {
            let project = id.scope.project().unwrap_or_default();
            shelf.put(project, bytes).await?;
        }
        _ => {}
    }
    let record = if has_values(id) {
        side.recorded(id).await?
    } else {
        None
    };
    if let Some(record) = record.as_ref().filter(|record| is_whole(id, record)) {
        let bytes = Bytes::from(canonical(record));
        facts.record = Some(given(on_archive, id, bytes).await?);
    }
    if id.kind == ArtifactKind::Schedule {
        facts.state = state_in(record.as_ref());
        facts.parameters = parameters_in(record.as_ref());
    }
    if prebuilt {
        return Ok(None);
    }
    shelf.read(side, id, archive.as_ref(), record).await
}

/// Whether a record is enough to set it elsewhere: a schedule without times cannot be defined.
fn is_whole(id: &ArtifactId, record: &serde_json::Value) -> bool {
    let says = |name: &str| match record.get(name) {
        Some(serde_json::Value::String(text)) => !text.trim().is_empty(),
        Some(value) => !value.is_null(),
        None => false,
    };
    id.kind != ArtifactKind::Schedule || says("icalExpression") || says("frequency")
}

/// Hands bytes to whoever keeps them.
async fn given(
    on_archive: &Arc<OnArchive>,
    id: &ArtifactId,
    bytes: Bytes,
) -> std::result::Result<ArchiveStamp, Unread> {
    let (on_archive, id) = (on_archive.clone(), id.clone());
    let keeping = blocking::run(move || {
        let stamp = ArchiveStamp {
            sha256: sha256(&bytes),
            bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            carried_by: None,
        };
        on_archive(&id, &stamp, &bytes)?;
        Ok(stamp)
    });
    keeping.await.map_err(Unread::Everything)
}

/// Whether it has values that no archive of the service holds.
const fn has_values(id: &ArtifactId) -> bool {
    matches!(
        id.kind,
        ArtifactKind::Connection | ArtifactKind::Schedule | ArtifactKind::AccessList
    )
}

/// Whether places have archives of such artifacts alone.
fn has_archive(id: &ArtifactId) -> bool {
    match id.kind {
        ArtifactKind::Integration | ArtifactKind::Library | ArtifactKind::Lookup => {
            id.scope.project().is_none()
        }
        ArtifactKind::Package | ArtifactKind::Project | ArtifactKind::Deployment => true,
        _ => false,
    }
}

/// The state of a schedule, which lists do not tell.
fn state_in(record: Option<&serde_json::Value>) -> Option<State> {
    let state = record.and_then(|record| record.get("state"));
    state
        .and_then(serde_json::Value::as_str)
        .map(State::from_wire)
}

/// The values of the parameters of a schedule.
fn parameters_in(record: Option<&serde_json::Value>) -> BTreeMap<String, String> {
    let told = record.and_then(|record| record.get("parameters")?.as_array());
    told.into_iter()
        .flatten()
        .filter_map(|one| {
            let part = |name: &str| one.get(name)?.as_str().map(str::to_owned);
            Some((part("name")?, part("value")?))
        })
        .collect()
}

/// Snapshots keep it in a record, which is read from the disk.
async fn tracing(side: &Arc<Side>, id: &ArtifactId) -> Option<crate::change::Tracing> {
    if id.kind != ArtifactKind::Integration {
        return None;
    }
    let (side, id) = (side.clone(), id.clone());
    let read = blocking::run(move || Ok(side.tracing(&id))).await;
    read.ok().flatten()
}

/// Adds needs that only the archive tells.
fn complete(catalogue: &mut Catalogue, id: &ArtifactId, mut needs: Vec<waybill_model::Dependency>) {
    needs.retain(|need| !is_pseudo_connection(&need.id.code));
    let place = catalogue.artifacts.binary_search_by(|own| own.id.cmp(id));
    if let Some(own) = place
        .ok()
        .and_then(|place| catalogue.artifacts.get_mut(place))
    {
        crate::needs::add(own, &needs);
    }
}

fn keep(side: &Side, id: &ArtifactId, own: &Fingerprint, all: &mut Vec<(String, String)>) {
    let text = own.to_string();
    all.extend(side.keys(id).into_iter().map(|key| (key, text.clone())));
}

async fn keep_all(journal: &Arc<Journal>, fingerprints: Vec<(String, String)>) -> Result<()> {
    let journal = journal.clone();
    blocking::run(move || journal.keep_fingerprints(&fingerprints)).await
}

/// Reads what stands in the destination where the source's artifacts would go, and what is to be
/// deleted there. `source` is what was gathered for `choice`; `read_only` says why nothing may be
/// changed, if that is so.
///
/// # Errors
/// `Cancelled`; `ArtifactCall` where the sign-in or the network is lost. What cannot be read of a
/// single artifact is not known, and it counts as different.
pub async fn gather_destination(
    side: &Arc<Side>,
    stamp: &InstanceStamp,
    read_only: Option<String>,
    source: &PlanSource,
    choice: &Choice,
    policies: &Policies,
    work: &GatherWork<'_>,
) -> Result<PlanDestination> {
    let mut ids = concerned(side.catalogue(), source, policies);
    ids.extend(with_what_goes_along(side.catalogue(), &choice.remove));
    let reading = read_destination(side, ids, work);
    let ended = work.cancel.run_until_cancelled(reading).await;
    let (catalogue, facts) = ended.unwrap_or(Err(EngineError::Cancelled))?;
    Ok(PlanDestination {
        stamp: stamp.clone(),
        catalogue,
        facts,
        read_only,
    })
}

async fn read_destination(
    side: &Arc<Side>,
    ids: BTreeSet<ArtifactId>,
    work: &GatherWork<'_>,
) -> Result<(Catalogue, BTreeMap<ArtifactId, DestinationFacts>)> {
    let mut catalogue = side.catalogue().clone();
    let ids: Vec<ArtifactId> = ids.into_iter().collect();
    let total = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let known = recalled(side, &ids, work.journal).await?;
    let shelf = Shelf::default();
    let mut facts = BTreeMap::new();
    let mut fingerprints = Vec::new();
    let mut read = futures::stream::iter(ids)
        .map(|id| {
            let fingerprint = known.get(&id).copied();
            destination_facts(side, id, fingerprint, &shelf)
        })
        .buffer_unordered(AT_ONCE);
    while let Some(one) = read.next().await {
        let (id, own, needs) = one?;
        if let (Some(fingerprint), false) = (&own.fingerprint, known.contains_key(&id)) {
            keep(side, &id, fingerprint, &mut fingerprints);
        }
        complete(&mut catalogue, &id, needs);
        facts.insert(id, own);
        (work.progress)(Progressed {
            done: u32::try_from(facts.len()).unwrap_or(u32::MAX),
            total,
        });
    }
    keep_all(work.journal, fingerprints).await?;
    Ok((catalogue, facts))
}

/// What the destination has under the names of the source, and the schedules of versions that may be
/// displaced or have to be inactive for a while.
fn concerned(
    catalogue: &Catalogue,
    source: &PlanSource,
    policies: &Policies,
) -> BTreeSet<ArtifactId> {
    let mut ids = BTreeSet::new();
    for from in source.facts.keys() {
        let to = target(policies, from);
        if to.kind == ArtifactKind::Integration {
            let versions = catalogue.versions(&to);
            ids.extend(versions.map(|version| schedule_of(&version.id)));
        }
        if to.kind == ArtifactKind::Package {
            let members = catalogue.get(&to).into_iter();
            let members = members.flat_map(|own| &own.dependencies);
            ids.extend(members.map(|member| schedule_of(&member.id)));
        }
        if let (ArtifactKind::Deployment, Some(project)) = (to.kind, to.scope.project()) {
            // All that is active there rests while the archive is taken in.
            let inside = catalogue.artifacts.iter().filter(|own| {
                own.id.kind == ArtifactKind::Integration && own.id.scope.project() == Some(project)
            });
            ids.extend(inside.map(|own| schedule_of(&own.id)));
        }
        if to.kind == ArtifactKind::Connection && policies.restart_users {
            // What they call is told by their archives alone, and says in which order they go down.
            let users = catalogue.used_by(&to).into_iter().map(|link| link.id);
            let users = users.filter(|id| id.kind == ArtifactKind::Integration);
            ids.extend(users.flat_map(|id| [schedule_of(&id), id]));
        }
        ids.insert(to);
    }
    ids.retain(|id| catalogue.get(id).is_some());
    ids
}

/// The fingerprints that are known from before, at no call.
async fn recalled(
    side: &Arc<Side>,
    ids: &[ArtifactId],
    journal: &Arc<Journal>,
) -> Result<BTreeMap<ArtifactId, Fingerprint>> {
    let (side, ids, journal) = (side.clone(), ids.to_vec(), journal.clone());
    blocking::run(move || {
        let keys: Vec<(ArtifactId, Vec<String>)> = ids
            .into_iter()
            .map(|id| {
                let keys = side.keys(&id);
                (id, keys)
            })
            .collect();
        let all: Vec<&str> = keys
            .iter()
            .flat_map(|(_, keys)| keys.iter().map(String::as_str))
            .collect();
        let known = journal.fingerprints(&all)?;
        Ok(keys
            .into_iter()
            .filter_map(|(id, keys)| {
                let mut texts = keys.iter().filter_map(|key| known.get(key));
                Some((id, texts.find_map(|text| text.parse().ok())?))
            })
            .collect())
    })
    .await
}

async fn destination_facts(
    side: &Arc<Side>,
    id: ArtifactId,
    known: Option<Fingerprint>,
    shelf: &Shelf,
) -> Result<(ArtifactId, DestinationFacts, Vec<waybill_model::Dependency>)> {
    let mut facts = DestinationFacts {
        fingerprint: known,
        tracing: tracing(side, &id).await,
        ..DestinationFacts::default()
    };
    let mut needs = Vec::new();
    let prebuilt = side.catalogue().get(&id).is_some_and(|own| own.prebuilt);
    let read = async {
        let mut record = None;
        if id.kind == ArtifactKind::Schedule {
            record = side.recorded(&id).await?;
            facts.state = state_in(record.as_ref());
            facts.parameters = parameters_in(record.as_ref());
        }
        if known.is_none() && !prebuilt {
            let cargo = Box::pin(shelf.read(side, &id, None, record)).await?;
            facts.fingerprint = cargo.as_ref().map(|cargo| cargo.fingerprint);
            needs = cargo.map(|cargo| cargo.needs).unwrap_or_default();
        }
        Ok(())
    };
    match read.await {
        Ok(()) => {}
        Err(Unread::This(reason)) => {
            tracing::debug!(%id, reason, "an artifact of the destination could not be read");
        }
        Err(Unread::Everything(error)) => return Err(error),
    }
    Ok((id, facts, needs))
}
