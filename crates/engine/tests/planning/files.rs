//! From real archives into an instance. Passed over, in plain words, where their folder is absent.

use std::path::{Path, PathBuf};

use waybill_engine::sha256;
use waybill_engine::waybill::{Action, ImportHow, StepKind};
use waybill_model::{ArtifactId, ArtifactKind};
use waybill_sandbox::{InstanceSpec, Sandbox};

use crate::bench::Bench;
use crate::stage::{Gathered, archives, everything, id, keys, one, rules};

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        PathBuf::from,
    );
    if folder.join("expected.json").is_file() {
        return Some(folder);
    }
    #[expect(
        clippy::print_stderr,
        reason = "the reader of the test run has to know"
    )]
    {
        eprintln!("passed over: no real archives in {}", folder.display());
    }
    None
}

async fn empty() -> Bench {
    let builder = Sandbox::builder().instance(InstanceSpec::oic3("prod").empty());
    Bench::with(builder.start().await.unwrap())
}

/// The files that are archives of integrations, packages or projects.
fn all_archives(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            let ending = path
                .extension()
                .and_then(|own| own.to_str())
                .unwrap_or_default();
            if path.is_dir() {
                waiting.push(path);
            } else if matches!(ending, "iar" | "par" | "car") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_real_archive_can_be_planned_and_goes_as_it_is() {
    let Some(folder) = folder() else { return };
    let bench = empty().await;
    for path in all_archives(&folder) {
        let side = archives(&path);
        let all = everything(side.catalogue());
        let gathered = Gathered::of(&bench, &side, all, "prod").await;
        let waybill = gathered.plan();
        let name = path.display();
        let own = sha256(&std::fs::read(&path).unwrap());
        assert!(
            waybill.cargo().contains(&own),
            "{name}: {:#?}",
            rules(&waybill)
        );
        let imports = waybill.steps.iter().filter(|step| {
            matches!(
                step.kind,
                StepKind::Import {
                    how: ImportHow::Integration | ImportHow::Package | ImportHow::Project,
                    ..
                }
            )
        });
        assert_eq!(imports.count(), 1, "{name}: {:?}", keys(&waybill));
        for item in &waybill.items {
            let comes = !matches!(
                item.id.kind,
                ArtifactKind::Certificate | ArtifactKind::AgentGroup | ArtifactKind::Schedule
            );
            let called = matches!(&item.action, Action::CannotGo { .. });
            assert!(!(comes && called), "{name}: {} {:?}", item.id, item.action);
        }
        let again = Gathered::of(&bench, &side, everything(side.catalogue()), "prod").await;
        assert_eq!(again.plan().steps, waybill.steps, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_brings_its_child_and_without_it_that_is_told() {
    let Some(folder) = folder() else { return };
    let bench = empty().await;
    let both = folder.join("lucianosilva__oracle-integration-observability");
    let parent = id("integration:OIO_SAMPLE_BUSINESS_FLOW|01.00.0000");
    let child = id("integration:OIO_LOG_EVENT|01.00.0000");
    let side = archives(&both);
    let waybill = Gathered::of(&bench, &side, one(&parent), "prod")
        .await
        .plan();
    let reason = waybill.item(&child).unwrap().reason.words();
    assert_eq!(reason, "called by OIO_SAMPLE_BUSINESS_FLOW");
    let place = |of: &ArtifactId| {
        let key = format!("import {of}");
        waybill.steps.iter().position(|step| step.key == key)
    };
    assert!(place(&parent).is_some() && place(&child).is_some());

    let alone = archives(&both.join("OIO_SAMPLE_BUSINESS_FLOW_01.00.0000.iar"));
    let waybill = Gathered::of(&bench, &alone, one(&parent), "prod")
        .await
        .plan();
    let told = rules(&waybill);
    let missing = told
        .iter()
        .any(|one| one.starts_with("need-missing") && one.contains("OIO_LOG_EVENT"));
    assert!(missing, "{told:#?}");
}
