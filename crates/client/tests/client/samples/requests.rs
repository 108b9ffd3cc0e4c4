//! Request samples: what the client sends for the same wish is the same body.

use serde_json::{Value, json};
use waybill_client::wire::{
    AccessList, AccessListRequest, Activation, ConnectionUpdate, Deactivation, DeploymentRequest,
    ImportMode, InstanceExport, InstanceImport, IntegrationClone, IntegrationFlags,
    IntegrationVersion, LookupCells, LookupDefinition, PayloadCheck, PropertyChange, Replay,
    ResourceVersion, ScheduleDefinition, ScheduleMode, ScheduleParameter, ScheduleRun, StorageInfo,
};
use waybill_client::{Client, Error, GitRepository};
use waybill_model::Scope;
use wiremock::matchers::method;
use wiremock::{Mock, ResponseTemplate};

use super::probe::decode;
use crate::support::{client, instance};

const ID: &str = "ANY|01.00.0000";

pub type Outcome = Result<(), String>;

/// The body of the one change that the work makes.
async fn sent<F, W>(work: F) -> Result<Value, String>
where
    F: FnOnce(Client) -> W,
    W: Future<Output = Result<(), Error>>,
{
    let server = instance().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(404))
        .mount(&server)
        .await;
    for verb in ["POST", "PUT", "PATCH"] {
        Mock::given(method(verb))
            .respond_with(
                ResponseTemplate::new(200).set_body_json(json!({"id": "X", "jobId": "1"})),
            )
            .with_priority(9)
            .mount(&server)
            .await;
    }
    work(client(&server))
        .await
        .map_err(|error| error.to_string())?;
    let requests = server.received_requests().await.unwrap();
    let mut changes = requests.iter().filter(|request| {
        request.method.as_str() != "GET" && !request.url.path().ends_with("/token")
    });
    let change = changes.next().ok_or("nothing was sent")?;
    serde_json::from_slice(&change.body).map_err(|error| error.to_string())
}

/// The same, apart from members that say nothing: `null` and empty lists are the same as absence.
fn same(sent: &Value, sample: &Value) -> Outcome {
    let (sent, sample) = (plain(sent), plain(sample));
    if sent == sample {
        Ok(())
    } else {
        Err(format!("sent {sent} instead of {sample}"))
    }
}

fn plain(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), plain(value)))
            .filter(|(name, value)| {
                let says_nothing =
                    matches!(name.as_str(), "parameters" | "robots") && *value == json!([]);
                !value.is_null() && !says_nothing
            })
            .collect(),
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

fn text(of: &Value, name: &str) -> String {
    optional(of, name).unwrap_or_default()
}

fn optional(of: &Value, name: &str) -> Option<String> {
    of.get(name)?.as_str().map(str::to_owned)
}

fn flag(of: &Value, name: &str) -> Option<bool> {
    of.get(name)?.as_bool()
}

fn each<T>(of: &Value, name: &str, make: impl Fn(&Value) -> T) -> Option<Vec<T>> {
    Some(of.get(name)?.as_array()?.iter().map(make).collect())
}

fn storage(sample: &Value) -> StorageInfo {
    let info = &sample["storageInfo"];
    StorageInfo {
        url: text(info, "storageUrl").into(),
        user: text(info, "storageUser"),
        password: text(info, "storagePassword").into(),
    }
}

pub async fn instance_export(sample: &Value) -> Outcome {
    let export = InstanceExport {
        job_name: optional(sample, "jobName"),
        description: optional(sample, "description"),
        security_artifacts: flag(sample, "exportSecurityArtifacts"),
        overwrite: flag(sample, "overwrite"),
        ..InstanceExport::to(storage(sample))
    };
    let sent = sent(async |client| client.start_instance_export(&export).await.map(drop)).await?;
    same(&sent, sample)
}

pub async fn instance_import(sample: &Value) -> Outcome {
    let word = text(sample, "importActivateMode");
    let mode = [
        ImportMode::ImportOnly,
        ImportMode::ImportActivate,
        ImportMode::ActivateOnly,
    ]
    .into_iter()
    .find(|mode| mode.name().eq_ignore_ascii_case(&word))
    .ok_or(format!("unknown mode {word}"))?;
    let import = InstanceImport {
        job_name: optional(sample, "jobName"),
        description: optional(sample, "description"),
        security_artifacts: flag(sample, "importSecurityArtifacts"),
        ..InstanceImport::of(text(sample, "archiveFile"), mode, storage(sample))
    };
    let sent = sent(async |client| client.start_instance_import(&import).await.map(drop)).await?;
    // The service takes the mode with a small and a capital first letter (both recorded).
    let mut sample = sample.clone();
    sample["importActivateMode"] = json!(mode.name());
    same(&sent, &sample)
}

pub async fn connection_update(sample: &Value) -> Outcome {
    let property = |property: &Value| PropertyChange {
        group: optional(property, "propertyGroup"),
        property_type: optional(property, "propertyType"),
        ..PropertyChange::secret(
            &text(property, "propertyName"),
            text(property, "propertyValue").into(),
        )
    };
    let update = ConnectionUpdate {
        connection_properties: each(sample, "connectionProperties", property).unwrap_or_default(),
        security_properties: each(sample, "securityProperties", property).unwrap_or_default(),
        security_policy: optional(sample, "securityPolicy"),
        agent_group_id: optional(sample, "agentGroupId"),
    };
    let sent = sent(async |client| {
        let update = client.update_connection(&Scope::Global, "X", &update);
        update.await.map(drop)
    })
    .await?;
    same(&sent, sample)
}

pub async fn integration_clone(sample: &Value) -> Outcome {
    let clone = IntegrationClone {
        code: text(sample, "code"),
        version: text(sample, "version"),
        name: text(sample, "name"),
        description: optional(sample, "description"),
        package_name: optional(sample, "packageName"),
        ..IntegrationClone::default()
    };
    let sent = sent(async |client| client.clone_integration(ID, &clone).await.map(drop)).await?;
    same(&sent, sample)
}

pub async fn lookup(sample: &Value) -> Outcome {
    let cell = |cell: &Value| cell.as_str().unwrap_or_default().to_owned();
    let lookup = LookupDefinition {
        name: text(sample, "name"),
        description: optional(sample, "description"),
        columns: each(sample, "columns", cell).unwrap_or_default(),
        rows: each(sample, "rows", |row| LookupCells {
            row_data: each(row, "rowData", cell).unwrap_or_default(),
        })
        .unwrap_or_default(),
    };
    let sent = sent(async |client| {
        let create = client.create_lookup(&Scope::Global, &lookup);
        create.await.map(drop)
    })
    .await?;
    same(&sent, sample)
}

/// Activation and deactivation share a call: the status in the body tells them apart.
pub async fn activation(sample: &Value) -> Outcome {
    let within = Scope::Global;
    let sent = if sample["status"] == "CONFIGURED" {
        let deactivation = Deactivation {
            stop_schedule: sample.get("stopScheduleForDeactivation").is_some(),
            soft: flag(sample, "softDeactivate"),
            ..Deactivation::default()
        };
        sent(async |client| {
            let call = client.deactivate_integration(&within, ID, &deactivation);
            call.await.map(drop)
        })
        .await?
    } else {
        let activation = Activation {
            flags: IntegrationFlags {
                tracing: flag(sample, "tracingEnabledFlag"),
                payload_tracing: flag(sample, "payloadTracingEnabledFlag"),
                recording: flag(sample, "recordEnabledFlag"),
                replay: sample.get("replay").map(|replay| Replay {
                    can_replay: replay["canReplay"] == true,
                }),
                payload: sample.get("payload").map(|payload| PayloadCheck {
                    validate: payload["validate"] == true,
                }),
            },
            ..Activation::default()
        };
        sent(async |client| {
            let call = client.activate_integration(&within, ID, &activation);
            call.await.map(drop)
        })
        .await?
    };
    let mut sample = sample.clone();
    if sample["status"] == "ACTIVATED"
        && let Some(members) = sample.as_object_mut()
    {
        // Of meaning to a deactivation alone.
        members.remove("softDeactivate");
    }
    same(&sent, &sample)
}

pub async fn reactivation(sample: &Value) -> Outcome {
    let ids: Vec<&str> = sample
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let sent = sent(async |client| client.reactivate_integrations(&ids).await.map(drop)).await?;
    same(&sent, sample)
}

pub async fn schedule_definition(sample: &Value) -> Outcome {
    let definition = ScheduleDefinition::from_stored(sample);
    let sent = sent(async |client| {
        let create = client.create_schedule(&Scope::Global, ID, &definition);
        create.await.map(drop)
    })
    .await?;
    same(&sent, sample)
}

fn parameters(sample: &Value) -> Vec<ScheduleParameter> {
    let parameter = |parameter: &Value| ScheduleParameter {
        name: text(parameter, "name"),
        value: text(parameter, "value"),
    };
    each(sample, "parameters", parameter).unwrap_or_default()
}

pub async fn schedule_start(sample: &Value) -> Outcome {
    let run = ScheduleRun {
        parameters: parameters(sample),
        run_as_schedule: flag(sample, "runAsSchedule"),
        run_as_user_name: optional(sample, "runAsUserName"),
    };
    let sent = sent(async |client| {
        let start = client.start_schedule(&Scope::Global, ID, &run, ScheduleMode::default());
        start.await.map(drop)
    })
    .await?;
    // `action` is optional: documented, and public scripts work without.
    let without = |body: &Value| {
        let mut body = body.clone();
        if let Some(members) = body.as_object_mut() {
            members.remove("action");
        }
        body
    };
    same(&without(&sent), &without(sample))
}

pub async fn schedule_parameters(sample: &Value) -> Outcome {
    let parameters = parameters(sample);
    let sent = sent(async |client| {
        let set = client.set_schedule_parameters(&Scope::Global, ID, &parameters);
        set.await.map(drop)
    })
    .await?;
    same(&sent, sample)
}

pub async fn access_list(sample: &Value) -> Outcome {
    let list = AccessListRequest::from(&decode::<AccessList>(sample)?);
    let sent = sent(async |client| client.set_access_list("P", &list).await.map(drop)).await?;
    same(&sent, sample)
}

fn version(of: &Value) -> IntegrationVersion {
    IntegrationVersion {
        code: text(of, "code"),
        version: text(of, "version"),
    }
}

pub async fn integrations_copy(sample: &Value) -> Outcome {
    let from = text(sample, "projectCode");
    let integrations = each(sample, "integrations", version).unwrap_or_default();
    let server = instance().await;
    Mock::given(method("GET"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({"items": [], "hasMore": false})),
        )
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200))
        .with_priority(9)
        .mount(&server)
        .await;
    let copy = client(&server);
    copy.copy_integrations("INTO", &from, &integrations)
        .await
        .map_err(|error| error.to_string())?;
    let requests = server.received_requests().await.unwrap();
    let sent = requests.last().ok_or("nothing was sent")?;
    let sent = serde_json::from_slice(&sent.body).map_err(|error| error.to_string())?;
    same(&sent, sample)
}

pub async fn deployment(sample: &Value, update: bool) -> Outcome {
    let resource = |of: &Value| ResourceVersion {
        identifier: text(of, "identifier"),
        version: text(of, "version"),
    };
    let deployment = DeploymentRequest {
        description: optional(sample, "description"),
        integrations: each(sample, "integrations", version),
        robots: each(sample, "robots", resource),
        decisions: each(sample, "decisions", resource),
        trading_partners: each(sample, "b2btradingpartners", version),
        ..DeploymentRequest::new(text(sample, "code"), text(sample, "name"))
    };
    let sent = sent(async |client| {
        if update {
            client.update_deployment("P", &deployment).await.map(drop)
        } else {
            client.create_deployment("P", &deployment).await.map(drop)
        }
    })
    .await?;
    // Of an integration, code and version are documented; the recording carries what a list gave.
    let mut sample = sample.clone();
    for integration in sample["integrations"].as_array_mut().into_iter().flatten() {
        if let Some(members) = integration.as_object_mut() {
            members.retain(|name, _| matches!(name.as_str(), "code" | "version"));
        }
    }
    same(&sent, &sample)
}

pub async fn project_export(sample: &Value) -> Outcome {
    let code = text(sample, "code");
    let (name, label) = (optional(sample, "name"), optional(sample, "label"));
    let label = label.as_deref().filter(|label| !label.is_empty());
    let server = instance().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(crate::support::ZIP))
        .with_priority(9)
        .mount(&server)
        .await;
    client(&server)
        .export_project(&code, name.as_deref(), label)
        .await
        .map_err(|error| error.to_string())?;
    let requests = server.received_requests().await.unwrap();
    let sent = requests.last().ok_or("nothing was sent")?;
    let sent = serde_json::from_slice(&sent.body).map_err(|error| error.to_string())?;
    same(&sent, sample)
}

pub async fn git_settings(sample: &Value) -> Outcome {
    let repository = GitRepository {
        repository: text(sample, "repoURL"),
        branch: text(sample, "branchName"),
        api_key: text(sample, "apiKey").into(),
    };
    let sent = sent(async |client| client.set_git_repository(&repository).await.map(drop)).await?;
    same(&sent, sample)
}

pub async fn git_import(sample: &Value) -> Outcome {
    let url = text(sample, "downloadUrl").into();
    let sent =
        sent(async |client| client.import_project_from_git("P", &url).await.map(drop)).await?;
    same(&sent, sample)
}
