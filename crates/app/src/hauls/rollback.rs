//! The way back from a run: a move of its own, read and run like any other.

use std::collections::BTreeSet;

use waybill_engine::plan::{roles_back, rollback};
use waybill_model::ArtifactId;

use crate::Waybill;
use crate::moves::policies_view;
use crate::view::{CommandError, ErrorCode, MoveEdit, MoveView, PlaceRef};

impl Waybill {
    /// Prepares the way back from the run of a waybill as a move of its own: from the snapshot that was
    /// taken before the first write, of all that the run changed, or of these artifacts. What the run
    /// brought is deleted. It is planned, read and run like any other.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` where there is nothing to take back, or the run goes on; the failures
    /// of the vault.
    pub async fn rollback_plan(
        &self,
        run: &str,
        ids: Option<Vec<ArtifactId>>,
    ) -> Result<MoveView, CommandError> {
        let told = self.haul_report(run).await?;
        let refused = |words: &str| {
            CommandError::new(ErrorCode::BadInput, words)
                .guide("The report of the run says what it did.")
                .with("run", run)
        };
        if told.run.status.is_under_way() {
            return Err(refused(
                "The run goes on; it can be rolled back once it has ended.",
            ));
        }
        if !told.request.waybill.bindings.roles.is_empty() {
            let changes = roles_back(&told.request.waybill, &told.outcomes);
            if changes.is_empty() {
                return Err(refused("The run changed nothing that could be taken back."));
            }
            let name = format!("Roll back {}", told.request.waybill.id);
            let instance = &told.request.instance.id;
            return self.roles_back_move(instance, name, changes, run).await;
        }
        let Some(snapshot) = told.snapshot.clone() else {
            return Err(refused(
                "The run changed nothing: it ended before its snapshot was taken.",
            ));
        };
        let from = PlaceRef::Snapshot { id: snapshot };
        let side = self.side(&from).await?.side;
        let only: Option<BTreeSet<ArtifactId>> = ids.map(|ids| ids.into_iter().collect());
        let (choice, policies) = rollback(
            &told.request.waybill,
            &told.outcomes,
            side.catalogue(),
            only.as_ref(),
        );
        if choice.chosen.is_empty() && choice.remove.is_empty() {
            return Err(refused(match only {
                Some(_) => "The run changed none of these artifacts.",
                None => "The run changed nothing that could be taken back.",
            }));
        }
        let waybill = &told.request.waybill;
        let name = match (&only, waybill.name.trim()) {
            (None, "") => format!("Roll back {}", waybill.id),
            (None, name) => format!("Roll back {} {name}", waybill.id),
            (Some(_), "") => format!("Roll back a part of {}", waybill.id),
            (Some(_), name) => format!("Roll back a part of {} {name}", waybill.id),
        };
        let edit = MoveEdit {
            name: Some(name),
            from: Some(from),
            to: Some(told.request.instance.id.clone()),
            chosen: Some(choice.chosen.into_iter().collect()),
            left_out: Some(choice.left_out.into_iter().collect()),
            remove: Some(choice.remove.into_iter().collect()),
            policies: Some(policies_view(&policies)),
            ..MoveEdit::default()
        };
        self.move_back(edit, run, policies.restart_users).await
    }
}
