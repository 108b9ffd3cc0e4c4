//! What archives tell of integrations, in the types and words of [`crate::view`].

use waybill_archive::{
    ArchiveError, Call, Contents, EndpointRole, Finding, Integration, Oddity, Severity, Step,
    StepKind, Style,
};
use waybill_model::Scope;

use crate::errors::sentence;
use crate::places;
use crate::view::{
    ConnectionUse, InspectSeverity, InspectedFinding, InspectedOddity, InspectedSchedule,
};

/// How many steps there are, those in others included.
pub(crate) fn count(steps: &[Step]) -> u32 {
    steps
        .iter()
        .map(|step| u32::from(is_step(step)) + count(inside(step)))
        .sum()
}

/// Whoever designs the flow sees it as a step of its own: an action on the canvas. The whole flow,
/// the ways out of a switch, the handlers of a scope, remarks and declarations are none; the steps
/// in them are.
pub(crate) fn is_step(step: &Step) -> bool {
    !matches!(
        step.kind,
        StepKind::GlobalScope
            | StepKind::Catch
            | StepKind::CatchAll
            | StepKind::HandlerEnd
            | StepKind::Route
            | StepKind::ParallelBranch
            | StepKind::Note
            | StepKind::IntegrationProperties
            | StepKind::IntegrationMetadata
            | StepKind::GlobalVariable
    )
}

/// The parts of a step that may be steps themselves: an action that sets several variables is one.
pub(crate) fn inside(step: &Step) -> &[Step] {
    match step.kind {
        StepKind::Assignments => &[],
        _ => &step.children,
    }
}

/// Each side of each connection once.
pub(crate) fn connections(one: &Integration) -> Vec<ConnectionUse> {
    let mut connections: Vec<ConnectionUse> = Vec::new();
    for endpoint in &one.endpoints {
        let using = ConnectionUse {
            code: endpoint.connection.clone(),
            adapter: endpoint.adapter.clone(),
            role: match endpoint.role {
                EndpointRole::Trigger => "trigger",
                EndpointRole::Invoke => "invoke",
            }
            .to_owned(),
        };
        if !connections.contains(&using) {
            connections.push(using);
        }
    }
    connections
}

/// An integration that is called: `CODE|VERSION`, in a project `PROJECT/CODE|VERSION`.
pub(crate) fn call(call: &Call) -> String {
    match &call.scope {
        Some(Scope::Project(project)) => format!("{project}/{}", call.integration),
        Some(Scope::Global) | None => call.integration.to_string(),
    }
}

/// The schedule of an integration, where the archive holds it.
pub(crate) fn schedule(one: &Integration, contents: &Contents) -> Option<InspectedSchedule> {
    let schedule = contents
        .schedules
        .iter()
        .find(|schedule| schedule.scope == one.scope && schedule.integration == one.reference)?;
    Some(InspectedSchedule {
        name: places::name(&schedule.name),
        expression: schedule.expression.clone(),
        frequency: schedule.frequency.clone(),
        interval: schedule.interval.clone(),
        time_zone: schedule.time_zone.clone(),
        start: schedule.start.clone(),
        end: schedule.end.clone(),
    })
}

/// The word for the style.
pub(crate) fn style(one: &Integration) -> String {
    match (one.style, one.exchange.as_deref()) {
        (Style::AppDrivenSync, _) => "app-driven-sync".to_owned(),
        (Style::AppDrivenAsync, _) => "app-driven-async".to_owned(),
        (Style::Scheduled, _) => "scheduled".to_owned(),
        (Style::Event, _) => "event-subscribe".to_owned(),
        (Style::BasicRouting, Some(exchange)) => format!("basic-routing({exchange})"),
        (Style::BasicRouting, None) => "basic-routing".to_owned(),
    }
}

/// Something unusual.
pub(crate) fn oddity(one: &Oddity) -> InspectedOddity {
    InspectedOddity {
        kind: one.kind.code().to_owned(),
        path: one.path.clone().filter(|path| !path.is_empty()),
        words: one.words.clone(),
    }
}

/// What an archive gives away; `text` says that there is no archive around it.
pub(crate) fn findings(
    found: Result<Vec<Finding>, ArchiveError>,
    text: bool,
) -> Vec<InspectedFinding> {
    match found {
        Ok(found) => found.into_iter().map(|one| finding(one, text)).collect(),
        // It was read, but not looked through: nobody may take that for "nothing found".
        Err(error) => vec![InspectedFinding {
            severity: InspectSeverity::Warning,
            rule: waybill_archive::Rule::NotScanned.code().to_owned(),
            place: "the whole file".to_owned(),
            shown: sentence(&error.to_string()),
        }],
    }
}

/// A plain text has no files in it, so the place says it all.
fn finding(one: Finding, text: bool) -> InspectedFinding {
    InspectedFinding {
        severity: match one.severity {
            Severity::Warning => InspectSeverity::Warning,
            Severity::Note => InspectSeverity::Note,
        },
        rule: one.rule.code().to_owned(),
        place: if text {
            one.place
        } else if one.place.is_empty() {
            one.path
        } else {
            format!("{}: {}", one.path, one.place)
        },
        shown: one.shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(kind: StepKind, children: Vec<Step>) -> Step {
        Step {
            kind,
            id: String::new(),
            reference: None,
            name: None,
            description: None,
            endpoint: None,
            map: None,
            expressions: Vec::new(),
            settings: Vec::new(),
            texts: Vec::new(),
            formats: Vec::new(),
            children,
        }
    }

    #[test]
    fn steps_are_counted_as_their_designer_sees_them() {
        let one = |kind| step(kind, Vec::new());
        let routes = vec![
            step(StepKind::Route, vec![one(StepKind::Map)]),
            step(StepKind::Route, Vec::new()),
        ];
        let variables = vec![one(StepKind::Assign), one(StepKind::Assign)];
        let scope = vec![
            one(StepKind::Invoke),
            step(StepKind::CatchAll, vec![one(StepKind::Rethrow)]),
            step(StepKind::Catch, vec![one(StepKind::HandlerEnd)]),
        ];
        let flow = step(
            StepKind::GlobalScope,
            vec![
                one(StepKind::IntegrationProperties),
                one(StepKind::Receive),
                step(StepKind::Router, routes),
                step(StepKind::Assignments, variables),
                step(StepKind::Scope, scope),
                one(StepKind::Note),
            ],
        );
        // Receive, switch, map, assignment, scope, invoke, throw again.
        assert_eq!(count(&[flow]), 7);
    }
}
