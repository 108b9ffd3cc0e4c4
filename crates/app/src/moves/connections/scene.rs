//! Both places of a move, and the connections that it has to do with.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use url::Url;
use waybill_client::ErrorKind;
use waybill_engine::EngineError;
use waybill_engine::plan::{Closure, target};
use waybill_model::{ArtifactId, ArtifactKind};

use super::one;
use crate::Waybill;
use crate::compare::OpenSide;
use crate::moves::draft::Draft;
use crate::moves::handover::no_destination;
use crate::moves::planning::RUNS;
use crate::moves::tested::tested;
use crate::moves::what::{failed, no_source};
use crate::places::blocking;
use crate::settings::StoredInstance;
use crate::view::{CommandError, MoveConnection, PlaceRef};

/// The places of a move, opened.
pub(in crate::moves) struct Scene<'a> {
    pub(super) app: &'a Waybill,
    pub(super) draft: &'a Draft,
    pub(super) to: StoredInstance,
    pub(super) from: OpenSide,
    pub(super) there: OpenSide,
    /// The connections, by name in the destination.
    pub(super) uses: BTreeMap<ArtifactId, Use>,
    /// The host of the source, where that is an instance.
    pub(super) own_host: Option<String>,
    /// How the last test of each connection ended that was made from here with the values it has now.
    pub(super) tested: BTreeMap<ArtifactId, bool>,
}

/// What a connection is used for.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// Its name in the source.
    pub from: ArtifactId,
    /// The integrations of the move that use it, by name in the destination.
    pub by: BTreeSet<ArtifactId>,
}

impl<'a> Scene<'a> {
    /// Opens both places with what was last read of their lists.
    pub async fn open(app: &'a Waybill, draft: &'a Draft) -> Result<Self, CommandError> {
        let from = draft.from.as_ref().ok_or_else(no_source)?;
        let to = draft.to.as_deref().ok_or_else(no_destination)?;
        let to = app.stored_instance(to)?;
        let place = PlaceRef::Instance { id: to.id.clone() };
        let (from, there) = futures::try_join!(app.side(from), app.side(&place))?;
        let uses = uses(draft, &from, &there);
        let source = from.head.instance_id.as_deref();
        let source = source.and_then(|id| app.stored_instance(id).ok());
        let own_host = source.and_then(|source| {
            let url = Url::parse(&source.address).ok()?;
            url.domain().map(str::to_owned)
        });
        let (journal, instance) = (app.shared.journal.clone(), to.id.clone());
        let tested = blocking(move || Ok(tested(&journal.runs(RUNS)?, &instance))).await?;
        Ok(Self {
            app,
            draft,
            to,
            from,
            there,
            uses,
            own_host,
            tested,
        })
    }

    /// One connection, by its name in the destination.
    pub async fn connection(&self, id: &ArtifactId) -> Result<MoveConnection, CommandError> {
        let none = Use {
            from: id.clone(),
            by: BTreeSet::new(),
        };
        let used = self.uses.get(id).unwrap_or(&none);
        let (ours, theirs) =
            futures::try_join!(record(&self.from, &used.from), record(&self.there, id))?;
        Ok(one::connection(
            self,
            id,
            used,
            ours.as_ref(),
            theirs.as_ref(),
        ))
    }
}

/// What a place tells of a connection; none where it does not hold it, or tells nothing of it now.
async fn record(side: &OpenSide, id: &ArtifactId) -> Result<Option<Value>, CommandError> {
    if side.side.catalogue().get(id).is_none() {
        return Ok(None);
    }
    match side.side.record(id).await {
        Ok(record) => Ok(record),
        Err(EngineError::ArtifactCall { source, .. })
            if matches!(
                source.kind(),
                ErrorKind::Locked
                    | ErrorKind::NotFound
                    | ErrorKind::Forbidden
                    | ErrorKind::Unsupported
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(failed(error)),
    }
}

/// The connections that the choice needs, as far as lists tell, and those of the plan.
fn uses(draft: &Draft, from: &OpenSide, there: &OpenSide) -> BTreeMap<ArtifactId, Use> {
    let source = from.side.catalogue();
    let destination = there.side.catalogue();
    let held = |id: &ArtifactId| destination.get(&target(&draft.policies, id)).is_some();
    let closure = Closure::of(source, &draft.choice(), &held);
    let mut uses: BTreeMap<ArtifactId, Use> = BTreeMap::new();
    let mut add = |from: &ArtifactId, to: ArtifactId, by: Option<ArtifactId>| {
        let entry = uses.entry(to).or_insert_with(|| Use {
            from: from.clone(),
            by: BTreeSet::new(),
        });
        let integration = by.filter(|by| by.kind == ArtifactKind::Integration);
        entry.by.extend(integration);
    };
    for (id, entry) in &closure.entries {
        if id.kind != ArtifactKind::Connection {
            continue;
        }
        let to = target(&draft.policies, id);
        add(id, to.clone(), None);
        for need in &entry.needed_by {
            add(id, to.clone(), Some(target(&draft.policies, &need.id)));
        }
    }
    let planned = draft.planned.as_ref().map(|planned| &planned.document);
    let items = planned.into_iter().flat_map(|document| &document.items);
    // Of a plan that is out of date: what the choice does not need any more is left out.
    let current = draft.current().is_some();
    for item in items.filter(|item| item.id.kind == ArtifactKind::Connection) {
        if current || closure.entries.contains_key(item.source_id()) {
            add(item.source_id(), item.id.clone(), None);
            for need in &item.needed_by {
                let by = target(&draft.policies, &need.id);
                add(item.source_id(), item.id.clone(), Some(by));
            }
        }
    }
    uses
}
