//! Values, files and agent groups that connections take in the destination.

use std::time::Duration;

use waybill_engine::RunStatus;
use waybill_engine::waybill::{
    Bindings, ConnectionBinding, ConnectionMode, ConnectionPolicy, HostRule, Policies,
};
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use crate::goes_well;
use crate::stage::{choice, integrations, stage, stage_where};

#[tokio::test(flavor = "multi_thread")]
async fn values_arrive_with_the_hosts_of_the_destination_and_files_as_they_were_given() {
    let stage = stage(14, 0).await;
    let source = stage.bench.client("source");
    let mut bindings = stage.bindings().await;
    // The host of an address that a connection of the source has.
    let mut example = None;
    for id in bindings.connections.keys() {
        let read = source.connection(&id.scope, &id.code).await.unwrap().value;
        let found = read.connection_properties.into_iter().find_map(|own| {
            let value = own.property_value?;
            let host = value.strip_prefix("https://")?.split('/').next()?;
            (id.scope == Scope::Global).then(|| (own.property_name.clone(), host.to_owned()))
        });
        if let Some((property, host)) = found {
            example = Some((id.clone(), property, host));
        }
    }
    let (_, _, host) = example.unwrap();
    bindings.hosts = vec![HostRule {
        from: host.clone(),
        to: "prod.acme.example".to_owned(),
    }];
    let waybill = stage
        .plan(integrations, Policies::default(), bindings.clone())
        .await;
    goes_well(&stage, &waybill).await;

    let client = stage.destination();
    let (mut rewritten, mut files) = (0, 0);
    let moved = waybill
        .items
        .iter()
        .filter(|item| item.id.kind == ArtifactKind::Connection);
    for item in moved {
        let id = &item.id;
        let ours = source.connection(&id.scope, &id.code).await.unwrap().value;
        let theirs = client.connection(&id.scope, &id.code).await.unwrap().value;
        assert_eq!(theirs.status.as_deref(), Some("CONFIGURED"), "{id}");
        for own in ours.connection_properties {
            if own.has_attachment {
                continue;
            }
            let there = theirs
                .connection_properties
                .iter()
                .find(|other| other.property_name == own.property_name)
                .and_then(|other| other.property_value.clone());
            let wanted = own.property_value.map(|value| {
                rewritten += usize::from(value.contains(&host));
                value.replace(&host, "prod.acme.example")
            });
            assert_eq!(there, wanted, "{id} {}", own.property_name);
        }
        for attachment in &bindings.connections[id].attachments {
            let there = client
                .connection_attachment(&id.scope, &id.code, &attachment.property)
                .await
                .unwrap();
            assert_eq!(there, std::fs::read(&attachment.path).unwrap());
            files += 1;
        }
    }
    assert!(rewritten > 0 && files > 0, "{rewritten} {files}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_changed_since_stops_the_run_before_anything_is_written() {
    let stage = stage(14, 0).await;
    let bindings = stage.bindings().await;
    let waybill = stage
        .plan(integrations, Policies::default(), bindings.clone())
        .await;
    let brought = |id: &ArtifactId| waybill.item(id).is_some();
    let attachment = bindings
        .connections
        .iter()
        .filter(|(id, _)| brought(id))
        .find_map(|(_, own)| own.attachments.first())
        .unwrap();
    std::fs::write(&attachment.path, "another").unwrap();
    stage.bench.sandbox.control().reset_calls();
    let run = stage.haul(&waybill).await;
    assert_eq!(run.status, RunStatus::Failed, "{:?}", run.headline);
    let headline = run.headline.unwrap();
    assert!(headline.contains("its content has changed"), "{headline}");
    assert_eq!(stage.all_effects(), 0);
    // Put back, the same waybill goes.
    let name = std::path::Path::new(&attachment.path).file_name().unwrap();
    std::fs::write(&attachment.path, name.to_str().unwrap()).unwrap();
    goes_well(&stage, &waybill).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_group_is_taken_away_and_comes_back_from_the_source() {
    let stage = stage_where(2, 0, false, Duration::from_millis(50)).await;
    let id = ArtifactId::global(ArtifactKind::Connection, "MES_PLANT", None);
    let group = async || {
        let client = stage.destination();
        let read = client.connection(&Scope::Global, "MES_PLANT").await;
        read.unwrap().value.agent_group_id
    };
    let before = group().await;
    assert!(before.is_some());
    let choose = |catalogue: &_| choice(catalogue, |own| *own == id);
    let mut bindings = Bindings::default();
    bindings.connections.insert(
        id.clone(),
        ConnectionBinding {
            mode: ConnectionMode::Enter,
            agent_group: Some(String::new()),
            ..ConnectionBinding::default()
        },
    );
    let waybill = stage.plan(choose, Policies::default(), bindings).await;
    goes_well(&stage, &waybill).await;
    assert_eq!(group().await.filter(|group| !group.is_empty()), None);

    let policies = Policies {
        connections: ConnectionPolicy::FromSource,
        ..Policies::default()
    };
    let waybill = stage.plan(choose, policies, Bindings::default()).await;
    goes_well(&stage, &waybill).await;
    assert_eq!(group().await, before);
}
