//! Waiting for what follows the runs of a command: copies, keep rules, word.

use waybill_app::AppEvent;
use waybill_app::view::{RunStatus, RunSummary};

use super::Session;

/// Returns when nothing goes on any more. Each run that follows says how it ended. Ctrl+C leaves the rest for the
/// next look at the schedules.
pub async fn settle(session: &Session<'_>) {
    let mut events = session.app.subscribe();
    while session.app.has_runs() {
        tokio::select! {
            () = session.app.settled() => break,
            Ok(event) = events.recv() => if let AppEvent::RunsChanged(run) = event {
                tell(session, &run);
            },
            Ok(()) = tokio::signal::ctrl_c() => {
                session.output.note("Left for later: the next look at the schedules goes on with it.");
                break;
            }
        }
    }
}

fn tell(session: &Session<'_>, run: &RunSummary) {
    if matches!(run.status, RunStatus::Running | RunStatus::Cancelling) {
        return;
    }
    if let Some(headline) = &run.headline {
        session.output.note(headline);
    }
}
