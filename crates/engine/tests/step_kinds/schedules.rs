//! Schedules arrive with the times and parameters that were decided for the destination.

use waybill_engine::waybill::{Policies, ScheduleBinding};
use waybill_model::{ArtifactKind, Catalogue, Scope, State};

use crate::goes_well;
use crate::stage::{choice, stage};

fn scheduled(catalogue: &Catalogue) -> waybill_engine::plan::Choice {
    choice(catalogue, |id| {
        id.scope == Scope::Global
            && matches!(id.kind, ArtifactKind::Integration | ArtifactKind::Schedule)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn time_zone_begin_end_and_parameters_are_those_of_the_destination() {
    let stage = stage(20, 0).await;
    let source = stage.bench.client("source");
    let catalogue = stage.catalogue("source").await;
    let active = |id: &waybill_model::ArtifactId| {
        let integration = waybill_model::ArtifactId {
            kind: ArtifactKind::Integration,
            ..id.clone()
        };
        catalogue.get(&integration).and_then(|own| own.state) == Some(State::Active)
    };
    let all: Vec<_> = scheduled(&catalogue)
        .chosen
        .into_iter()
        .filter(|id| id.kind == ArtifactKind::Schedule)
        .collect();
    assert!(all.len() > 1, "{all:?}");
    let id = all.iter().find(|id| active(id)).unwrap().clone();
    let mut bindings = stage.bindings().await;
    let mut binding = ScheduleBinding {
        time_zone: Some("Europe/Berlin".to_owned()),
        start: Some("12/1/2026|02:30:00".to_owned()),
        end: Some("12/31/2027|23:00:00".to_owned()),
        ..ScheduleBinding::default()
    };
    binding
        .parameters
        .insert("lastRun".to_owned(), "2026-11-01T00:00:00Z".to_owned());
    bindings.schedules.insert(id.clone(), binding);
    let waybill = stage.plan(scheduled, Policies::default(), bindings).await;
    goes_well(&stage, &waybill).await;

    let client = stage.destination();
    let read = async |client: &waybill_client::Client, wire: &str| {
        let read = client.schedule(&Scope::Global, wire).await.unwrap();
        read.map(|read| read.value)
    };
    let there = read(&client, &id.wire()).await.unwrap();
    assert_eq!(there.schedule_tz.as_deref(), Some("Europe/Berlin"));
    assert_eq!(there.start_date.as_deref(), Some("12/1/2026|02:30:00"));
    assert_eq!(there.end_date.as_deref(), Some("12/31/2027|23:00:00"));
    let integration = client
        .integration(&Scope::Global, &id.wire())
        .await
        .unwrap();
    let told = integration.raw.to_string();
    assert!(told.contains("2026-11-01T00:00:00Z"), "{told}");
    // The others are as in the source.
    for other in all.iter().filter(|other| **other != id) {
        let ours = read(&source, &other.wire()).await.unwrap();
        let theirs = read(&client, &other.wire()).await.unwrap();
        assert_eq!(
            (ours.ical_expression, ours.schedule_tz, ours.start_date),
            (
                theirs.ical_expression,
                theirs.schedule_tz,
                theirs.start_date
            ),
            "{other}"
        );
    }
}
