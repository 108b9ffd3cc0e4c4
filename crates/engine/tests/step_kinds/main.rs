//! Every kind of step carried out against the sandbox, and what is in the instance afterwards.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../bench/mod.rs"]
mod bench;
mod certificates;
mod connections;
mod containers;
mod deletions;
mod lookups;
mod schedules;
#[path = "../hauling/stage.rs"]
mod stage;

use waybill_engine::haul::{HaulReport, HaulResult};
use waybill_engine::waybill::Waybill;
use waybill_engine::{Run, RunStatus};

use stage::Stage;

/// Carries a waybill out and says how it went; it has to go well.
async fn goes_well(stage: &Stage, waybill: &Waybill) -> (Run, HaulReport) {
    let run = stage.haul(waybill).await;
    let report = stage.report(&run);
    let wrong: Vec<_> = report
        .items
        .iter()
        .filter(|item| item.why.is_some() || item.result == HaulResult::Failed)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(run.status, RunStatus::Done, "{:?}", run.headline);
    (run, report)
}

/// The kinds of the steps of a waybill, in its order.
fn words(waybill: &Waybill) -> Vec<&'static str> {
    waybill.steps.iter().map(|step| step.kind.word()).collect()
}
