//! Watching a run: how it stands now, then every message until its end. A run of another program
//! (the command line beside the window) is watched through the journal.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::sync::broadcast::{self, error::RecvError};

use crate::Waybill;
use crate::view::{
    CommandError, RunCounts, RunDetail, RunItem, RunItemState, RunLogLine, RunProgress, RunStatus,
    RunSummary,
};

/// How often the journal is looked at for a run of another program.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// A run that is being watched. Dropping it ends the watching, not the run.
#[derive(Debug)]
pub struct RunWatch {
    app: Waybill,
    detail: RunDetail,
    source: Source,
    /// Lines that stand in `detail` and may come again in a message.
    known_lines: HashSet<(String, String)>,
}

#[derive(Debug)]
enum Source {
    Messages(broadcast::Receiver<RunProgress>),
    Journal {
        items: HashMap<String, (RunItemState, u64)>,
        lines: usize,
    },
    Over,
}

impl Waybill {
    /// Watches a run.
    ///
    /// # Errors
    /// `UnknownSubject`, `FileFailed`.
    pub async fn run_watch(&self, run: &str) -> Result<RunWatch, CommandError> {
        // Listening begins before the look, so that nothing falls in between.
        let live = self.shared.runs.find(run);
        let receiver = live.map(|live| live.messages.subscribe());
        let detail = self.run_detail(run).await?;
        let source = match receiver {
            _ if !is_under_way(detail.summary.status) => Source::Over,
            Some(receiver) => Source::Messages(receiver),
            None => Source::Journal {
                items: states(&detail.items),
                lines: detail.log.len(),
            },
        };
        let known_lines = detail
            .log
            .iter()
            .map(|line| (line.at.clone(), line.text.clone()))
            .collect();
        Ok(RunWatch {
            app: self.clone(),
            detail,
            source,
            known_lines,
        })
    }
}

impl RunWatch {
    /// The run as it stood when the watching began.
    #[must_use]
    pub fn detail(&self) -> &RunDetail {
        &self.detail
    }

    /// The run, if it had ended already when the watching began.
    #[must_use]
    pub fn ended(&self) -> Option<RunSummary> {
        (!is_under_way(self.detail.summary.status)).then(|| self.detail.summary.clone())
    }

    /// The next message; the last one says how the run ended. `None` after it.
    pub async fn next(&mut self) -> Option<RunProgress> {
        let message = match &mut self.source {
            Source::Over => return None,
            Source::Messages(receiver) => match receiver.recv().await {
                Ok(mut message) => {
                    let known = &mut self.known_lines;
                    message
                        .log
                        .retain(|line| !known.remove(&(line.at.clone(), line.text.clone())));
                    Some(message)
                }
                // Too slow, or the run's task ended without a last message: look it up.
                Err(RecvError::Lagged(_)) => self.looked_up(true).await,
                Err(RecvError::Closed) => self.looked_up(false).await,
            },
            Source::Journal { .. } => {
                tokio::time::sleep(BETWEEN_LOOKS).await;
                self.changes().await
            }
        };
        if message
            .as_ref()
            .is_none_or(|message| message.ended.is_some())
        {
            self.source = Source::Over;
        }
        message
    }

    /// Everything as the journal has it now.
    async fn looked_up(&mut self, goes_on: bool) -> Option<RunProgress> {
        let detail = self.app.run_detail(&self.detail.summary.id).await.ok()?;
        let mut message = message(&detail.summary, detail.items, Vec::new());
        message.steps = detail.steps;
        if !goes_on {
            message.ended = Some(detail.summary);
        }
        Some(message)
    }

    /// What changed in the journal since the last look.
    async fn changes(&mut self) -> Option<RunProgress> {
        let detail = self.app.run_detail(&self.detail.summary.id).await.ok()?;
        let Source::Journal { items, lines } = &mut self.source else {
            return None;
        };
        let changed = detail
            .items
            .iter()
            .filter(|item| items.get(&item.id.to_string()) != Some(&(item.state, item.bytes)))
            .cloned()
            .collect();
        let added = detail.log.get(*lines..).unwrap_or_default().to_vec();
        *items = states(&detail.items);
        *lines = detail.log.len();
        let mut message = message(&detail.summary, changed, added);
        message.steps = detail.steps;
        Some(message)
    }
}

fn message(summary: &RunSummary, items: Vec<RunItem>, log: Vec<RunLogLine>) -> RunProgress {
    RunProgress {
        run: summary.id.clone(),
        status: summary.status,
        phase: summary.phase,
        counts: counted(summary.counts, &items),
        bytes_per_second: 0,
        seconds_left: None,
        in_flight: 0,
        slowed: None,
        items,
        steps: Vec::new(),
        log,
        ended: (!is_under_way(summary.status)).then(|| summary.clone()),
    }
}

/// The journal gets the counts from time to time alone; the artifacts tell at least as much.
fn counted(counts: RunCounts, items: &[RunItem]) -> RunCounts {
    let of = |state| {
        u32::try_from(items.iter().filter(|item| item.state == state).count()).unwrap_or(u32::MAX)
    };
    RunCounts {
        fetched: counts.fetched.max(of(RunItemState::Fetched)),
        carried: counts.carried.max(of(RunItemState::Carried)),
        failed: counts.failed.max(of(RunItemState::Failed)),
        ..counts
    }
}

fn states(items: &[RunItem]) -> HashMap<String, (RunItemState, u64)> {
    items
        .iter()
        .map(|item| (item.id.to_string(), (item.state, item.bytes)))
        .collect()
}

pub(super) fn is_under_way(status: RunStatus) -> bool {
    matches!(status, RunStatus::Running | RunStatus::Cancelling)
}
