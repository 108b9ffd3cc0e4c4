//! From instances and snapshots to instances.

use std::collections::BTreeMap;

use waybill_engine::Selection;
use waybill_engine::waybill::{Action, ImportHow, StepKind};
use waybill_model::ArtifactKind;
use waybill_sandbox::{InstanceSpec, Sandbox};

use crate::bench::Bench;
use crate::stage::{Gathered, everything, keys, rules};

/// The calls that were no reading. Projects are exported by `POST`.
fn writes(bench: &Bench) -> Vec<String> {
    let calls = bench.sandbox.control().calls();
    let paths = calls.by_path.into_keys();
    let writes =
        paths.filter(|path| !path.starts_with("GET ") && path != "POST projects/{}/archive");
    writes.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn between_equal_instances_there_is_nothing_to_do() {
    let bench = Bench::start(&["dev", "prod"], 40).await;
    let dev = bench.live("dev").await;
    let all = everything(dev.catalogue());
    let gathered = Gathered::of(&bench, &dev, all, "prod").await;
    let waybill = gathered.plan();
    assert_eq!(keys(&waybill), [""; 0], "{:#?}", rules(&waybill));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_of_the_instance_as_it_is_restores_nothing() {
    let bench = Bench::start(&["dev"], 40).await;
    let snapshot = bench.snapshot("dev", Selection::Everything).await;
    let all = everything(snapshot.catalogue());
    bench.sandbox.control().reset_calls();
    let gathered = Gathered::of(&bench, &snapshot, all, "dev").await;
    let waybill = gathered.plan();
    assert_eq!(keys(&waybill), [""; 0], "{:#?}", rules(&waybill));
    assert_eq!(writes(&bench), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn into_an_empty_instance_comes_all_that_can_with_the_values_of_connections() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .instance(InstanceSpec::oic3("prod").empty())
        .synthetic(40, 7)
        .start()
        .await
        .unwrap();
    let bench = Bench::with(sandbox);
    let dev = bench.live("dev").await;
    let all = everything(dev.catalogue());
    let gathered = Gathered::of(&bench, &dev, all, "prod").await;
    let waybill = gathered.plan();
    for item in &waybill.items {
        let own = dev.catalogue().get(item.source_id()).unwrap();
        match item.id.kind {
            ArtifactKind::Integration | ArtifactKind::Lookup | ArtifactKind::Package
                if !own.prebuilt =>
            {
                assert!(item.action.brings(), "{}: {:?}", item.id, item.action);
            }
            ArtifactKind::Connection if item.action == Action::Create => {
                assert!(item.record.is_some(), "{}", item.id);
            }
            _ => {}
        }
    }
    let imports = |wanted: ImportHow| {
        let steps = waybill.steps.iter();
        steps
            .filter(|step| matches!(step.kind, StepKind::Import { how, .. } if how == wanted))
            .count()
    };
    for how in [
        ImportHow::Project,
        ImportHow::Package,
        ImportHow::Integration,
        ImportHow::Lookup,
        ImportHow::Library,
    ] {
        assert!(imports(how) > 0, "{how:?}");
    }
    let sets = |kind: StepKind| {
        waybill
            .steps
            .iter()
            .filter(|step| step.kind == kind)
            .count()
    };
    assert!(sets(StepKind::SetConnection) > 20);
    assert_eq!(
        sets(StepKind::SetConnection),
        sets(StepKind::TestConnection)
    );
    assert!(sets(StepKind::SetSchedule) > 0 && sets(StepKind::SetAccess) > 0);
    // What is set comes from records, which are JSON without secrets.
    let records = waybill.items.iter().filter_map(|item| item.record.as_ref());
    for record in records {
        let text = String::from_utf8(gathered.cargo[&record.sha256].clone()).unwrap();
        assert!(
            serde_json::from_str::<serde_json::Value>(&text)
                .unwrap()
                .is_object()
        );
        assert!(!text.contains("*****"), "{text}");
    }
    // Looking writes nothing.
    assert_eq!(writes(&bench), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_brings_the_same_as_the_instance_that_it_was_taken_of() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .instance(InstanceSpec::oic3("prod").empty())
        .synthetic(25, 3)
        .start()
        .await
        .unwrap();
    let bench = Bench::with(sandbox);
    let dev = bench.live("dev").await;
    let snapshot = bench.snapshot("dev", Selection::Everything).await;
    let all = everything(dev.catalogue());
    let live = Gathered::of(&bench, &dev, all.clone(), "prod").await;
    let kept = Gathered::of(&bench, &snapshot, all, "prod").await;
    assert_eq!(keys(&live.plan()), keys(&kept.plan()));
    let records = |gathered: &Gathered| -> BTreeMap<_, _> {
        let facts = gathered.source.facts.iter();
        facts
            .map(|(id, facts)| {
                let record = facts.record.as_ref().map(|stamp| stamp.sha256.clone());
                (
                    id.clone(),
                    (
                        record,
                        facts.fingerprint.map(|own| own.to_string()),
                        facts.state,
                    ),
                )
            })
            .collect()
    };
    let (live, kept) = (records(&live), records(&kept));
    for (id, own) in &live {
        assert_eq!(own, &kept[id], "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn newer_archives_do_not_go_into_older_generations_and_older_ones_come_in() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("new"))
        .instance(InstanceSpec::gen2("old"))
        .instance(InstanceSpec::ics("oldest"))
        .instance(InstanceSpec::oic3("prod").empty())
        .synthetic(12, 5)
        .start()
        .await
        .unwrap();
    let bench = Bench::with(sandbox);
    for (from, to, comes) in [
        ("new", "old", false),
        ("old", "prod", true),
        ("oldest", "prod", true),
    ] {
        let side = bench.live(from).await;
        let all = everything(side.catalogue());
        let waybill = Gathered::of(&bench, &side, all, to).await.plan();
        let integrations = waybill.items.iter().filter(|item| {
            let own = side.catalogue().get(item.source_id());
            item.id.kind == ArtifactKind::Integration && own.is_some_and(|own| !own.prebuilt)
        });
        let mut seen = 0;
        for item in integrations {
            seen += 1;
            let cannot = matches!(item.action, Action::CannotGo { .. });
            let same = item.action == Action::Keep;
            assert_eq!(
                !cannot,
                comes || same,
                "{from} to {to}: {} {:?}",
                item.id,
                item.action
            );
        }
        assert!(seen > 0, "{from}");
    }
}
