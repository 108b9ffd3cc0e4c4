//! An integration as the service shows it, after two recorded answers of 2025.

use serde_json::{Value, json};
use waybill_model::Generation;

use super::{date, encode_segment, links};
use crate::store::{Instance, Integration, Space, Style};

/// Where an object is shown from: decides its links.
#[derive(Clone, Copy)]
pub(crate) struct WithinInstance<'place> {
    pub instance: &'place Instance,
    pub project: Option<&'place str>,
    /// `http://127.0.0.1:PORT`.
    pub base: &'place str,
    /// The address of the instance's own host.
    pub console: &'place str,
}

impl WithinInstance<'_> {
    /// The address of something below the API, given by path segments already encoded.
    pub fn href(&self, path: &str) -> String {
        let within = self.project.map_or(String::new(), |project| {
            format!("projects/{}/", encode_segment(project))
        });
        self.href_outside(&format!("{within}{path}"))
    }

    pub fn href_outside(&self, path: &str) -> String {
        let selector = match self.instance.generation {
            Generation::Oic3 => format!("?integrationInstance={}", self.instance.wire_name),
            Generation::Gen2 | Generation::Ics => String::new(),
        };
        format!("{}/ic/api/integration/v1/{path}{selector}", self.base)
    }

    fn space(&self) -> Option<&Space> {
        self.instance.space(self.project)
    }
}

pub(crate) fn integration(one: &Integration, place: WithinInstance<'_>) -> Value {
    let path = format!("integrations/{}", encode_segment(&one.id()));
    let scheduled = one.style == Style::Scheduled;
    let pattern = if scheduled {
        "Scheduled"
    } else {
        "Orchestration"
    };
    let active = one.status == "ACTIVATED";
    let run = run_address(one, place);
    let mut shown = json!({
        "activationStatus": activation_status(one),
        "apiDeploymentInprogress": false,
        "apipId": "",
        "code": one.code,
        "compatible": true,
        "created": date(one.audit.created),
        "createdBy": one.audit.created_by,
        "dependencies": dependencies(one, place),
        "description": one.description,
        "endPointURI": (active && !scheduled).then_some(&run),
        "endPoints": end_points(one, place),
        "id": one.id(),
        "isCloneAllowed": false,
        "isViewAllowed": false,
        "keywords": one.keywords,
        "lastUpdated": date(one.audit.updated),
        "lastUpdatedBy": one.audit.updated_by,
        "links": links(&place.href(&path)),
        "lockedFlag": one.lock.is_some(),
        "lockedBy": one.lock.as_ref().map(|lock| &lock.by),
        "lockedDate": one.lock.as_ref().map(|lock| date(lock.since)),
        "name": one.name,
        "packageName": one.package,
        "pattern": pattern,
        "patternDescription": pattern,
        "payload": {"defaultValue": false, "schema": "json", "supported": true, "validate": one.operation.validates_payload},
        "payloadTracingEnabledFlag": one.payload_tracing,
        "percentageComplete": 100,
        "projectType": if one.prebuilt { "PREBUILT" } else { "DEVELOPED" },
        "recordEnabledFlag": one.operation.recording,
        "replay": {"canReplay": one.operation.can_replay, "defaultValue": false, "supported": !scheduled},
        "scheduleApplicableFlag": scheduled,
        "scheduleDefinedFlag": one.schedule.is_some(),
        "smartTags": smart_tags(one, place),
        "softDeactivated": one.operation.soft_deactivated,
        "status": one.status,
        "style": "FREEFORM",
        "styleDescription": pattern,
        "submitNowURI": active.then_some(&run),
        "tempCopyExists": false,
        "totalEndPoints": 0,
        "tracingEnabledFlag": one.tracing,
        "trackingInstanceName": tracking_name(one),
        "trackingVariables": tracking(one),
        "version": one.version,
    });
    if let Some(members) = shown.as_object_mut() {
        if scheduled {
            let parameters: serde_json::Map<String, Value> = one
                .parameters
                .iter()
                .map(|(name, value)| (name.clone(), json!(value)))
                .collect();
            members.insert("scheduleParams".to_owned(), Value::Object(parameters));
        }
        if let Some(project) = place.project {
            members.insert("projectId".to_owned(), json!(project));
        }
    }
    shown
}

/// Another word than that of the call `activationStatus` (recorded: `ACTIVATION_SUCCEEDED`; the
/// others are inferred).
fn activation_status(one: &Integration) -> Option<&str> {
    match one.status.as_str() {
        "ACTIVATED" => Some("ACTIVATION_SUCCEEDED"),
        "FAILEDACTIVATION" => Some("ACTIVATION_FAILED"),
        under_way @ ("ACTIVATION_INPROGRESS" | "DEACTIVATION_INPROGRESS") => Some(under_way),
        _ => None,
    }
}

fn end_points(one: &Integration, place: WithinInstance<'_>) -> Vec<Value> {
    let shown = |connection: &str, name: &str, role: &str| {
        json!({
            "connection": {
                "agentRequired": false,
                "agentSupported": false,
                "id": connection,
                "links": links(&connection_address(connection, place)),
                "privateEndpoint": false,
                "privateEndpointSupported": false,
                "testStatus": false,
            },
            "name": name,
            "role": role,
        })
    };
    let mut all: Vec<Value> = one
        .endpoints
        .iter()
        .map(|endpoint| {
            let role = if endpoint.trigger { "SOURCE" } else { "TARGET" };
            shown(&endpoint.connection, &endpoint.name, role)
        })
        .collect();
    // Before Oracle Integration 3, the schedule is listed like a connection that no call can fetch.
    if one.style == Style::Scheduled && place.instance.generation != Generation::Oic3 {
        all.insert(0, shown("SCHEDULE_RECEIVE", "SCHEDULE_RECEIVE", "SOURCE"));
    }
    all
}

/// The name of the primary tracking variable.
pub(crate) fn tracking_name(one: &Integration) -> &'static str {
    match one.style {
        Style::Scheduled => "startTime",
        _ => "documentNumber",
    }
}

/// `app:rest, app:erp,style:app driven orchestration`.
pub(crate) fn smart_tags(one: &Integration, place: WithinInstance<'_>) -> String {
    tags_in(one, place.space())
}

/// The same for what is in a scope.
pub(crate) fn tags_in(one: &Integration, space: Option<&Space>) -> String {
    let mut adapters: Vec<&str> = Vec::new();
    for endpoint in &one.endpoints {
        let adapter = space
            .and_then(|space| space.connections.get(&endpoint.connection))
            .map_or("integration", |connection| connection.adapter.as_str());
        if !adapters.contains(&adapter) {
            adapters.push(adapter);
        }
    }
    let apps: Vec<String> = adapters
        .iter()
        .map(|adapter| format!("app:{adapter}"))
        .collect();
    let style = if one.style == Style::Scheduled {
        "scheduled orchestration"
    } else {
        "app driven orchestration"
    };
    format!("{},style:{style}", apps.join(", "))
}

fn run_address(one: &Integration, place: WithinInstance<'_>) -> String {
    let version: Vec<u32> = one
        .version
        .split('.')
        .take(2)
        .map(|part| part.parse().unwrap_or(0))
        .collect();
    let version = match version.as_slice() {
        [major, minor] => format!("{major}.{minor}"),
        _ => "1.0".to_owned(),
    };
    match place.project {
        None => format!(
            "{}/ic/api/integration/v1/flows/rest/{}/{version}/metadata",
            place.console, one.code
        ),
        Some(project) => format!(
            "{}/ic/api/integration/v2/flows/rest/project/{project}/{}/{version}/metadata",
            place.console, one.code
        ),
    }
}

/// Links to the connections of a project hold a stray `/v1/` after the project (recorded).
pub(crate) fn connection_address(code: &str, place: WithinInstance<'_>) -> String {
    let path = format!("connections/{}", encode_segment(code));
    match place.project {
        None => place.href(&path),
        Some(_) => place.href(&format!("v1/{path}")),
    }
}

fn dependencies(one: &Integration, place: WithinInstance<'_>) -> Value {
    let Some(space) = place.space() else {
        return json!({});
    };
    let mut codes: Vec<&str> = Vec::new();
    for endpoint in &one.endpoints {
        if !codes.contains(&endpoint.connection.as_str()) {
            codes.push(&endpoint.connection);
        }
    }
    let connections: Vec<Value> = codes
        .iter()
        .map(|code| match space.connections.get(*code) {
            Some(connection) => json!({
                "displayName": connection.adapter_name,
                "id": connection.code,
                "lockedFlag": connection.lock.is_some(),
                "name": connection.name,
                "replaySupport": connection.adapter == "rest",
                "role": connection.role,
                "status": connection.status,
                "type": connection.adapter,
                "usage": usage(space, &connection.code),
                "validateJsonPayloadSupport": connection.adapter == "rest",
            }),
            // Known by name alone: `SCHEDULE` and the like, which no call can fetch.
            None => json!({"id": code, "name": code, "status": "CONFIGURED"}),
        })
        .collect();
    let lookups: Vec<Value> = one
        .lookups
        .iter()
        .map(|name| {
            let lookup = space.lookups.get(name);
            let lock = lookup.and_then(|lookup| lookup.lock.as_ref());
            json!({
                "lockedBy": lock.map(|lock| &lock.by),
                "lockedDate": lock.map(|lock| date(lock.since)),
                "lockedFlag": lock.is_some(),
                "name": name,
                "status": lookup.map_or("CONFIGURED", |lookup| lookup.status.as_str()),
                "usage": space
                    .integrations
                    .values()
                    .filter(|other| other.lookups.contains(name))
                    .count(),
            })
        })
        .collect();
    let libraries: Vec<Value> = one
        .libraries
        .iter()
        .map(|(code, version)| {
            json!({"code": code, "id": format!("{code}|{version}"), "version": version})
        })
        .collect();
    json!({
        "certificates": [],
        "connections": connections,
        "libraries": libraries,
        "lookups": lookups,
    })
}

/// How many integrations of the space use a connection.
pub(crate) fn usage(space: &Space, code: &str) -> usize {
    space
        .integrations
        .values()
        .filter(|one| {
            one.endpoints
                .iter()
                .any(|endpoint| endpoint.connection == code)
        })
        .count()
}

fn tracking(one: &Integration) -> Value {
    let variable = |number: u32, name: &str, xpath: &str| {
        json!({
            "name": name,
            "output": {
                "messageContextRef": {"property": [], "refUri": format!("messagecontext_{}", number * 2)},
                "name": format!("output_{}", number * 2 + 1),
            },
            "primary": number == 1,
            "property": [],
            "role": format!("tracking_var_{number}"),
            "xpath": xpath,
        })
    };
    let primary = tracking_name(one);
    json!([
        variable(1, primary, &format!("/execute/request-wrapper/{primary}")),
        variable(2, "tracking_var_2", ""),
        variable(3, "tracking_var_3", ""),
    ])
}
