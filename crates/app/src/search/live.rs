//! Looking through a live instance: what its newest snapshot holds unchanged is read from there, the
//! rest is fetched, at the pace of the client.

use std::sync::Arc;

use futures::stream::{StreamExt as _, TryStreamExt as _};
use waybill_client::Client;
use waybill_engine::{Detail, EngineError, live_archive, live_record, read_catalogue};
use waybill_model::{Artifact, ArtifactKind, Scope};

use super::Search;
use super::hits::{Found, Hits};
use super::look::{Content, look};
use super::owner::Owners;
use super::snapshots::Opened;
use crate::Waybill;
use crate::places::blocking;
use crate::view::{CommandError, ErrorCode, PlaceHead, PlaceRef};

const DOING: &str = "Looking through the instance";
/// So many artifacts are worked on at once; the client decides how many calls are made.
const AT_ONCE: usize = 16;

impl Waybill {
    /// Searches a live instance.
    pub(super) async fn search_instance(
        &self,
        id: &str,
        search: &Search,
        hits: &mut Hits,
    ) -> Result<(), CommandError> {
        let instance = self.stored_instance(id)?;
        search.begin(&format!("Reading the lists of {}", instance.name), None);
        let client = self
            .client_of(&instance)
            .await?
            .with_cancellation(search.cancel.clone());
        let now = self.shared.clock.now();
        let live = read_catalogue(&client, now, &|_| {}).await?;
        let number = hits.add_place(PlaceHead {
            place: PlaceRef::Instance {
                id: instance.id.clone(),
            },
            title: instance.name.clone(),
            instance_id: Some(instance.id.clone()),
            environment: Some(instance.environment),
            read_at: live.catalogue.read_at.clone(),
        });
        for gap in live.catalogue.gaps.iter().filter(|gap| !gap.not_offered) {
            hits.note(gap.reason.clone());
        }
        let kept = match self.newest_snapshot(&instance.id).await {
            Ok(kept) => kept.map(|place| Arc::new(Opened::new(place))),
            Err(error) => {
                tracing::info!(error = %error.message, "a live instance is searched without a snapshot");
                None
            }
        };
        let known = live.catalogue.artifacts.iter();
        let owners = Arc::new(Owners::new(
            known.map(|artifact| (&artifact.id, artifact.name.as_str())),
        ));
        let total = live.catalogue.artifacts.len();
        search.begin(DOING, Some(total));
        let details = &live.details;
        let work: Vec<_> = (live.catalogue.artifacts.iter())
            .map(|artifact| {
                let (client, kept, owners) = (&client, kept.clone(), owners.clone());
                async move {
                    search.go_on()?;
                    let detail = details.get(&artifact.id);
                    let content = content(client, artifact, detail, kept).await;
                    let found = match content {
                        Ok(content) => look_aside(artifact, content, owners, search).await?,
                        Err(error) if stops(&error) => return Err(error),
                        Err(error) => Err(error.message),
                    };
                    search.step(DOING, total);
                    Ok(found)
                }
            })
            .collect();
        let looked: Vec<Result<Vec<Found>, String>> = futures::stream::iter(work)
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        hits.looked_through(total);
        for outcome in looked {
            match outcome {
                Ok(found) => hits.add(number, &[], found),
                Err(note) => hits.note(note),
            }
        }
        Ok(())
    }
}

/// The failure concerns everything that would come after it.
fn stops(error: &CommandError) -> bool {
    matches!(
        error.code,
        ErrorCode::Cancelled
            | ErrorCode::Unreachable
            | ErrorCode::SignInRefused
            | ErrorCode::SignInNeeded
            | ErrorCode::TokenExpired
    )
}

async fn look_aside(
    artifact: &Artifact,
    content: Content,
    owners: Arc<Owners>,
    search: &Search,
) -> Result<Result<Vec<Found>, String>, CommandError> {
    let (id, name, run) = (artifact.id.clone(), artifact.name.clone(), search.clone());
    blocking(move || {
        let found = look(&id, &content, &owners, &run).map_err(|error| {
            format!("The archive of `{name}` ({id}) could not be looked through: {error}")
        });
        Ok::<_, EngineError>(found)
    })
    .await
}

/// What there is of an artifact: from the snapshot, if nothing changed since, else from the
/// instance.
async fn content(
    client: &Client,
    artifact: &Artifact,
    detail: Option<&Detail>,
    kept: Option<Arc<Opened>>,
) -> Result<Content, CommandError> {
    let id = &artifact.id;
    let key = detail.and_then(|detail| detail.carry_key.clone());
    if let (Some(kept), Some(key)) = (kept, key) {
        let id = id.clone();
        let unchanged = blocking(move || {
            let entry = kept.place.manifest().entry(&id);
            let entry = entry.filter(|entry| entry.carry_key.as_ref() == Some(&key));
            // What is damaged there is fetched.
            Ok::<_, EngineError>(entry.and_then(|entry| kept.content(entry).ok()))
        })
        .await?;
        if let Some(content) = unchanged {
            return Ok(content);
        }
    }
    let listed = detail.map(|detail| detail.wire.clone());
    if artifact.prebuilt && id.kind != ArtifactKind::Connection {
        return Ok(Content {
            archive: None,
            record: listed,
        });
    }
    let global = id.scope == Scope::Global;
    match id.kind {
        ArtifactKind::Connection | ArtifactKind::Schedule => Ok(Content {
            archive: None,
            record: live_record(client, id).await?.or(listed),
        }),
        // A project brings its integrations; the integrations of a package are exported alone.
        ArtifactKind::Integration | ArtifactKind::Library if !global => Ok(Content {
            archive: None,
            record: listed,
        }),
        ArtifactKind::Lookup if !global => match live_archive(client, id).await {
            Ok(file) => Ok(Content {
                archive: Some(file.bytes.to_vec()),
                record: listed,
            }),
            // Not every instance exports them out of projects; the object has the rows.
            Err(_) => Ok(Content {
                archive: None,
                record: live_record(client, id).await?.or(listed),
            }),
        },
        ArtifactKind::Integration
        | ArtifactKind::Lookup
        | ArtifactKind::Library
        | ArtifactKind::Project => Ok(Content {
            archive: Some(live_archive(client, id).await?.bytes.to_vec()),
            record: listed,
        }),
        _ => Ok(Content {
            archive: None,
            record: listed,
        }),
    }
}
