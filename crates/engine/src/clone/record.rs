//! How a run ended: in the audit log, in the journal, in one sentence.

use serde_json::json;

use super::perform::{Cloning, Known};
use crate::change::{Stop, upper};
use crate::error::Result;
use crate::journal::{LogWeight, Run, RunEnd, RunStatus};
use crate::manifest::InstanceStamp;

impl Cloning {
    /// Writes down how it ended: in the audit log first.
    pub(super) fn conclude(
        &self,
        result: std::result::Result<(), Stop>,
        known: &Known,
        given_back: Result<()>,
    ) -> Result<Run> {
        let request = &self.work.request;
        let (end, how) = match result {
            Ok(()) => {
                let whole = !known.warnings && known.left == 0;
                let end = RunEnd {
                    status: if whole {
                        RunStatus::Done
                    } else {
                        RunStatus::Partial
                    },
                    snapshot: None,
                    headline: headline(self, known),
                    guidance: (!whole).then(|| "Open the run: it lists what did not come along, and what to do about each.".to_owned()),
                    resumable: false,
                };
                (end, if whole { "done" } else { "done in part" })
            }
            Err(stop) => {
                if let Some(call) = &stop.call {
                    let text = self.hush.words(&call.to_string());
                    self.recorder.line(LogWeight::Failure, text, Some(call))?;
                }
                let (status, how) = if stop.cancelled {
                    (RunStatus::Cancelled, "cancelled")
                } else {
                    (RunStatus::Failed, "failed")
                };
                let end = RunEnd {
                    status,
                    snapshot: None,
                    headline: upper(&self.hush.words(&stop.headline)),
                    guidance: stop.guidance.filter(|text| !text.is_empty()),
                    // What is kept in the journal makes it safe to take up whatever happened.
                    resumable: true,
                };
                (end, how)
            }
        };
        self.audit(how, &end.headline)?;
        tracing::debug!(run = %request.run, how, "an archive of an instance");
        let ended = self.recorder.end(&end);
        given_back?;
        ended
    }

    pub(super) fn audit(&self, how: &str, headline: &str) -> Result<()> {
        let request = &self.work.request;
        let instance = request.instance();
        let action = match (&request.source, &request.destination) {
            (_, None) => "export of the instance",
            (None, Some(_)) => "import of an instance archive",
            (Some(_), Some(_)) => "clone of the instance",
        };
        let action = match how {
            "done" => action.to_owned(),
            other => format!("{action} {other}"),
        };
        let name = |stamp: &Option<InstanceStamp>| stamp.as_ref().map(|one| one.name.clone());
        let detail = json!({
            "instance": instance.map(|one| &one.name),
            "instanceId": instance.map(|one| &one.id),
            "run": request.run,
            "title": request.title,
            "from": name(&request.source),
            "to": name(&request.destination),
            "container": request.container.title,
            "withSecrets": request.with_secrets,
            "mode": request.mode,
            "result": (!headline.is_empty()).then_some(headline),
        });
        let subject = instance.map_or("", |one| one.name.as_str());
        let now = (self.work.clock)();
        self.work
            .journal
            .audit(now, &request.asked_by, &action, subject, &detail)?;
        Ok(())
    }
}

fn headline(cloning: &Cloning, known: &Known) -> String {
    let request = &cloning.work.request;
    let archive = known
        .archive
        .as_ref()
        .map_or("The archive", |archive| archive.name.as_str());
    let from = request.source.as_ref().map(|one| one.name.as_str());
    let to = request.destination.as_ref().map(|one| one.name.as_str());
    let text = match (from, to) {
        (Some(from), None) => format!(
            "`{from}` is exported: `{archive}` lies in `{}`",
            request.container.name
        ),
        (Some(from), Some(to)) if request.exports() => format!("`{from}` is cloned into `{to}`"),
        (_, Some(to)) => format!("`{archive}` is imported into `{to}`"),
        (None, None) => "Nothing was asked for".to_owned(),
    };
    match (known.left, known.warnings) {
        (0, false) => format!("{text}."),
        (0, true) => format!("{text}, with warnings of the service."),
        (1, _) => format!("{text}; one thing did not come along."),
        (many, _) => format!("{text}; {many} things did not come along."),
    }
}
