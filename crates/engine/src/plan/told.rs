//! Words for what is planned.

use waybill_model::{ArtifactId, ArtifactKind, State};

/// The kind, for the beginning of a sentence.
pub(super) const fn kind(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Schedule => "The schedule",
        ArtifactKind::AccessList => "The access list",
        other => crate::failure::singular(other),
    }
}

/// The kind, within a sentence.
pub(super) fn of_kind(id: &ArtifactId) -> String {
    let word = match id.kind {
        ArtifactKind::Schedule => "the schedule of",
        ArtifactKind::AccessList => "the access list of",
        ArtifactKind::AgentGroup => "agent group",
        other => other.name(),
    };
    match id.scope.project() {
        Some(project) if id.kind != ArtifactKind::AccessList => {
            format!("{word} {} in project {project}", id.wire())
        }
        _ => format!("{word} {}", id.wire()),
    }
}

/// A state, as the journal writes it.
pub(super) const fn state(state: Option<State>) -> &'static str {
    match state {
        None | Some(State::Unknown) => "unknown",
        Some(State::Active) => "active",
        Some(State::Configured) => "configured",
        Some(State::Draft) => "draft",
        Some(State::Failed) => "failed",
        Some(State::Activating) => "activating",
        Some(State::Deactivating) => "deactivating",
        Some(State::Started) => "started",
        Some(State::Stopped) => "stopped",
        Some(State::Paused) => "paused",
    }
}
