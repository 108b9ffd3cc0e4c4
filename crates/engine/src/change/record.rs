//! How a change ended, written down: for the person who asked, and in the audit log.

use jiff::Timestamp;
use serde_json::json;

use super::perform::Making;
use super::plan::Facts;
use super::scene::upper;
use super::words::{self, Stop};
use crate::error::Result;
use crate::journal::{LogWeight, Run, RunEnd, RunStatus};

/// What is known at the end.
#[derive(Default)]
pub(super) struct Ended {
    pub name: String,
    pub before: Facts,
    pub after: Option<String>,
    pub undo: Option<String>,
    pub snapshot: Option<String>,
}

impl Making {
    /// Writes down how it ended: in the audit log first, so that no change ends without its entry.
    pub(super) fn conclude(
        &self,
        result: std::result::Result<(), Stop>,
        ended: &Ended,
    ) -> Result<Run> {
        let (end, result) = match result {
            Ok(()) => {
                let headline = words::done(&self.work.request.change, &ended.name);
                if let Some(undo) = &ended.undo {
                    self.recorder.line(
                        LogWeight::Note,
                        format!("To take it back: {}", lower(undo)),
                        None,
                    )?;
                }
                let end = RunEnd {
                    status: RunStatus::Done,
                    snapshot: ended.snapshot.clone(),
                    headline: upper(&headline),
                    guidance: None,
                    resumable: false,
                };
                (end, "done")
            }
            Err(stop) => {
                if let Some(call) = &stop.call {
                    self.recorder
                        .line(LogWeight::Failure, call.to_string(), Some(call))?;
                }
                for line in &stop.lines {
                    self.recorder.line(LogWeight::Failure, line.clone(), None)?;
                }
                let (status, result) = if stop.cancelled {
                    (RunStatus::Cancelled, "cancelled")
                } else {
                    (RunStatus::Failed, "failed")
                };
                let end = RunEnd {
                    status,
                    snapshot: ended.snapshot.clone(),
                    headline: upper(&stop.headline),
                    guidance: stop.guidance.filter(|text| !text.is_empty()),
                    resumable: stop.resumable,
                };
                (end, result)
            }
        };
        let after = ended.after.as_deref().filter(|_| result == "done");
        self.audit(result, &ended.before, after, &end.headline)?;
        self.recorder.end(&end)
    }

    pub(super) fn audit(
        &self,
        how: &str,
        before: &Facts,
        after: Option<&str>,
        headline: &str,
    ) -> Result<()> {
        let request = &self.work.request;
        let action = match how {
            "done" => request.change.name().to_owned(),
            other => format!("{} {other}", request.change.name()),
        };
        let before: Vec<_> = before
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "name" | "last updated"))
            .map(|(name, how)| format!("{name}: {how}"))
            .collect();
        let detail = json!({
            "instance": request.instance.name,
            "instanceId": request.instance.id,
            "run": request.run,
            "title": request.title,
            "before": (!before.is_empty()).then(|| before.join("; ")),
            "after": after,
            "result": (!headline.is_empty()).then_some(headline),
        });
        self.journal().audit(
            Timestamp::now(),
            &request.asked_by,
            &action,
            &request.subject.to_string(),
            &detail,
        )?;
        Ok(())
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}
