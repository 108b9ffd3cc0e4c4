//! Runs of the journal as screens see them.

use waybill_engine::waybill::{ImportHow, StepKind};
use waybill_engine::{
    ChangeRequest, ItemState, LogLine, LogWeight as EngineWeight, Progress, Run,
    RunCounts as EngineCounts, RunItem as EngineItem, RunKind as EngineKind,
    RunPhase as EnginePhase, RunStatus as EngineStatus, StepNews, StepNow, StepWhat,
};

use crate::view::{
    LogWeight, MoveStepKind, RunCounts, RunItem, RunItemState, RunKind, RunLogLine, RunPhase,
    RunProgress, RunStatus, RunStep, RunStepState, RunSummary,
};

pub(crate) fn summary(run: &Run) -> RunSummary {
    RunSummary {
        id: run.id.to_string(),
        kind: kind(run.kind),
        title: title(run),
        instance_id: run.instance_id.clone(),
        instance_name: run.instance_name.clone(),
        environment: run.environment,
        status: status(run.status),
        phase: phase(run.phase),
        started_at: run.started_at.clone(),
        ended_at: run.ended_at.clone(),
        asked_by: run.asked_by.clone(),
        counts: counts(run.counts),
        snapshot: run.snapshot.clone(),
        headline: run.headline.clone(),
        guidance: run.guidance.clone(),
        resumable: run.resumable && !run.status.is_under_way(),
    }
}

/// What it does in a few words, where there is more to say than its kind.
fn title(run: &Run) -> Option<String> {
    match run.kind {
        EngineKind::Change => ChangeRequest::of_run(run).map(|request| request.title),
        EngineKind::Copy => run
            .request
            .get("targetName")
            .and_then(serde_json::Value::as_str)
            .map(str::to_owned),
        // A waybill is large: of it, the title alone is read.
        EngineKind::Move
        | EngineKind::Clone
        | EngineKind::Prune
        | EngineKind::Proof
        | EngineKind::VaultCheck => {
            let title = run.request.get("title").and_then(serde_json::Value::as_str);
            title.map(str::to_owned)
        }
        _ => None,
    }
}

pub(super) fn progress(message: Progress, ended: Option<&Run>) -> RunProgress {
    RunProgress {
        run: message.run.to_string(),
        status: status(message.status),
        phase: phase(message.phase),
        counts: counts(message.counts),
        bytes_per_second: message.bytes_per_second,
        seconds_left: message.seconds_left,
        in_flight: message.in_flight,
        slowed: message.slowed,
        items: message.items.into_iter().map(item).collect(),
        steps: message.steps.into_iter().map(step).collect(),
        log: message.log.into_iter().map(line).collect(),
        ended: ended.map(summary),
    }
}

pub(super) fn item(item: EngineItem) -> RunItem {
    RunItem {
        id: item.id,
        state: match item.state {
            ItemState::Waiting => RunItemState::Waiting,
            ItemState::Running => RunItemState::Running,
            ItemState::Fetched => RunItemState::Fetched,
            ItemState::Carried => RunItemState::Carried,
            ItemState::Failed => RunItemState::Failed,
        },
        bytes: item.bytes,
        reason: item.reason,
    }
}

pub(super) fn line(line: LogLine) -> RunLogLine {
    RunLogLine {
        at: line.at,
        weight: match line.weight {
            EngineWeight::Note => LogWeight::Note,
            EngineWeight::Warning => LogWeight::Warning,
            EngineWeight::Failure => LogWeight::Failure,
        },
        text: line.text,
        exchange: line.exchange.map(Into::into),
    }
}

fn kind(kind: EngineKind) -> RunKind {
    match kind {
        EngineKind::Backup => RunKind::Backup,
        EngineKind::Extract => RunKind::Extract,
        EngineKind::Verify => RunKind::Verify,
        EngineKind::VaultCheck => RunKind::VaultCheck,
        EngineKind::Change => RunKind::Change,
        EngineKind::Move => RunKind::Move,
        EngineKind::Clone => RunKind::Clone,
        EngineKind::Copy => RunKind::Copy,
        EngineKind::Prune => RunKind::Prune,
        EngineKind::Proof => RunKind::Proof,
    }
}

fn status(status: EngineStatus) -> RunStatus {
    match status {
        EngineStatus::Running => RunStatus::Running,
        EngineStatus::Cancelling => RunStatus::Cancelling,
        EngineStatus::Done => RunStatus::Done,
        EngineStatus::Partial => RunStatus::Partial,
        EngineStatus::Failed => RunStatus::Failed,
        EngineStatus::Cancelled => RunStatus::Cancelled,
        EngineStatus::Interrupted => RunStatus::Interrupted,
        EngineStatus::Discarded => RunStatus::Discarded,
    }
}

fn phase(phase: EnginePhase) -> RunPhase {
    match phase {
        EnginePhase::Preparing => RunPhase::Preparing,
        EnginePhase::Reading => RunPhase::Reading,
        EnginePhase::Fetching => RunPhase::Fetching,
        EnginePhase::Writing => RunPhase::Writing,
        EnginePhase::Verifying => RunPhase::Verifying,
        EnginePhase::Changing => RunPhase::Changing,
        EnginePhase::Settling => RunPhase::Settling,
        EnginePhase::Ended => RunPhase::Ended,
    }
}

fn counts(counts: EngineCounts) -> RunCounts {
    RunCounts {
        planned: counts.planned,
        fetched: counts.fetched,
        carried: counts.carried,
        failed: counts.failed,
        bytes: counts.bytes,
    }
}

pub(crate) fn step(news: StepNews) -> RunStep {
    RunStep {
        key: news.key,
        kind: step_kind(news.what),
        subject: news.subject,
        words: news.words,
        state: match news.state {
            StepNow::Waiting => RunStepState::Waiting,
            StepNow::Running => RunStepState::Running,
            StepNow::Done => RunStepState::Done,
            StepNow::Failed => RunStepState::Failed,
            StepNow::Skipped => RunStepState::Skipped,
            StepNow::Unknown => RunStepState::Unknown,
        },
        now: news.now,
        began_at: news.began_at,
        took_ms: news.took_ms,
    }
}

/// What a step does, as screens name it.
pub(crate) const fn step_kind(what: StepWhat) -> MoveStepKind {
    match what {
        StepWhat::Capture => MoveStepKind::Capture,
        StepWhat::Verify => MoveStepKind::Verify,
        StepWhat::Waybill(kind) | StepWhat::Back(kind) => match kind {
            StepKind::StopSchedule => MoveStepKind::StopSchedule,
            StepKind::Deactivate => MoveStepKind::Deactivate,
            StepKind::Import { how, .. } => match how {
                ImportHow::Integration => MoveStepKind::ImportIntegration,
                ImportHow::Package => MoveStepKind::ImportPackage,
                ImportHow::Project => MoveStepKind::ImportProject,
                ImportHow::Lookup => MoveStepKind::ImportLookup,
                ImportHow::Library => MoveStepKind::ImportLibrary,
                ImportHow::Certificate => MoveStepKind::ImportCertificate,
            },
            StepKind::SetLookup => MoveStepKind::SetLookup,
            StepKind::SetConnection => MoveStepKind::SetConnection,
            StepKind::TestConnection => MoveStepKind::TestConnection,
            StepKind::Activate { .. } => MoveStepKind::Activate,
            StepKind::SetSchedule => MoveStepKind::SetSchedule,
            StepKind::StartSchedule => MoveStepKind::StartSchedule,
            StepKind::SetAccess => MoveStepKind::SetAccess,
            StepKind::Delete => MoveStepKind::Delete,
        },
    }
}
