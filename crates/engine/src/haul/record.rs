//! How a run of a waybill ended, written down: for the person who asked, and in the audit log.

use jiff::Timestamp;
use serde_json::json;
use waybill_client::Error;

use super::perform::Hauling;
use super::report::{HaulReport, haul_report};
use crate::change::{Stop, upper};
use crate::error::Result;
use crate::journal::{LogLine, LogWeight, Run, RunEnd, RunStatus};
use crate::progress::StepNow;

impl Hauling {
    /// Writes down how it ended: in the audit log first, so that no run ends without its entry.
    pub(super) fn conclude(&self, result: std::result::Result<(), Stop>) -> Result<Run> {
        let report = haul_report(self.journal(), &self.work.request.run)?;
        let (end, how) = match result {
            Ok(()) => ended(&report),
            Err(stop) => {
                if let Some(call) = &stop.call {
                    self.put_down(LogWeight::Failure, &call.to_string(), Some(call))?;
                }
                for line in &stop.lines {
                    self.put_down(LogWeight::Failure, line, None)?;
                }
                let (mut end, how) = stopped(&report, stop);
                end.headline = self.hush.words(&end.headline);
                end.guidance = end.guidance.map(|words| self.hush.words(&words));
                (end, how)
            }
        };
        self.audit(how, &end.headline)?;
        self.recorder.end(&end)
    }

    /// Adds a line to the log, without secrets.
    pub(super) fn put_down(
        &self,
        weight: LogWeight,
        text: &str,
        call: Option<&Error>,
    ) -> Result<()> {
        let mut line = LogLine::now(weight, self.hush.words(text));
        let exchange = call.and_then(crate::failure::exchange);
        line.exchange = exchange.map(|call| self.hush.exchange(call));
        self.recorder.add(line)
    }

    pub(super) fn audit(&self, how: &str, headline: &str) -> Result<()> {
        let request = &self.work.request;
        let waybill = &request.waybill;
        let action = match how {
            "done" => "move".to_owned(),
            other => format!("move {other}"),
        };
        let detail = json!({
            "instance": request.instance.name,
            "instanceId": request.instance.id,
            "run": request.run,
            "title": request.title,
            "waybill": waybill.id,
            "waybillHash": waybill.hash(),
            "from": waybill.source.title,
            "artifacts": waybill.items.len(),
            "signedOffBy": waybill.sign_offs.iter().map(|own| own.by.as_str()).collect::<Vec<_>>(),
            "result": (!headline.is_empty()).then_some(headline),
        });
        self.journal().audit(
            Timestamp::now(),
            &request.asked_by,
            &action,
            &waybill.id,
            &detail,
        )?;
        Ok(())
    }
}

fn ended(report: &HaulReport) -> (RunEnd, &'static str) {
    let count = |fits: fn(StepNow) -> bool| {
        let all = report.outcomes.iter();
        all.filter(|step| fits(step.state)).count()
    };
    let failed = count(|state| state == StepNow::Failed);
    let skipped = count(|state| state == StepNow::Skipped);
    let unknown = count(|state| state == StepNow::Unknown);
    let done = count(|state| state == StepNow::Done);
    let other = report
        .items
        .iter()
        .filter(|item| item.verified == Some(false))
        .count();
    let all_well = failed + skipped + unknown + other == 0;
    let status = if all_well {
        RunStatus::Done
    } else if done > 0 {
        RunStatus::Partial
    } else {
        RunStatus::Failed
    };
    let guidance = if unknown > 0 {
        Some(
            "How some steps ended cannot be told. Resume the run: the instance is looked at before anything is sent.",
        )
    } else if failed + skipped > 0 {
        Some(
            "The report says of each artifact why, and what to do. Put that right, then try again what failed, or roll back.",
        )
    } else if other > 0 {
        Some("Some artifacts are not what was sent: the report says which.")
    } else {
        None
    };
    let end = RunEnd {
        status,
        snapshot: report.snapshot.clone(),
        headline: format!("{}.", upper(&report.headline)),
        guidance: guidance.map(str::to_owned),
        resumable: unknown > 0,
    };
    let how = match status {
        RunStatus::Done => "done",
        RunStatus::Partial => "partly done",
        _ => "failed",
    };
    (end, how)
}

fn stopped(report: &HaulReport, stop: Stop) -> (RunEnd, &'static str) {
    let (status, how) = if stop.cancelled {
        (RunStatus::Cancelled, "cancelled")
    } else {
        (RunStatus::Failed, "failed")
    };
    let done = report.outcomes.iter();
    let done = done.filter(|step| step.state == StepNow::Done).count();
    let headline = match (report.snapshot.is_some(), report.outcomes.len()) {
        (true, all) if all > 0 => format!("{} {done} of {all} steps are done.", stop.headline),
        _ => stop.headline,
    };
    let end = RunEnd {
        status,
        snapshot: report.snapshot.clone(),
        headline: upper(&headline),
        guidance: stop.guidance.filter(|text| !text.is_empty()),
        resumable: stop.resumable,
    };
    (end, how)
}
