//! What archives tell of integrations, in the types and words of [`crate::view`].

use waybill_archive::{
    ArchiveError, Call, Contents, EndpointRole, Finding, Integration, Oddity, Severity, Step, Style,
};
use waybill_model::Scope;

use crate::errors::sentence;
use crate::view::{
    ConnectionUse, InspectSeverity, InspectedFinding, InspectedOddity, InspectedSchedule,
};

/// How many steps there are, those in others included.
pub(crate) fn count(steps: &[Step]) -> u32 {
    steps.iter().map(|step| 1 + count(&step.children)).sum()
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
        name: schedule.name.clone(),
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
