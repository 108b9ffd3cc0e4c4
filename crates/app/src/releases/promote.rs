//! Promoting a release to an instance, by a move from the snapshot that holds it: prepared and planned here, then
//! read, signed off, run and reported like any other move. What is sent is the archive of the snapshot, byte for
//! byte. And the way back from it.

use serde_json::json;
use tokio_util::sync::CancellationToken;
use waybill_engine::{Promotion, Release, ReleaseStage as Stage, RunId};
use waybill_model::{ArtifactId, ArtifactKind};

use super::course::{OnProgress, doing};
use super::stored::{Detail, PromotionDetail, deployment, detail, kept, name, promoted};
use crate::Waybill;
use crate::places::blocking;
use crate::settings::StoredInstance;
use crate::view::{
    CommandError, ErrorCode, ExistingPolicy, MoveEdit, MovePlan, MovePolicies, MoveView, PlaceRef,
    PromoteForm, PromotionState, PromotionView, ReleaseView, RouteStop, RunSummary, WorkProgress,
};

/// The longest name of a person.
const NAME: usize = 120;

impl Waybill {
    /// Prepares the promotion of a release: a move of its own from the snapshot that holds it, planned and
    /// checked. One that was prepared and not run is planned anew. Nothing is written into the instance.
    ///
    /// # Errors
    /// `UnknownSubject`; `ChangeBlocked` where the release is not ready, an instance of the route before this
    /// one does not have it, or the project is there already and it is to stop then; `BadInput` with
    /// `context.field` (`to`, `approvedBy`); `AlreadyRunning`; as [`Waybill::move_plan`].
    pub async fn release_promote(
        &self,
        id: &str,
        form: PromoteForm,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<(ReleaseView, MovePlan), CommandError> {
        let row = self.release_row(id).await?;
        let told = detail(&row)?;
        refuse_unready(&row)?;
        let earlier = self.promotions_of(&row, &told).await?;
        let to = self.destination(&row, &told, &earlier, form.to.as_deref())?;
        let approved_by = approved(&told, &to, form.approved_by.as_deref())?;
        let open = earlier
            .iter()
            .rev()
            .find(|one| one.instance_id == to.id)
            .filter(|one| {
                matches!(
                    one.state,
                    PromotionState::Prepared | PromotionState::Running
                )
            });
        if let Some(running) = open.filter(|one| one.state == PromotionState::Running) {
            return Err(CommandError::new(
                ErrorCode::AlreadyRunning,
                format!("{} is on its way to {}.", name(row.id), to.name),
            )
            .guide("Wait until its run has ended.")
            .with("move", &running.moved_by));
        }
        self.refuse_there(&row, &told, &to, progress).await?;
        let moved_by = match open.filter(|one| one.stage.is_some()) {
            Some(prepared) => {
                // Secrets may have been kept for that instance since it was prepared.
                let (moved_by, number) = (prepared.moved_by.clone(), prepared.number);
                self.bindings_remembered(&moved_by).await?;
                self.agree(&row, number, approved_by).await?;
                moved_by
            }
            None => self.begin_promotion(&row, &told, &to, approved_by).await?,
        };
        let plan = self.move_plan(&moved_by, true, progress, cancel).await?;
        check_archive(&plan, &row, &told)?;
        let view = self.release_shown(&row).await?;
        Ok((view, plan))
    }

    /// Runs a promotion that was prepared. The move can as well be run by itself.
    ///
    /// # Errors
    /// `UnknownSubject`; as [`Waybill::move_run`].
    pub async fn release_promotion_run(
        &self,
        id: &str,
        number: u32,
        typed_name: Option<&str>,
    ) -> Result<RunSummary, CommandError> {
        let row = self.release_row(id).await?;
        let told = detail(&row)?;
        refuse_unready(&row)?;
        let mut promotion = self.promotion_row(&row, number).await?;
        let plan = self.move_planned(&promotion.moved_by).await?;
        if let Some(plan) = &plan {
            check_archive(plan, &row, &told)?;
        }
        let run = self.move_run(&promotion.moved_by, typed_name).await?;
        promotion.run = Some(RunId::named(&run.id));
        self.keep_promotion(promotion).await?;
        Ok(run)
    }

    /// Prepares the way back from a promotion, as a move of its own: the instance as it was before. It is
    /// planned, read and run like any other.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` where it was not run, or changed nothing; as [`Waybill::rollback_plan`].
    pub async fn release_take_back(&self, id: &str, number: u32) -> Result<MoveView, CommandError> {
        let row = self.release_row(id).await?;
        let told = detail(&row)?;
        let mut promotion = self.promotion_row(&row, number).await?;
        let views = self.promotions_of(&row, &told).await?;
        let run = views
            .into_iter()
            .find(|one| one.number == number)
            .and_then(|one| one.run)
            .ok_or_else(|| {
                CommandError::new(
                    ErrorCode::BadInput,
                    format!("{} was not run into that instance yet.", name(row.id)),
                )
                .guide("There is nothing to take back.")
            })?;
        let back = self.rollback_plan(&run.id, None).await?;
        let mut own = promoted(&promotion);
        own.back = Some(back.summary.id.clone());
        promotion.detail = kept(&own);
        self.keep_promotion(promotion).await?;
        let details = json!({ "run": run.id, "move": back.summary.id });
        self.audit_with("release taken back", &name(row.id), &details)?;
        Ok(back)
    }

    /// The route of a release: what of it is done, and what the rest waits for.
    pub(super) fn route_of(
        &self,
        row: &Release,
        told: &Detail,
        all: &[PromotionView],
    ) -> Vec<RouteStop> {
        let mut waits_for = match refuse_unready(row) {
            Ok(()) => None,
            Err(error) => Some(error.message),
        };
        told.route
            .iter()
            .map(|id| {
                let known = self.stored_instance(id).ok();
                let title = known
                    .as_ref()
                    .map_or_else(|| id.clone(), |instance| instance.name.clone());
                let there = is_there(all, id);
                let stop = RouteStop {
                    instance_id: id.clone(),
                    instance_name: title.clone(),
                    environment: known.map(|instance| instance.environment),
                    there,
                    waits_for: waits_for.clone(),
                };
                if !there && waits_for.is_none() {
                    waits_for = Some(format!("It is not in {title} yet."));
                }
                stop
            })
            .collect()
    }

    /// Where it goes: the instance that is named, else the next one of the route.
    fn destination(
        &self,
        row: &Release,
        told: &Detail,
        all: &[PromotionView],
        named: Option<&str>,
    ) -> Result<StoredInstance, CommandError> {
        let route = self.route_of(row, told, all);
        let to = if let Some(named) = named {
            self.stored_instance(named)?
        } else {
            let next = route.iter().find(|stop| !stop.there).ok_or_else(|| {
                CommandError::field("to", "No instance is named that it is to go to.")
                    .guide("Name one; each instance of its route has it already.")
            })?;
            self.stored_instance(&next.instance_id)?
        };
        if to.id == row.instance_id {
            return Err(
                CommandError::field("to", format!("It comes from `{}`.", to.name))
                    .guide("Choose another instance."),
            );
        }
        if route.is_empty() {
            return Ok(to);
        }
        let stop = route
            .iter()
            .find(|stop| stop.instance_id == to.id)
            .ok_or_else(|| {
                CommandError::field("to", format!("`{}` is not on its route.", to.name))
                    .guide("Promote it along its route, or begin a release with another route.")
            })?;
        if let Some(words) = &stop.waits_for {
            return Err(CommandError::new(ErrorCode::ChangeBlocked, words.clone())
                .guide("Promote it there first. A promotion that failed is put right, or taken back and made again.")
                .with("release", name(row.id)));
        }
        Ok(to)
    }

    /// Stops where the project is there already, if it was asked to.
    async fn refuse_there(
        &self,
        row: &Release,
        told: &Detail,
        to: &StoredInstance,
        progress: OnProgress<'_>,
    ) -> Result<(), CommandError> {
        if !told.stop_if_there {
            return Ok(());
        }
        progress(doing(format!("Reading the lists of {}", to.name)));
        let client = self.client_of(to).await?;
        let live = self.read_lists(to, &client, &|_| {}).await?;
        let project = ArtifactId::global(ArtifactKind::Project, &row.project, None);
        if live.catalogue.get(&project).is_none() {
            return Ok(());
        }
        Err(CommandError::new(
            ErrorCode::ChangeBlocked,
            format!("Project `{}` is in {} already.", row.project, to.name),
        )
        .guide("This release was to stop then. Begin one that replaces what is there.")
        .with("release", name(row.id)))
    }

    /// Makes the move, and writes the promotion down. A move without one is of no harm.
    async fn begin_promotion(
        &self,
        row: &Release,
        told: &Detail,
        to: &StoredInstance,
        approved_by: Option<String>,
    ) -> Result<String, CommandError> {
        let snapshot = row
            .snapshot
            .clone()
            .ok_or_else(|| CommandError::internal(format!("{} has no snapshot", name(row.id))))?;
        let moved = self
            .move_new(MoveEdit {
                name: Some(format!("{} {} {}", name(row.id), row.project, told.name)),
                from: Some(PlaceRef::Snapshot { id: snapshot }),
                to: Some(to.id.clone()),
                chosen: Some(vec![deployment(row, told)]),
                policies: Some(MovePolicies {
                    // What is promoted is this build, whether it differs or not.
                    existing: ExistingPolicy::Replace,
                    ..MovePolicies::default()
                }),
                ..MoveEdit::default()
            })
            .await?;
        let moved_by = moved.summary.id;
        let approved_at = approved_by
            .as_ref()
            .map(|_| format!("{:.0}", self.shared.clock.now()));
        let own = kept(&PromotionDetail {
            asked_by: self.shared.asked_by.clone(),
            approved_by: approved_by.clone(),
            approved_at,
            ..PromotionDetail::default()
        });
        let (journal, now) = (self.shared.journal.clone(), self.shared.clock.now());
        let (of, instance, carried) = (row.id, to.id.clone(), moved_by.clone());
        blocking(move || journal.begin_promotion(of, &instance, &carried, &own, now)).await?;
        let details = json!({
            "instance": to.name,
            "instanceId": to.id,
            "move": moved_by,
            "project": row.project,
            "build": row.build,
            "sha256": told.sha256,
            "approvedBy": approved_by,
        });
        self.audit_with("release promoted", &name(row.id), &details)?;
        Ok(moved_by)
    }

    /// Writes down who agrees with a promotion that was prepared before.
    async fn agree(
        &self,
        row: &Release,
        number: u32,
        approved_by: Option<String>,
    ) -> Result<(), CommandError> {
        let mut promotion = self.promotion_row(row, number).await?;
        let mut own = promoted(&promotion);
        if approved_by.is_none() || own.approved_by == approved_by {
            return Ok(());
        }
        let details = json!({
            "promotion": number,
            "move": promotion.moved_by,
            "approvedBy": approved_by,
        });
        own.approved_by = approved_by;
        own.approved_at = Some(format!("{:.0}", self.shared.clock.now()));
        promotion.detail = kept(&own);
        self.keep_promotion(promotion).await?;
        self.audit_with("release approved", &name(row.id), &details)
    }

    async fn promotion_row(&self, row: &Release, number: u32) -> Result<Promotion, CommandError> {
        let (journal, id) = (self.shared.journal.clone(), row.id);
        let all = blocking(move || journal.promotions(id)).await?;
        all.into_iter()
            .find(|one| one.number == number)
            .ok_or_else(|| CommandError::unknown("promotion", &number.to_string()))
    }

    async fn keep_promotion(&self, promotion: Promotion) -> Result<(), CommandError> {
        let journal = self.shared.journal.clone();
        blocking(move || journal.set_promotion(&promotion)).await
    }
}

/// The name of whoever agrees, where somebody has to.
fn approved(
    told: &Detail,
    to: &StoredInstance,
    given: Option<&str>,
) -> Result<Option<String>, CommandError> {
    let given = given
        .unwrap_or_default()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let wanted = told.route.iter().position(|id| *id == to.id).unwrap_or(0) > 0;
    if given.chars().count() > NAME || (given.is_empty() && wanted) {
        return Err(CommandError::field(
            "approvedBy",
            format!("Nobody has agreed yet that it goes to {}.", to.name),
        )
        .guide(
            "Enter the name of the person who agrees, after looking at the instance before it.",
        ));
    }
    Ok((!given.is_empty()).then_some(given))
}

fn refuse_unready(row: &Release) -> Result<(), CommandError> {
    let words = match row.stage {
        Stage::Ready => return Ok(()),
        Stage::GivenUp => "was given up",
        _ => "is not ready yet",
    };
    Err(CommandError::new(
        ErrorCode::ChangeBlocked,
        format!("{} {words}.", name(row.id)),
    )
    .guide(if row.stage == Stage::GivenUp {
        "Begin another release."
    } else {
        "Go on with it until it can be promoted."
    })
    .with("release", name(row.id)))
}

/// Whether the newest promotion to an instance that ended otherwise than by being taken back is whole there.
fn is_there(all: &[PromotionView], instance: &str) -> bool {
    let newest = all
        .iter()
        .rev()
        .find(|one| one.instance_id == instance && one.state != PromotionState::Prepared);
    newest.is_some_and(|one| one.state == PromotionState::Done)
}

/// The plan sends the archive of the release and no other.
fn check_archive(plan: &MovePlan, row: &Release, told: &Detail) -> Result<(), CommandError> {
    let id = deployment(row, told);
    let item = plan.items.iter().find(|item| item.id == id);
    let same = item.is_some_and(|item| item.sha256.is_some() && item.sha256 == told.sha256);
    if same {
        return Ok(());
    }
    let why = item.and_then(|item| item.why.clone());
    let error = CommandError::new(
        ErrorCode::ChangeBlocked,
        format!(
            "{} would not carry the archive of {}.",
            plan.id,
            name(row.id)
        ),
    )
    .with("move", &plan.id);
    Err(match why {
        Some(why) => error.guide(why),
        None => {
            error.guide("Its choice was changed. Delete that move, and promote the release again.")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promotion(number: u32, instance: &str, state: PromotionState) -> PromotionView {
        PromotionView {
            number,
            instance_id: instance.to_owned(),
            instance_name: instance.to_owned(),
            environment: None,
            state,
            words: String::new(),
            moved_by: format!("WB-{number:04}"),
            stage: None,
            run: None,
            back: None,
            back_run: None,
            approved_by: None,
            approved_at: None,
            asked_by: String::new(),
            began_at: String::new(),
        }
    }

    #[test]
    fn the_newest_promotion_that_was_run_says_whether_a_release_is_there() {
        let mut all = vec![promotion(1, "test", PromotionState::Done)];
        assert!(is_there(&all, "test") && !is_there(&all, "prod"));
        all.push(promotion(2, "test", PromotionState::Failed));
        assert!(!is_there(&all, "test"));
        all.push(promotion(3, "test", PromotionState::Done));
        all.push(promotion(4, "test", PromotionState::Prepared));
        assert!(is_there(&all, "test"));
        all.push(promotion(5, "test", PromotionState::TakenBack));
        assert!(!is_there(&all, "test"));
    }
}
