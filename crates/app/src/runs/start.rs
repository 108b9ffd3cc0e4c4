//! Starting work as a run: its task, its messages, its end.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt as _;
use tokio_util::sync::CancellationToken;
use waybill_engine::{Reporter, Run, Throttle};

use super::hub::Leave;
use super::view::{progress, summary};
use crate::view::RunSummary;
use crate::{AppEvent, Waybill};

impl Waybill {
    /// Whether a run goes on in this program, or something that follows one. Those of others go on without
    /// it.
    #[must_use]
    pub fn has_runs(&self) -> bool {
        !self.shared.following.is_empty()
    }

    /// Lets `work` go on by itself for a run that the journal has begun. The work ends the run in
    /// the journal; its messages go to whoever watches.
    pub(crate) fn launch<F>(
        &self,
        run: &Run,
        work: impl FnOnce(Arc<dyn Reporter>, CancellationToken) -> F,
    ) -> RunSummary
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let live = self
            .shared
            .runs
            .enter(run.id.as_str(), run.instance_id.clone());
        let leave = Leave {
            hub: Arc::clone(&self.shared.runs),
            run: run.id.to_string(),
            messages: live.messages.clone(),
        };
        let messages = live.messages.clone();
        let reporter = Throttle::start(run.id.clone(), move |message, ended| {
            // Nobody may be watching.
            let _ = messages.send(progress(message, ended.as_ref()));
        });
        let work = work(reporter, live.cancel.clone());
        let app = self.clone();
        let id = run.id.clone();
        // Told first: a run that fails at once would else be heard to begin after its end.
        let begun = summary(run);
        self.tell(AppEvent::RunsChanged(begun.clone()));
        let following = self.shared.following.token();
        tokio::spawn(async move {
            // A fault in the work must not leave a run that seems to go on for ever.
            if AssertUnwindSafe(work).catch_unwind().await.is_err() {
                tracing::error!(run = %id, "the work of a run panicked");
            }
            drop(leave);
            drop(live);
            app.shared.vault.forget_facts();
            match app.shared.journal.run(&id) {
                Ok(run) => {
                    app.tell(AppEvent::RunsChanged(summary(&run)));
                    app.tell(AppEvent::VaultChanged);
                    if AssertUnwindSafe(app.follow(&run))
                        .catch_unwind()
                        .await
                        .is_err()
                    {
                        tracing::error!(run = %id, "what follows a run panicked");
                    }
                }
                Err(error) => tracing::error!(%error, "the end of a run cannot be read"),
            }
            drop(following);
            app.tell(AppEvent::VaultChanged);
        });
        begun
    }
}
