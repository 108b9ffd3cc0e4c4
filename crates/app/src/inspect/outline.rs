//! The flow of an integration as an outline. Expressions stay out of it: their texts may be secret.

use waybill_archive::{Design, Step, StepKind};

use crate::places;
use crate::view::FlowStep;

pub(super) fn outline(design: &Design) -> Vec<FlowStep> {
    steps(&design.steps, design)
}

fn steps(steps: &[Step], design: &Design) -> Vec<FlowStep> {
    steps.iter().map(|one| step(one, design)).collect()
}

fn step(step: &Step, design: &Design) -> FlowStep {
    let endpoint = step
        .endpoint
        .as_ref()
        .and_then(|id| design.endpoints.iter().find(|one| one.id == *id));
    FlowStep {
        kind: word(&step.kind).to_owned(),
        name: step.name.as_deref().map(places::name),
        connection: endpoint.map(|one| one.connection.clone()),
        operation: endpoint.and_then(|one| one.operation.clone()),
        steps: steps(&step.children, design),
    }
}

/// The word for what a step does; of a step that is not known, its name on the wire.
pub(crate) fn word(kind: &StepKind) -> &str {
    match kind {
        StepKind::Receive => "receive",
        StepKind::ScheduleReceive => "schedule",
        StepKind::Subscribe => "subscribe",
        StepKind::Pick => "pick",
        StepKind::PickReceive => "pick-receive",
        StepKind::GlobalScope => "global-scope",
        StepKind::Scope => "scope",
        StepKind::Catch => "catch",
        StepKind::CatchAll => "catch-all",
        StepKind::Router => "router",
        StepKind::Route => "route",
        StepKind::ForEach => "for-each",
        StepKind::While => "while",
        StepKind::Parallel => "parallel",
        StepKind::ParallelBranch => "parallel-branch",
        StepKind::Invoke => "invoke",
        StepKind::Map => "map",
        StepKind::Assignments => "assignments",
        StepKind::Assign => "assign",
        StepKind::StageFile => "stage-file",
        StepKind::Notification => "notification",
        StepKind::Callout => "callout",
        StepKind::Throw => "throw",
        StepKind::Rethrow => "rethrow",
        StepKind::Wait => "wait",
        StepKind::Stitch => "stitch",
        StepKind::Log => "log",
        StepKind::Publish => "publish",
        StepKind::Reply => "reply",
        StepKind::Stop => "stop",
        StepKind::HandlerEnd => "handler-end",
        StepKind::Note => "note",
        StepKind::IntegrationProperties => "integration-properties",
        StepKind::IntegrationMetadata => "integration-metadata",
        StepKind::GlobalVariable => "global-variable",
        StepKind::Unknown { kind } => kind,
        _ => "unknown",
    }
}
