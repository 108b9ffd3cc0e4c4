//! What has to be done for each artifact that was asked for.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Gap};
use waybill_vault::Staging;

use super::base::{Base, Carried};
use super::fetch::needs_calls;
use crate::catalogue::{Detail, LiveCatalogue};
use crate::error::{EngineError, Result};
use crate::failure::singular;
use crate::journal::{ItemState, RunItem, StoredFile};
use crate::manifest::{Selection, Unread};
use crate::wire_time::moment;

/// How long after an interruption what has no carry key counts as read now.
const STILL_GOOD: SignedDuration = SignedDuration::from_hours(1);

/// One artifact of the plan.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub artifact: Artifact,
    pub detail: Detail,
    pub action: Action,
}

/// What has to be done for it.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// Taken over from an earlier snapshot.
    Carry(Box<Carried>),
    /// Its list entry is all there is.
    Record,
    /// Fetched by an earlier attempt of the same run.
    Stored(Vec<StoredFile>, Option<String>),
    /// Has to be fetched.
    Fetch,
}

/// The plan of a run.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// The artifacts, sorted by id.
    pub artifacts: Vec<Planned>,
    /// What was asked for by name and is not there.
    pub absent: Vec<Unread>,
    /// The lists that could not be read.
    pub gaps: Vec<Gap>,
}

impl Plan {
    /// `stored` is what an earlier attempt of the run left, checked already.
    pub(super) fn of(
        live: LiveCatalogue,
        selection: &Selection,
        base: &Base,
        stored: &mut BTreeMap<ArtifactId, RunItem>,
    ) -> Self {
        let mut details = live.details;
        let read_at = live.catalogue.read_at;
        let mut plan = Self {
            gaps: live.catalogue.gaps,
            ..Self::default()
        };
        if let Selection::Only(ids) = selection {
            plan.absent = ids
                .iter()
                .filter(|id| !details.contains_key(id))
                .map(absent)
                .collect();
        }
        for artifact in live.catalogue.artifacts {
            if !selection.holds(&artifact.id) {
                continue;
            }
            let Some(mut detail) = details.remove(&artifact.id) else {
                continue;
            };
            let own_archive = has_own_archive(&artifact, selection);
            if own_archive {
                // It holds what its integrations are now, which its entry in the list does not tell.
                detail.carry_key = None;
            }
            let kept = stored
                .remove(&artifact.id)
                .filter(|item| item.list_key == detail.list_key && !item.files.is_empty())
                .filter(|item| detail.carry_key.is_some() || is_recent(item, &read_at));
            let action = match (base.find(&artifact.id, detail.carry_key.as_deref()), kept) {
                (Some(carried), _) => Action::Carry(Box::new(carried)),
                (None, Some(item)) => Action::Stored(item.files, item.carry_key),
                (None, None) if own_archive || needs_calls(&artifact, &detail) => Action::Fetch,
                (None, None) => Action::Record,
            };
            plan.artifacts.push(Planned {
                artifact,
                detail,
                action,
            });
        }
        plan
    }

    /// The items for the journal.
    pub(super) fn items(&self) -> Vec<RunItem> {
        let planned = self.artifacts.iter().map(Planned::item);
        planned.chain(self.absent.iter().map(failed)).collect()
    }

    /// What has to be fetched, the large ones first, so that none of them is waited for at the end.
    pub(super) fn to_fetch(&self) -> Vec<&Planned> {
        let mut planned: Vec<_> = self
            .artifacts
            .iter()
            .filter(|planned| matches!(planned.action, Action::Fetch))
            .collect();
        planned.sort_by_key(|planned| match planned.artifact.id.kind {
            ArtifactKind::Project | ArtifactKind::Deployment => 0,
            ArtifactKind::Package => 1,
            ArtifactKind::Integration => 2,
            _ => 3,
        });
        planned
    }
}

impl Planned {
    /// The artifact as the journal sees it before anything is fetched.
    pub(super) fn item(&self) -> RunItem {
        let mut item = RunItem::waiting(self.artifact.id.clone(), &self.detail.list_key);
        match &self.action {
            Action::Carry(_) => item.state = ItemState::Carried,
            Action::Record => item.state = ItemState::Fetched,
            Action::Stored(files, carry_key) => {
                item.state = ItemState::Fetched;
                item.bytes = files.iter().map(|file| file.size).sum();
                item.files.clone_from(files);
                item.carry_key.clone_from(carry_key);
            }
            Action::Fetch => {}
        }
        item
    }
}

/// Whether it is fetched as an archive of its own: a deployment that was named without its project. In other
/// snapshots the archive of its project holds the same, and its entry in the list says what belongs to it.
fn has_own_archive(artifact: &Artifact, selection: &Selection) -> bool {
    let Some(project) = artifact.id.scope.project() else {
        return false;
    };
    artifact.id.kind == ArtifactKind::Deployment
        && selection.names(&artifact.id)
        && !selection.names(&ArtifactId::global(ArtifactKind::Project, project, None))
}

/// Whether what lists cannot vouch for (schedules, for one) was read shortly before they were.
fn is_recent(item: &RunItem, lists_read_at: &str) -> bool {
    let Some(now) = moment(lists_read_at) else {
        return false;
    };
    item.files.iter().all(|file| {
        moment(&file.read_at).is_some_and(|read| now.duration_since(read).abs() < STILL_GOOD)
    })
}

fn failed(unread: &Unread) -> RunItem {
    let mut item = RunItem::waiting(unread.id.clone(), "");
    item.state = ItemState::Failed;
    item.reason = Some(unread.reason.clone());
    item
}

fn absent(id: &ArtifactId) -> Unread {
    Unread {
        id: id.clone(),
        name: id.code.clone(),
        reason: format!(
            "{} `{}` is not in the instance.",
            singular(id.kind),
            id.wire()
        ),
        guidance: Some("Choose again from what the instance holds now.".to_owned()),
        code: "notFound".to_owned(),
    }
}

/// Keeps the items of which every file lies in the staging as the journal remembers it.
pub(super) fn intact(
    staging: &Staging,
    items: Vec<RunItem>,
) -> Result<BTreeMap<ArtifactId, RunItem>> {
    let mut kept = BTreeMap::new();
    'items: for item in items {
        if item.state != ItemState::Fetched || item.files.is_empty() {
            continue;
        }
        for file in &item.files {
            let bytes = staging
                .get(&file.key)
                .map_err(EngineError::vault("Looking at what is stored already"))?;
            let equal = bytes.is_some_and(|bytes| crate::digest::sha256(&bytes) == file.sha256);
            if !equal {
                continue 'items;
            }
        }
        kept.insert(item.id.clone(), item);
    }
    Ok(kept)
}
