//! Activating, deactivating, and the tracing level of an integration.
//!
//! Activating a version deactivates the active one with the same major (documented). Deactivating drops
//! requests that were not worked off (documented), and needs the schedule stopped.

use futures::future::join_all;
use waybill_client::{Client, Error, ErrorKind};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, State};

use super::plan::{Plan, names};
use super::request::Tracing;
use super::scene::{Scene, short, upper, word};
use super::seen::Seen;
use crate::catalogue::{connection_artifact, integration_artifact, is_pseudo_connection};

pub(super) async fn plan_activate(scene: &Scene<'_>, tracing: Option<Tracing>) -> Plan {
    let mut plan = Plan::new(format!("Activate {}", scene.short()));
    let name = scene.short();
    plan.effect(format!("{name} takes requests, or can be scheduled."));
    tell_state(scene, &mut plan);
    if let Some(level) = tracing {
        plan.effect(format!("Its tracing level is {}.", level.word()));
    }
    scene.check_lock(&mut plan);
    match scene.state() {
        State::Active => plan.block(
            format!("{name} is active already."),
            "Nothing has to be done. To set its tracing level alone, choose that.",
        ),
        State::Activating | State::Deactivating => plan.block(
            format!("{name} is {} at this moment.", word(scene.state())),
            "Wait until that has ended, then look again.",
        ),
        State::Draft => plan.block(
            format!("{name} is a draft: its design is not complete."),
            "Open it in the console, complete it, and save it.",
        ),
        State::Failed => plan.note(
            "Its last activation failed. Whatever stood against it has to be put right first.",
        ),
        _ => {}
    }
    if let Some(integration) = &scene.integration
        && integration
            .percentage_complete
            .is_some_and(|done| done < 100)
        && scene.state() != State::Draft
    {
        plan.warn(
            format!(
                "{name} is designed to {} per cent.",
                integration.percentage_complete.unwrap_or_default()
            ),
            Some("The service may refuse to activate it. Complete it in the console.".to_owned()),
        );
    }
    check_connections(scene, &mut plan).await;
    let replaced = same_major_active(scene).await;
    if let Some(first) = replaced.first() {
        plan.warn(
            format!(
                "{} is active and has the same major version: it is deactivated by this, and requests that it has not worked off are dropped.",
                short(first)
            ),
            Some("Let it work off what it has, or choose another time.".to_owned()),
        );
        plan.effect(format!("{} is deactivated.", short(first)));
        plan.stands("replaces", short(first));
    }
    plan.undo = Some(match replaced.first() {
        Some(first) => format!("Activate {} again: it replaces this version.", short(first)),
        None => format!("Deactivate {name}."),
    });
    plan
}

pub(super) fn plan_deactivate(scene: &Scene<'_>, stop_schedule: bool) -> Plan {
    let mut plan = Plan::new(format!("Deactivate {}", scene.short()));
    let name = scene.short();
    plan.effect(format!("{name} takes no more requests."));
    tell_state(scene, &mut plan);
    scene.check_lock(&mut plan);
    match scene.state() {
        State::Active => {}
        State::Activating | State::Deactivating => plan.block(
            format!("{name} is {} at this moment.", word(scene.state())),
            "Wait until that has ended, then look again.",
        ),
        other => plan.block(
            format!("{name} is not active: it is {}.", word(other)),
            "Nothing has to be done.",
        ),
    }
    if scene.schedule_runs() {
        if stop_schedule {
            plan.effect("Its schedule is stopped first, with its runs under way.");
        } else {
            plan.block(
                "Its schedule is running.",
                "Stop the schedule first, or choose to stop it along with this (`--stop-schedule` on the command line).",
            );
        }
    }
    plan.note("Requests that it has taken and not worked off are dropped.");
    let callers: Vec<_> = scene
        .active_users()
        .into_iter()
        .map(|user| user.name.as_str())
        .collect();
    if !callers.is_empty() {
        plan.warn(
            format!("Active integrations call it: {}.", names(callers)),
            Some("They fail where they call it, until it is active again.".to_owned()),
        );
    }
    plan.undo = Some(if scene.schedule_runs() {
        format!("Activate {name} again, then start its schedule.")
    } else {
        format!("Activate {name} again.")
    });
    plan
}

pub(super) fn plan_tracing(scene: &Scene<'_>, level: Tracing) -> Plan {
    let name = scene.short();
    let mut plan = Plan::new(format!("Set tracing of {name} to {}", level.word()));
    plan.effect(match level {
        Tracing::Production => "Its runs write down as little as possible.",
        Tracing::Audit => "Its runs write down their steps, without payloads.",
        Tracing::Debug => "Its runs write down their steps and payloads.",
    });
    tell_state(scene, &mut plan);
    scene.check_lock(&mut plan);
    if let Some(now) = level_of(scene) {
        if now == level {
            plan.block(
                format!("The tracing level of {name} is {} already.", level.word()),
                "Nothing has to be done.",
            );
        }
        plan.undo = Some(format!("Set it back to {}.", now.word()));
    }
    if level == Tracing::Debug {
        plan.warn(
            "Payloads may hold personal data, and Debug slows runs down.",
            Some("Set it back when the search is over.".to_owned()),
        );
    }
    plan
}

fn level_of(scene: &Scene<'_>) -> Option<Tracing> {
    let integration = scene.integration.as_ref()?;
    Some(Tracing::of_flags(
        integration.tracing_enabled_flag,
        integration.payload_tracing_enabled_flag,
    ))
}

fn tell_state(scene: &Scene<'_>, plan: &mut Plan) {
    plan.stands("state", word(scene.state()));
    if let Some(level) = level_of(scene) {
        plan.stands("tracing", level.word());
    }
    if let Some(state) = scene
        .schedule
        .as_ref()
        .and_then(|schedule| schedule.state.clone())
    {
        plan.stands("schedule", state);
    }
}

/// Looks at each connection that the integration needs.
async fn check_connections(scene: &Scene<'_>, plan: &mut Plan) {
    let mut codes: Vec<_> = scene
        .artifact
        .dependencies
        .iter()
        .filter(|need| need.id.kind == ArtifactKind::Connection)
        .filter(|need| !is_pseudo_connection(&need.id.code))
        .map(|need| need.id.clone())
        .collect();
    codes.sort();
    codes.dedup();
    let reads = codes.iter().map(|id| async move {
        let read = scene.client.connection(&id.scope, &id.code).await;
        (id, read.map(|read| read.value))
    });
    for (id, read) in join_all(reads).await {
        let connection = match read {
            Ok(connection) => connection,
            Err(error) => {
                if *error.kind() != ErrorKind::NotFound {
                    plan.warn(
                        format!(
                            "Connection `{}` could not be looked at: {}.",
                            id.code,
                            error.cause()
                        ),
                        None,
                    );
                }
                continue;
            }
        };
        let name = connection_artifact(&id.scope, &connection).name;
        let state = connection.status.as_deref().map(State::from_wire);
        if state == Some(State::Draft) {
            plan.block(
                format!("Connection `{name}` is a draft: values are missing."),
                "Enter its values, test it, then activate.",
            );
            continue;
        }
        // `false` also stands in active integrations of recorded answers: it says little. Only a word
        // that tells of a failure is worth one.
        let test = connection.test_status.as_deref().unwrap_or_default();
        if test.to_ascii_uppercase().contains("FAIL") {
            plan.block(
                format!("Connection `{name}` failed its last test."),
                "Test it, put right what the test says, then activate.",
            );
        } else if connection.agent_required && connection.agent_group_id.is_none() {
            plan.warn(
                format!("Connection `{name}` needs an agent group and has none."),
                Some("Choose its agent group, then activate.".to_owned()),
            );
        }
    }
}

/// The active versions of the same code and major, looked at now.
async fn same_major_active(scene: &Scene<'_>) -> Vec<Artifact> {
    let major = |id: &ArtifactId| {
        let version = id.version.clone().unwrap_or_default();
        version.split('.').next().unwrap_or_default().to_owned()
    };
    let candidates: Vec<_> = scene
        .catalogue
        .versions(&scene.id)
        .filter(|other| other.id != scene.id && major(&other.id) == major(&scene.id))
        .collect();
    let reads = candidates.into_iter().map(|known| async move {
        let read = scene
            .client
            .integration(&known.id.scope, &known.id.wire())
            .await;
        // What cannot be read now counts as the catalogue has it.
        read.map_or_else(
            |_| known.clone(),
            |read| integration_artifact(&known.id.scope, &read.value),
        )
    });
    join_all(reads)
        .await
        .into_iter()
        .filter(|other| matches!(other.state, Some(State::Active | State::Activating)))
        .collect()
}

/// How far an activation is.
pub(crate) async fn look_active(client: &Client, id: &ArtifactId) -> Result<Seen, Error> {
    let state = state_of(client, id).await?;
    Ok(match state {
        State::Active => Seen::Done(word(state).to_owned()),
        State::Activating => Seen::UnderWay(word(state).to_owned()),
        State::Failed => {
            let errors = client.activation_errors(&id.scope, &id.wire()).await;
            // The call is not documented for every generation; the state says enough.
            Seen::Failed(errors.map(|read| read.value.words).unwrap_or_default())
        }
        State::Unknown => {
            Seen::Unknown("the service names a state that this version does not know".to_owned())
        }
        other => Seen::NotDone(word(other).to_owned()),
    })
}

/// How far a deactivation is.
pub(crate) async fn look_inactive(client: &Client, id: &ArtifactId) -> Result<Seen, Error> {
    let state = state_of(client, id).await?;
    Ok(match state {
        State::Active | State::Activating => Seen::NotDone(word(state).to_owned()),
        State::Deactivating => Seen::UnderWay(word(state).to_owned()),
        State::Unknown => {
            Seen::Unknown("the service names a state that this version does not know".to_owned())
        }
        other => Seen::Done(word(other).to_owned()),
    })
}

/// Whether the flags are as they should be.
pub(super) async fn look_tracing(
    client: &Client,
    id: &ArtifactId,
    level: Tracing,
) -> Result<Seen, Error> {
    let read = client.integration(&id.scope, &id.wire()).await?.value;
    let now = Tracing::of_flags(read.tracing_enabled_flag, read.payload_tracing_enabled_flag);
    let words = format!("tracing {}", now.word());
    Ok(if now == level {
        Seen::Done(words)
    } else {
        Seen::NotDone(words)
    })
}

/// The state, from the call made for it (recorded); where it is not offered or says nothing, from the
/// object.
async fn state_of(client: &Client, id: &ArtifactId) -> Result<State, Error> {
    let wire_id = id.wire();
    match client.activation_state(&id.scope, &wire_id).await {
        Ok(read) => {
            let state = State::from_wire(&read.value.activation_status);
            if state != State::Unknown {
                return Ok(state);
            }
        }
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotFound
                    | ErrorKind::WrongState
                    | ErrorKind::Unsupported
                    | ErrorKind::Server(_)
                    | ErrorKind::Malformed
            ) => {}
        Err(error) => return Err(error),
    }
    let read = client.integration(&id.scope, &wire_id).await?.value;
    Ok(read
        .status
        .as_deref()
        .map_or(State::Unknown, State::from_wire))
}

/// The sentence for an activation that failed.
pub(crate) fn failure(name: &str, errors: &[String]) -> String {
    match errors {
        [] => format!(
            "{} could not be activated; the service does not say why.",
            upper(name)
        ),
        [one] => format!(
            "{} could not be activated: {}.",
            upper(name),
            one.trim_end_matches('.')
        ),
        many => format!(
            "{} could not be activated for {} reasons. The first: {}.",
            upper(name),
            many.len(),
            many[0].trim_end_matches('.')
        ),
    }
}
