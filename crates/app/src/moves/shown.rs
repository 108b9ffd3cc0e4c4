//! A move as the list and the screens show it.

use waybill_engine::waybill::Waybill as Document;

use super::decided::{cells_view, hosts_view, policies_view, schedules_of};
use super::draft::Draft;
use super::plan_view::lasts;
use crate::Waybill;
use crate::places::blocking;
use crate::view::{
    CommandError, MoveStage, MoveSummary, MoveView, PlaceHead, PlaceRef, RunStatus, RunSummary,
    SignOffView,
};

impl Waybill {
    pub(super) fn move_summary(&self, draft: &Draft, runs: &[RunSummary]) -> MoveSummary {
        let document = draft.planned.as_ref().map(|planned| &planned.document);
        let (from_title, from_environment) = self.source_of(draft);
        let to = draft.to.as_deref().map(|to| self.stored_instance(to).ok());
        let stamp = document.map(|document| &document.destination.instance);
        MoveSummary {
            id: draft.id.clone(),
            name: draft.name.clone(),
            saved_at: draft.saved_at.clone(),
            stage: self.stage(draft, runs),
            from_title,
            from_environment,
            to_title: match &to {
                Some(Some(known)) => Some(known.name.clone()),
                // Removed meanwhile: what the waybill says of it.
                Some(None) => stamp.map(|stamp| stamp.name.clone()),
                None => None,
            },
            to_environment: match &to {
                Some(Some(known)) => Some(known.environment),
                Some(None) => stamp.map(|stamp| stamp.environment),
                None => None,
            },
            chosen: u32::try_from(draft.chosen.len()).unwrap_or(u32::MAX),
            rollback_of: draft.rollback_of.clone(),
            last_run: runs_of(draft, runs).into_iter().next(),
        }
    }

    fn stage(&self, draft: &Draft, runs: &[RunSummary]) -> MoveStage {
        if is_running(draft, runs) {
            return MoveStage::Running;
        }
        if draft.ran == Some(draft.revision) {
            return MoveStage::Done;
        }
        if let Some(planned) = draft.current() {
            let mut open = planned.document.open_findings();
            let blocked = open.any(lasts) || self.read_only(draft).is_some();
            return if blocked {
                MoveStage::Blocked
            } else {
                MoveStage::Ready
            };
        }
        let nothing = draft.chosen.is_empty() && draft.remove.is_empty() && draft.roles.is_none();
        if draft.from.is_none() || draft.to.is_none() || nothing {
            MoveStage::Choosing
        } else {
            MoveStage::Chosen
        }
    }

    fn source_of(&self, draft: &Draft) -> (Option<String>, Option<waybill_model::Environment>) {
        let saved = match &draft.from {
            Some(PlaceRef::Instance { id }) => self.stored_instance(id).ok(),
            _ => None,
        };
        if let Some(saved) = saved {
            return (Some(saved.name), Some(saved.environment));
        }
        if let Some(head) = &draft.from_head {
            return (Some(head.title.clone()), head.environment);
        }
        let document = draft.planned.as_ref().map(|planned| &planned.document);
        let stamp = document.map(|document| &document.source);
        (
            stamp.map(|stamp| stamp.title.clone()),
            stamp.and_then(|stamp| stamp.environment),
        )
    }

    pub(super) async fn draft_view(&self, draft: &Draft) -> Result<MoveView, CommandError> {
        let runs = self.runs().await?;
        let to = draft
            .to
            .as_deref()
            .and_then(|to| self.stored_instance(to).ok());
        let current = draft.current().map(|planned| &planned.document);
        Ok(MoveView {
            summary: self.move_summary(draft, &runs),
            from: draft.from.clone(),
            from_head: self.source_head(draft).await?,
            to: draft.to.clone(),
            to_generation: to.as_ref().map(|instance| instance.generation),
            chosen: draft.chosen.iter().cloned().collect(),
            left_out: draft.left_out.iter().cloned().collect(),
            remove: draft.remove.iter().cloned().collect(),
            policies: policies_view(&draft.policies),
            hosts: hosts_view(&draft.bindings),
            lookup_cells: cells_view(&draft.bindings),
            schedules: schedules_of(&draft.bindings),
            planned: current.is_some(),
            sign_off_required: to.is_some_and(|instance| instance.sign_off_required),
            sign_offs: current.map(sign_offs).unwrap_or_default(),
            runs: runs_of(draft, &runs),
        })
    }

    /// What is known of the source without opening it.
    async fn source_head(&self, draft: &Draft) -> Result<Option<PlaceHead>, CommandError> {
        let Some(PlaceRef::Instance { id }) = &draft.from else {
            return Ok(draft.from_head.clone());
        };
        let Ok(instance) = self.stored_instance(id) else {
            return Ok(None);
        };
        let (journal, id) = (self.shared.journal.clone(), instance.id.clone());
        let kept = blocking(move || journal.kept_catalogue(&id)).await?;
        Ok(kept.map(|kept| PlaceHead {
            place: PlaceRef::Instance {
                id: instance.id.clone(),
            },
            title: instance.name,
            instance_id: Some(instance.id),
            environment: Some(instance.environment),
            read_at: kept.catalogue.read_at,
        }))
    }
}

/// A file that is no move that can be opened.
pub(super) fn unreadable(id: String, error: &CommandError) -> MoveSummary {
    MoveSummary {
        id,
        name: error.message.clone(),
        saved_at: String::new(),
        stage: MoveStage::Choosing,
        from_title: None,
        from_environment: None,
        to_title: None,
        to_environment: None,
        chosen: 0,
        rollback_of: None,
        last_run: None,
    }
}

fn sign_offs(document: &Document) -> Vec<SignOffView> {
    let hash = document.hash();
    let all = document.sign_offs.iter().map(|sign_off| SignOffView {
        by: sign_off.by.clone(),
        at: sign_off.at.clone(),
        counts: sign_off.hash == hash,
    });
    all.collect()
}

/// The runs of a move that the journal still knows, newest first.
fn runs_of(draft: &Draft, runs: &[RunSummary]) -> Vec<RunSummary> {
    let known = draft.runs.iter().rev();
    known
        .filter_map(|id| runs.iter().find(|run| run.id == *id).cloned())
        .collect()
}

/// Whether a run of the move goes on.
pub(super) fn is_running(draft: &Draft, runs: &[RunSummary]) -> bool {
    runs_of(draft, runs)
        .iter()
        .any(|run| matches!(run.status, RunStatus::Running | RunStatus::Cancelling))
}
