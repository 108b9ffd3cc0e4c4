//! How the promotions of releases stand, and which build of a project is in an instance.

use std::collections::BTreeMap;

use waybill_engine::haul::HaulRequest;
use waybill_engine::{Promotion, Release, Run, RunId, RunKind, RunStatus};

use super::begin::LISTED;
use super::stored::{Detail, PromotionDetail, deployment, detail, name, promoted};
use crate::Waybill;
use crate::places::blocking;
use crate::runs::summary;
use crate::view::{
    BuildThere, CommandError, ErrorCode, MoveView, PromotionState, PromotionView, RunSummary,
};

impl Waybill {
    /// Which build of each project is in which instance, by what Waybill promoted: of all projects, or of one.
    ///
    /// # Errors
    /// `FileFailed`.
    pub async fn builds_there(
        &self,
        project: Option<&str>,
    ) -> Result<Vec<BuildThere>, CommandError> {
        let journal = self.shared.journal.clone();
        let rows = blocking(move || journal.releases(LISTED)).await?;
        let mut told: BTreeMap<(String, String), Vec<(Release, PromotionView)>> = BTreeMap::new();
        for row in rows {
            if project.is_some_and(|wanted| wanted != row.project) {
                continue;
            }
            for view in self.promotions_of(&row, &detail(&row)?).await? {
                let key = (row.project.clone(), view.instance_id.clone());
                told.entry(key).or_default().push((row.clone(), view));
            }
        }
        let mut there = Vec::new();
        for ((project, _), mut all) in told {
            all.sort_by(|one, other| other.1.began_at.cmp(&one.1.began_at));
            let done = all
                .iter()
                .position(|(_, view)| view.state == PromotionState::Done);
            let Some(done) = done else {
                continue;
            };
            let later = &all[..done];
            let doubt = later
                .iter()
                .find(|(_, view)| {
                    matches!(view.state, PromotionState::Failed | PromotionState::Running)
                })
                .map(|(row, view)| {
                    format!(
                        "{} was begun later and is not whole there: {}",
                        name(row.id),
                        view.words
                    )
                });
            let (row, view) = &all[done];
            there.push(BuildThere {
                project,
                instance_id: view.instance_id.clone(),
                instance_name: view.instance_name.clone(),
                environment: view.environment,
                release: name(row.id),
                build: row.build,
                name: detail(row)?.name,
                since: view
                    .run
                    .as_ref()
                    .and_then(|run| run.ended_at.clone())
                    .unwrap_or_else(|| view.began_at.clone()),
                run: view
                    .run
                    .as_ref()
                    .map(|run| run.id.clone())
                    .unwrap_or_default(),
                doubt,
            });
        }
        Ok(there)
    }

    /// The promotions of a release, in order.
    pub(super) async fn promotions_of(
        &self,
        row: &Release,
        told: &Detail,
    ) -> Result<Vec<PromotionView>, CommandError> {
        let (journal, id) = (self.shared.journal.clone(), row.id);
        let promotions = blocking(move || journal.promotions(id)).await?;
        let mut views = Vec::with_capacity(promotions.len());
        for promotion in promotions {
            views.push(self.promotion_view(row, told, &promotion).await?);
        }
        Ok(views)
    }

    async fn promotion_view(
        &self,
        row: &Release,
        told: &Detail,
        promotion: &Promotion,
    ) -> Result<PromotionView, CommandError> {
        let own = promoted(promotion);
        let moved = self.known_move(&promotion.moved_by).await?;
        let run = self.run_of_move(promotion.run.as_ref(), moved.as_ref());
        let back = match &own.back {
            Some(back) => self.known_move(back).await?,
            None => None,
        };
        let back_run = self.run_of_move(None, back.as_ref());
        let carries = run.as_ref().is_none_or(|run| carries_this(run, row, told));
        let state = state(run.as_ref(), back_run.as_ref(), carries);
        let instance = self.stored_instance(&promotion.instance_id).ok();
        let shown: Option<RunSummary> = run.as_ref().map(summary);
        Ok(PromotionView {
            number: promotion.number,
            instance_id: promotion.instance_id.clone(),
            instance_name: instance.as_ref().map_or_else(
                || promotion.instance_id.clone(),
                |instance| instance.name.clone(),
            ),
            environment: instance.map(|instance| instance.environment),
            state,
            words: words(state, shown.as_ref()),
            moved_by: promotion.moved_by.clone(),
            stage: moved.map(|moved| moved.summary.stage),
            run: shown,
            back: own.back.clone(),
            back_run: back_run.as_ref().map(summary),
            approved_by: own.approved_by.clone(),
            approved_at: own.approved_at.clone(),
            asked_by: asked_by(&own, told),
            began_at: format!("{:.0}", promotion.began_at),
        })
    }

    /// A move, unless it was deleted, or its file cannot be read: its run is known all the same.
    async fn known_move(&self, id: &str) -> Result<Option<MoveView>, CommandError> {
        match self.move_view(id).await {
            Ok(view) => Ok(Some(view)),
            Err(error)
                if matches!(
                    error.code,
                    ErrorCode::UnknownSubject | ErrorCode::FileFailed
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The newest run of a move, else the one that was written down.
    fn run_of_move(&self, known: Option<&RunId>, moved: Option<&MoveView>) -> Option<Run> {
        let newest = moved.and_then(|moved| moved.runs.first());
        let id = newest
            .map(|run| RunId::named(&run.id))
            .or_else(|| known.cloned())?;
        self.shared.journal.run(&id).ok()
    }
}

/// Whether a run carries the archive of the release, byte for byte.
fn carries_this(run: &Run, row: &Release, told: &Detail) -> bool {
    if run.kind != RunKind::Move {
        return false;
    }
    let Some(request) = HaulRequest::of_run(run) else {
        return false;
    };
    let item = request.waybill.item(&deployment(row, told));
    let sent = item.and_then(|item| item.archive.as_ref());
    sent.map(|archive| archive.sha256.as_str()) == told.sha256.as_deref()
}

fn state(run: Option<&Run>, back: Option<&Run>, carries: bool) -> PromotionState {
    let Some(run) = run else {
        return PromotionState::Prepared;
    };
    if !carries {
        return PromotionState::NotThis;
    }
    if run.status.is_under_way() {
        return PromotionState::Running;
    }
    match back {
        Some(back) if back.status == RunStatus::Done => PromotionState::TakenBack,
        None if run.status == RunStatus::Done => PromotionState::Done,
        // What was begun to be taken back is whole neither here nor there.
        _ => PromotionState::Failed,
    }
}

fn words(state: PromotionState, run: Option<&RunSummary>) -> String {
    match state {
        PromotionState::Prepared => "Its waybill is prepared and not run yet.".to_owned(),
        PromotionState::NotThis => {
            "Its waybill carries another archive than this release.".to_owned()
        }
        PromotionState::TakenBack => "Taken back: the instance is as it was before.".to_owned(),
        PromotionState::Running => "Its run goes on.".to_owned(),
        PromotionState::Done | PromotionState::Failed => run
            .and_then(|run| run.headline.clone())
            .unwrap_or_else(|| "Its run did not come to its end.".to_owned()),
    }
}

fn asked_by(own: &PromotionDetail, told: &Detail) -> String {
    if own.asked_by.is_empty() {
        told.asked_by.clone()
    } else {
        own.asked_by.clone()
    }
}

#[cfg(test)]
mod tests {
    use waybill_engine::{Journal, NewRun, RunEnd};

    use super::*;

    fn ended(status: RunStatus) -> Run {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let id = RunId::fresh();
        journal
            .begin(&NewRun {
                id: id.clone(),
                kind: RunKind::Move,
                instance_id: Some("test".into()),
                instance_name: None,
                environment: None,
                asked_by: "t".into(),
                request: serde_json::Value::Null,
                snapshot: None,
            })
            .unwrap();
        journal
            .end(
                &id,
                &RunEnd {
                    status,
                    snapshot: None,
                    headline: String::new(),
                    guidance: None,
                    resumable: false,
                },
            )
            .unwrap()
    }

    #[test]
    fn a_promotion_is_there_when_all_was_done_and_nothing_taken_back() {
        let (done, partial) = (ended(RunStatus::Done), ended(RunStatus::Partial));
        assert_eq!(state(None, None, true), PromotionState::Prepared);
        assert_eq!(state(Some(&done), None, true), PromotionState::Done);
        assert_eq!(state(Some(&partial), None, true), PromotionState::Failed);
        assert_eq!(
            state(Some(&partial), Some(&done), true),
            PromotionState::TakenBack
        );
        assert_eq!(
            state(Some(&done), Some(&partial), true),
            PromotionState::Failed
        );
        assert_eq!(state(Some(&done), None, false), PromotionState::NotThis);
    }
}
