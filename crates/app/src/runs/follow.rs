//! What follows a run once it has ended.

use waybill_engine::Run;

use crate::Waybill;
use crate::schedules::ASKED_BY;

impl Waybill {
    /// Waits until no run of this program goes on and nothing that follows one. What follows may begin runs
    /// of its own; they are waited for too.
    pub async fn settled(&self) {
        self.shared.following.wait().await;
    }

    /// Does what follows a run: what changed is written down, copies are made, the keep rules are followed, and
    /// whoever is to hear of it does. Nothing of it changes how the run ended; what fails is a run of its own,
    /// or is logged.
    pub(super) async fn follow(&self, run: &Run) {
        self.drift_after_backup(run).await;
        self.copies_after_backup(run).await;
        if run.asked_by == ASKED_BY
            && let Err(error) = self.keep_after_backup(run).await
        {
            tracing::warn!(message = %error.message, "the keep rules could not be followed");
        }
        self.word_after_run(run).await;
    }
}
