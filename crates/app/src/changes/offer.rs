//! Which changes can be made to an artifact in its state, in the order of a menu. Whether one is
//! possible at the moment, its plan says.

use waybill_model::{ArtifactKind, Scope, State};

use crate::view::{ArtifactDetail, ChangeVerb};

pub(crate) fn actions(detail: &ArtifactDetail) -> Vec<ChangeVerb> {
    let artifact = &detail.artifact;
    let state = artifact.state.unwrap_or(State::Unknown);
    let mut verbs = Vec::new();
    match artifact.id.kind {
        ArtifactKind::Integration => {
            match state {
                State::Active => verbs.push(ChangeVerb::Deactivate),
                State::Activating | State::Deactivating => {}
                _ => verbs.push(ChangeVerb::Activate),
            }
            if state == State::Active {
                verbs.push(ChangeVerb::SetTracing);
            }
            if detail.schedule.is_some() {
                let mut of_schedule = of_schedule(detail);
                if state != State::Active {
                    // Nothing runs before the integration is active.
                    of_schedule.retain(|verb| *verb == ChangeVerb::StopSchedule);
                }
                verbs.extend(of_schedule);
            }
            if state != State::Active {
                verbs.push(ChangeVerb::Delete);
            }
        }
        ArtifactKind::Schedule => verbs.extend(of_schedule(detail)),
        ArtifactKind::Connection => {
            if state != State::Draft {
                verbs.push(ChangeVerb::TestConnection);
            }
            verbs.extend([ChangeVerb::EditConnection, ChangeVerb::Delete]);
        }
        ArtifactKind::Deployment => verbs.push(ChangeVerb::Delete),
        ArtifactKind::Lookup
        | ArtifactKind::Library
        | ArtifactKind::Package
        | ArtifactKind::Certificate
            if artifact.id.scope == Scope::Global =>
        {
            verbs.push(ChangeVerb::Delete);
        }
        _ => {}
    }
    if artifact.prebuilt {
        verbs.retain(|verb| *verb != ChangeVerb::Delete);
    }
    verbs
}

fn of_schedule(detail: &ArtifactDetail) -> Vec<ChangeVerb> {
    let state = detail.schedule.as_ref().and_then(|schedule| schedule.state);
    let mut verbs = match state {
        Some(State::Started) => vec![ChangeVerb::StopSchedule, ChangeVerb::PauseSchedule],
        Some(State::Paused) => vec![ChangeVerb::ResumeSchedule, ChangeVerb::StopSchedule],
        _ => vec![ChangeVerb::StartSchedule],
    };
    verbs.push(ChangeVerb::RunNow);
    verbs
}
