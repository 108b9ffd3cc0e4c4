//! Changes while every fifth call fails: refused for a while, dropped before its effect, dropped after
//! it, or answered by a gateway that gave up. Everything gets done, and nothing twice.

use std::sync::Arc;

use waybill_client::wire::{Activation, Deactivation, LookupDefinition, ScheduleMode, ScheduleRun};
use waybill_client::{AwaitedIntegration, AwaitedState, Client, Error, Patience, Settled, Upload};
use waybill_model::Generation::Oic3;
use waybill_model::Scope::Global;
use waybill_sandbox::{FaultKind, StandingFault};

use crate::bench::Bench;

/// Integrations that are taken through everything.
const TRAVELLERS: usize = 20;

fn weather() -> StandingFault {
    let refused = |code| FaultKind::Status {
        code,
        retry_after: None,
    };
    StandingFault {
        chance: 0.2,
        kinds: vec![
            refused(429),
            refused(503),
            FaultKind::DropBefore,
            FaultKind::DropAfter,
            FaultKind::StatusAfter { code: 504 },
        ],
        seed: 11,
        path: None,
        method: None,
        except: Some("/oauth2/".to_owned()),
    }
}

/// One integration, from its export to its last state.
async fn travel(client: Client, id: String) -> Result<(), Error> {
    let archive = client.export_integration(&id).await?;
    client.delete_integration(&Global, &id).await?;
    client
        .import_integration(&Global, &id, Upload::Bytes(archive.clone()), None)
        .await?;
    client
        .replace_integration(&id, Upload::Bytes(archive), None)
        .await?;
    Ok(())
}

async fn all_reach(client: &Client, ids: &[String], state: AwaitedState) -> Result<(), Error> {
    let awaited: Vec<_> = ids
        .iter()
        .map(|id| AwaitedIntegration {
            id: id.clone(),
            state,
        })
        .collect();
    let patience = Patience {
        first_pause: std::time::Duration::from_millis(50),
        longest_pause: std::time::Duration::from_millis(200),
        give_up_after: std::time::Duration::from_mins(2),
    };
    let ends = client
        .watch_activations(&Global, &awaited, patience, |_| {})
        .await?;
    for (id, end) in ends {
        assert_eq!(end, Settled::Reached, "{id}");
    }
    Ok(())
}

/// Does the same with all at a time.
async fn with_all<F, R>(ids: &[String], doing: F)
where
    F: Fn(String) -> R,
    R: Future<Output = Result<(), Error>> + Send + 'static,
{
    let mut tasks = tokio::task::JoinSet::new();
    for id in ids {
        tasks.spawn(doing(id.clone()));
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_every_fifth_call_failing_all_changes_are_made_and_none_twice() {
    let bench = Arc::new(Bench::new(Oic3).await);
    let scheduled = bench.scheduled(&Global).await.unwrap();
    let all = bench.integrations(&Global).await.unwrap();
    let ids: Vec<String> = all
        .iter()
        .filter(|one| one.value.id != scheduled)
        .take(TRAVELLERS)
        .map(|one| one.value.id.clone())
        .collect();
    for id in &ids {
        let kind = waybill_model::ArtifactKind::Integration;
        bench.set_status(kind, &Global, id, "CONFIGURED");
    }
    bench.control().reset_calls();
    bench.control().fail_often(weather());
    let client = bench.client.clone();

    with_all(&ids, |id| travel(client.clone(), id)).await;
    with_all(&ids, |id| {
        let client = client.clone();
        async move {
            let activation = Activation::default();
            client
                .activate_integration(&Global, &id, &activation)
                .await
                .map(drop)
        }
    })
    .await;
    all_reach(&client, &ids, AwaitedState::Activated)
        .await
        .unwrap();
    with_all(&ids, |id| {
        let client = client.clone();
        async move {
            let deactivation = Deactivation::default();
            client
                .deactivate_integration(&Global, &id, &deactivation)
                .await
                .map(drop)
        }
    })
    .await;
    all_reach(&client, &ids, AwaitedState::Deactivated)
        .await
        .unwrap();

    let mode = ScheduleMode::default();
    let run = ScheduleRun::default();
    client
        .pause_schedule(&Global, &scheduled, mode)
        .await
        .unwrap();
    client
        .resume_schedule(&Global, &scheduled, mode)
        .await
        .unwrap();
    client
        .stop_schedule(&Global, &scheduled, mode)
        .await
        .unwrap();
    client
        .start_schedule(&Global, &scheduled, &run, mode)
        .await
        .unwrap();
    for number in 0..10 {
        let name = format!("lookup-{number}");
        let lookup = LookupDefinition::new(&name, &["a", "b"], &[&["1", "2"]]);
        client.create_lookup(&Global, &lookup).await.unwrap();
        let csv = client.export_lookup(&Global, &name).await.unwrap();
        client.delete_lookup(&name).await.unwrap();
        client
            .import_lookup(&Global, &name, Upload::Bytes(csv))
            .await
            .unwrap();
    }

    bench.control().heal();
    let calls = bench.control().calls();
    assert_eq!(calls.repeated(), []);
    assert_eq!(
        calls.effects_of("integrations/archive"),
        2 * TRAVELLERS as u64,
        "{:?}",
        calls.effects
    );
    let left = bench.integrations(&Global).await.unwrap();
    assert!(
        ids.iter()
            .all(|id| left.iter().any(|one| &one.value.id == id))
    );
}
