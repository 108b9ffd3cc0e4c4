//! `waybill inspect`.

use jiff::Timestamp;
use serde::Serialize;
use waybill_app::Wanted;
use waybill_app::report::write_inspection;
use waybill_app::view::{CommandError, InspectAnswer};

use super::inspect_text::describe;
use super::word;
use crate::arguments::Inspect;
use crate::exit::Ending;
use crate::output::{Output, Put};

/// How many were read.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tally {
    read: u32,
    failed: u32,
    passed_over: u32,
}

/// An error in the place of what could not be read.
#[derive(Serialize)]
struct Failure<'a> {
    file: &'a str,
    #[serde(flatten)]
    error: &'a CommandError,
}

pub fn perform(asked: &Inspect, output: &Output) -> Ending {
    let mut tally = Tally::default();
    let mut kept = Vec::new();
    let mut print = |answer: InspectAnswer| {
        match &answer {
            InspectAnswer::Read(view) => {
                tally.read += 1;
                // Its line has the type of the archive as its type.
                output.result(&word(&view.kind), view, || describe(view, asked.findings));
            }
            InspectAnswer::Failed { file, error } => {
                tally.failed += 1;
                output.object("error", &Failure { file, error });
                Output::tell_failure(&error.message, error.guidance.as_deref());
            }
        }
        if asked.html.is_some() {
            kept.push(answer);
        }
    };
    let wanted = Wanted {
        flow: asked.flow || asked.html.is_some(),
        findings: !asked.facts_only,
    };
    let passed_over = waybill_app::inspect(&asked.paths, wanted, &|| false, &mut print);
    tally.passed_over = passed_over;
    if let Some(page) = &asked.html {
        match write_inspection(&kept, page, Timestamp::now()) {
            Ok(saved) => output.note(&format!("Written to {}.", saved.path)),
            Err(error) => {
                Output::tell_failure(&error.message, error.guidance.as_deref());
                return Ending::Failed;
            }
        }
    }
    output.object("result", &tally);
    if tally.read + tally.failed + tally.passed_over > 1 {
        output.note(&summary(&tally));
    }
    match (tally.read, tally.failed) {
        (0, _) => Ending::Failed,
        (_, 0) => Ending::Done,
        _ => Ending::Partial,
    }
}

fn summary(tally: &Tally) -> String {
    let mut words = format!("{} read", tally.read);
    if tally.failed > 0 {
        words.put(format_args!(", {} could not be read", tally.failed));
    }
    if tally.passed_over > 0 {
        words.put(format_args!(
            ", {} without anything of Oracle Integration passed over",
            tally.passed_over
        ));
    }
    words.push('.');
    words
}
