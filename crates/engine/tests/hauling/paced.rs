//! How long many activations take, and how often the instance is asked how far they are.
#![allow(clippy::print_stdout, reason = "a test says what it measured")]

use std::time::Duration;

use jiff::Timestamp;
use waybill_engine::waybill::{Policies, StepKind};
use waybill_engine::{RunStatus, StepState};
use waybill_model::ArtifactKind;

use crate::stage::{integrations, stage_where};

const TAKES: Duration = Duration::from_millis(1500);
const CHAIN: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn chains_of_activations_wait_for_each_other_and_for_little_else() {
    let mut stage = stage_where(24, CHAIN, true, TAKES).await;
    stage.patience.first_pause = Duration::from_millis(75);
    let floor = stage.patience.first_pause * 8;
    let waybill = stage
        .plan(integrations, Policies::default(), stage.bindings().await)
        .await;
    stage.bench.sandbox.control().reset_calls();
    let run = stage.haul(&waybill).await;
    assert_eq!(run.status, RunStatus::Done, "{run:#?}");
    let steps = stage.steps(&run.id);
    let activations = waybill
        .steps
        .iter()
        .zip(&steps[1..])
        .filter(|(step, _)| matches!(step.kind, StepKind::Activate { .. }));
    let mut longest = 0;
    let mut spans = Vec::new();
    let mut depths = std::collections::HashMap::new();
    for (step, row) in activations {
        assert_eq!(row.state, StepState::Done);
        let began: Timestamp = row.began_at.as_ref().unwrap().parse().unwrap();
        let ended = began.as_millisecond() + i64::try_from(row.took_ms.unwrap()).unwrap();
        spans.push((began.as_millisecond(), ended));
        let needs = step.needs.iter();
        let depth: u32 = 1 + needs
            .filter_map(|need| depths.get(need))
            .max()
            .unwrap_or(&0);
        longest = longest.max(depth);
        depths.insert(step.key.clone(), depth);
    }
    let begin = spans.iter().map(|(began, _)| *began).min().unwrap();
    let end = spans.iter().map(|(_, ended)| *ended).max().unwrap();
    let took = Duration::from_millis(u64::try_from(end - begin).unwrap());
    let bound = TAKES * longest;
    let calls = stage.bench.sandbox.control().calls();
    let asked = calls.by_path.get("GET integrations").copied();
    let asked = u32::try_from(asked.unwrap_or_default()).unwrap();
    println!(
        "{} activations in chains of {longest}: {took:?}, bound {bound:?}, {asked} pages of lists",
        spans.len()
    );
    assert!(longest > 1, "no chains");
    // Roomy, for a machine that is busy with other things.
    assert!(took < bound.mul_f64(3.0) + floor, "{took:?} of {bound:?}");
    // Three lists beside: before, for the snapshot, at the end.
    let most = took.as_secs_f64() / floor.as_secs_f64() + 8.0;
    assert!(f64::from(asked) < most, "{asked} lists in {took:?}");
    // What was read back meanwhile is not read again at the end, but for what was changed in between.
    let read = calls.by_path.get("GET integrations/{}/archive").copied();
    let came = waybill.steps.iter().filter(|step| {
        step.subject.kind == ArtifactKind::Integration
            && matches!(step.kind, StepKind::Import { .. })
    });
    let came = u64::try_from(came.count()).unwrap();
    let read = read.unwrap_or_default();
    assert!(came <= read && read <= came * 2, "{read} of {came}");
}
