//! A place as the source or the destination of a move: the bytes of archives, records, and what an
//! artifact means and needs.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use waybill_archive::{Connection, Fingerprint, Schedule};
use waybill_model::{ArtifactId, ArtifactKind, Dependency, Generation, Scope};

pub(crate) use super::read::Unread;

use super::key;
use super::read::{self, Book, Depth, Shared, shared};
use super::side::{Place, Side};
use crate::blocking;
use crate::catalogue::names_a_secret;
use crate::change::Tracing;
use crate::error::{EngineError, Result};
use crate::live::{live_archive, live_record};
use crate::waybill::{PlaceKind, PlaceStamp};

/// What was read of an artifact.
#[derive(Debug)]
pub(crate) struct Cargo {
    pub fingerprint: Fingerprint,
    pub needs: Vec<Dependency>,
}

/// Archives that several artifacts share, each opened once.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// Of a project there may be several: its deployments hold parts of it.
    books: Mutex<HashMap<Shared, Vec<Arc<Book>>>>,
    fetched: AtomicU32,
}

impl Side {
    /// Which place it is, for a waybill.
    #[must_use]
    pub fn place_stamp(&self) -> PlaceStamp {
        let stamp = self.stamp();
        let (kind, snapshot) = match &self.place {
            Place::Live(_) => (PlaceKind::Instance, None),
            Place::Snapshot(kept) => (PlaceKind::Snapshot, Some(kept.place.record().id.clone())),
            Place::Files(_) => (PlaceKind::Files, None),
        };
        PlaceStamp {
            kind,
            title: self.title().to_owned(),
            environment: stamp.map(|stamp| stamp.environment),
            generation: stamp.map(|stamp| stamp.generation),
            instance_id: stamp.map(|stamp| stamp.id.clone()),
            snapshot,
            read_at: self.catalogue().read_at.clone(),
        }
    }

    /// The bytes of an artifact's own archive, as the place has them. A live instance writes another
    /// one each time.
    ///
    /// # Errors
    /// `NotInPlace` where it has no archive of its own; the failures of calls and of the vault.
    pub async fn archive(self: &Arc<Self>, id: &ArtifactId) -> Result<Bytes> {
        if let Place::Live(live) = &self.place {
            return Ok(live_archive(&live.client, id).await?.bytes);
        }
        let (side, id) = (self.clone(), id.clone());
        blocking::run(move || side.archive_at_rest(&id).map(Bytes::from)).await
    }

    fn archive_at_rest(&self, id: &ArtifactId) -> Result<Vec<u8>> {
        match &self.place {
            Place::Snapshot(kept) if kept.place.entry(id)?.archive.is_some() => {
                kept.place.bytes(id).map(|(_, bytes)| bytes)
            }
            Place::Files(files) => files.place.bytes(id),
            _ => Err(EngineError::NotInPlace {
                artifact: Box::new(id.clone()),
                place: self.title().to_owned(),
            }),
        }
    }

    /// What the service tells of an artifact, without secrets. `None` where the place has no record of
    /// it: archive files have none but of connections and schedules, as far as archives tell their values.
    /// That of a schedule names the values of its parameters too, as `parameters` (`name`, `value`), which
    /// the service tells with the integration.
    ///
    /// # Errors
    /// The failures of calls and of the vault.
    pub async fn record(self: &Arc<Self>, id: &ArtifactId) -> Result<Option<Value>> {
        let own = self.own_record(id).await?;
        let (Some(mut schedule), ArtifactKind::Schedule) = (own.clone(), id.kind) else {
            return Ok(own);
        };
        let integration = ArtifactId {
            kind: ArtifactKind::Integration,
            ..id.clone()
        };
        if let Some(integration) = self.own_record(&integration).await? {
            let parameters = parameters(&integration);
            if !parameters.is_empty() {
                schedule["parameters"] = Value::Array(parameters);
            }
        }
        Ok(Some(schedule))
    }

    async fn own_record(self: &Arc<Self>, id: &ArtifactId) -> Result<Option<Value>> {
        match &self.place {
            Place::Live(live) => {
                let read = live_record(&live.client, id).await?;
                let listed = live.details.get(id).map(|detail| detail.wire.clone());
                Ok(read.or(listed).filter(|record| !record.is_null()))
            }
            Place::Snapshot(_) => {
                let (side, id) = (self.clone(), id.clone());
                blocking::run(move || match &side.place {
                    Place::Snapshot(kept) => kept.place.artifact_record(&id).map(Some),
                    _ => Ok(None),
                })
                .await
            }
            Place::Files(files) => {
                let contents = &files.place.opened().contents;
                Ok(match id.kind {
                    ArtifactKind::Connection => archived_connection(&contents.connections, id),
                    ArtifactKind::Schedule => archived_schedule(&contents.schedules, id),
                    _ => None,
                })
            }
        }
    }

    /// The record of an artifact, and why there is none.
    pub(crate) async fn recorded(
        self: &Arc<Self>,
        id: &ArtifactId,
    ) -> std::result::Result<Option<Value>, Unread> {
        match self.record(id).await {
            Ok(record) => Ok(record),
            Err(EngineError::ArtifactCall { source, .. }) => Err(read::failed(self, id, *source)),
            Err(other) => Err(other.into()),
        }
    }

    /// The tracing level of an integration, as far as the place tells without a call.
    pub(crate) fn tracing(&self, id: &ArtifactId) -> Option<Tracing> {
        let record = match &self.place {
            Place::Live(live) => live.details.get(id)?.wire.clone(),
            Place::Snapshot(kept) => kept.place.artifact_record(id).ok()?,
            Place::Files(_) => return None,
        };
        let flag = |name: &str| record.get(name).and_then(Value::as_bool);
        let tracing = flag("tracingEnabledFlag")?;
        let payloads = flag("payloadTracingEnabledFlag").unwrap_or_default();
        Some(Tracing::of_flags(tracing, payloads))
    }

    /// The generation of the service that wrote the archive of an integration, where the place is none
    /// of an instance.
    pub(crate) fn written_by(&self, id: &ArtifactId) -> Option<Generation> {
        let Place::Files(files) = &self.place else {
            return None;
        };
        let integrations = &files.place.opened().contents.integrations;
        match id.kind {
            ArtifactKind::Integration => {
                let own = integrations
                    .iter()
                    .find(|own| own.scope == id.scope && own.reference.to_string() == id.wire());
                own.and_then(|own| own.generation)
            }
            ArtifactKind::Package => {
                let catalogue = self.catalogue();
                let members = catalogue
                    .get(id)
                    .into_iter()
                    .flat_map(|own| &own.dependencies);
                members
                    .filter_map(|member| self.written_by(&member.id))
                    .max()
            }
            // Only one generation has projects.
            ArtifactKind::Project | ArtifactKind::Deployment => Some(Generation::Oic3),
            _ => None,
        }
    }

    /// The archive of an artifact, and why there is none.
    pub(crate) async fn freight(
        self: &Arc<Self>,
        id: &ArtifactId,
    ) -> std::result::Result<Option<Bytes>, Unread> {
        match self.archive(id).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(EngineError::NotInPlace { .. }) => Ok(None),
            Err(EngineError::ArtifactCall { source, .. }) => Err(read::failed(self, id, *source)),
            Err(other) => Err(other.into()),
        }
    }

    /// The names under which the fingerprint of an artifact is kept.
    pub(crate) fn keys(&self, id: &ArtifactId) -> Vec<String> {
        key::keys(self, id)
    }
}

impl Shelf {
    /// Puts the archive of a project, or of a deployment, which holds a part of it, there, so that what
    /// lies in it is read from these bytes.
    pub async fn put(&self, project: &str, bytes: &Bytes) -> std::result::Result<(), Unread> {
        let bytes = bytes.clone();
        let book = Arc::new(read::heavy(move || read::opened(&bytes)).await?);
        let shared = Shared::Project(project.to_owned());
        let mut books = self.books.lock().await;
        books.entry(shared).or_default().push(book);
        Ok(())
    }

    async fn books(
        &self,
        side: &Arc<Side>,
        id: &ArtifactId,
    ) -> std::result::Result<Vec<Arc<Book>>, Unread> {
        let Some(shared) = shared(side, id) else {
            return Ok(Vec::new());
        };
        // Held while it is opened: several wait for one download.
        let mut books = self.books.lock().await;
        if let Some(books) = books.get(&shared) {
            return Ok(books.clone());
        }
        let book = Arc::new(read::open(side, shared.clone(), &self.fetched).await?);
        books.insert(shared, vec![book.clone()]);
        Ok(vec![book])
    }

    async fn in_books(
        &self,
        side: &Arc<Side>,
        id: &ArtifactId,
    ) -> std::result::Result<read::Understood, Unread> {
        let books = self.books(side, id).await?;
        let (last, others) = match books.split_last() {
            Some((last, others)) => (Some(last.clone()), others),
            None => (None, &[][..]),
        };
        for book in others {
            let book = Some(book.clone());
            let found = read::understood(side, id, book, &self.fetched, Depth::Needs).await;
            if !matches!(found, Err(Unread::This(_))) {
                return found;
            }
        }
        read::understood(side, id, last, &self.fetched, Depth::Needs).await
    }

    /// What an artifact means and needs; `archive` and `record` are its own, where they are at hand.
    /// None for kinds that are no more than what they hold, and for what tells nothing of itself.
    pub async fn read(
        &self,
        side: &Arc<Side>,
        id: &ArtifactId,
        archive: Option<&Bytes>,
        record: Option<Value>,
    ) -> std::result::Result<Option<Cargo>, Unread> {
        let tells = match id.kind {
            ArtifactKind::Integration
            | ArtifactKind::Connection
            | ArtifactKind::Lookup
            | ArtifactKind::Schedule
            | ArtifactKind::AccessList => true,
            ArtifactKind::Library => id.scope == Scope::Global,
            _ => false,
        };
        if !tells {
            return Ok(None);
        }
        let at_hand = archive.is_some() || record.is_some();
        let understood = if at_hand && matches!(side.place, Place::Live(_)) {
            read::understood_of(side, id, archive.cloned(), record).await?
        } else {
            self.in_books(side, id).await?
        };
        Ok(Some(Cargo {
            fingerprint: understood.meaning.fingerprint(),
            needs: understood.needs,
        }))
    }
}

/// The values of the parameters of a scheduled integration, without secrets.
fn parameters(integration: &Value) -> Vec<Value> {
    let told = integration.get("scheduleParams").and_then(Value::as_object);
    told.into_iter()
        .flatten()
        .filter(|(name, _)| !names_a_secret(name))
        .filter_map(|(name, value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                _ => return None,
            };
            Some(json!({"name": name, "value": text}))
        })
        .collect()
}

/// A connection of an archive as a record: what the service would tell of it, as far as the archive does.
/// None where that is no value at all. Tokens stand for addresses that the archive does not hold.
fn archived_connection(connections: &[Connection], id: &ArtifactId) -> Option<Value> {
    let own = connections
        .iter()
        .find(|own| own.scope == id.scope && own.code == id.code)?;
    let properties: Vec<Value> = own
        .properties
        .iter()
        .filter(|property| !names_a_secret(&property.name))
        .filter_map(|property| {
            let value = property.value.as_deref()?;
            let told = !value.is_empty() && !value.contains("%%");
            told.then(|| json!({"propertyName": property.name, "propertyValue": value}))
        })
        .collect();
    if properties.is_empty() {
        return None;
    }
    let mut record = json!({
        "id": own.code,
        "name": own.name,
        "adapterType": {"name": own.adapter},
        "connectionProperties": properties,
    });
    for (name, value) in [
        ("securityPolicy", &own.security_policy),
        ("agentGroupId", &own.agent_group),
    ] {
        if let Some(value) = value {
            record[name] = json!(value);
        }
    }
    Some(record)
}

/// A schedule of an archive as a record. None where it has no expression: then the archive says it in a
/// form that calls of the service do not take.
fn archived_schedule(schedules: &[Schedule], id: &ArtifactId) -> Option<Value> {
    let own = schedules
        .iter()
        .find(|own| own.scope == id.scope && own.integration.to_string() == id.wire())?;
    let mut record = json!({"name": own.name, "icalExpression": own.expression.as_ref()?});
    if let Some(zone) = &own.time_zone {
        record["scheduleTZ"] = json!(zone);
    }
    Some(record)
}
