//! A clone from end to end, of each generation.

use std::collections::BTreeSet;
use std::time::Duration;

use waybill_engine::clone::{CloneMode, ClonePart, CloneRequest, ResidualKind};
use waybill_engine::{RunId, RunStatus, StepState};
use waybill_model::{ArtifactId, ArtifactKind, Catalogue, State};
use waybill_sandbox::InstanceSpec;

use crate::stage::Stage;

fn codes(catalogue: &Catalogue, kind: ArtifactKind) -> BTreeSet<ArtifactId> {
    let all = catalogue.artifacts.iter();
    all.filter(|one| one.id.kind == kind && !one.prebuilt)
        .map(|one| one.id.clone())
        .collect()
}

async fn is_cloned(stage: &Stage) {
    let (source, destination) = (
        stage.catalogue("source").await,
        stage.catalogue("destination").await,
    );
    for kind in [
        ArtifactKind::Integration,
        ArtifactKind::Connection,
        ArtifactKind::Lookup,
    ] {
        let wanted = codes(&source, kind);
        assert!(!wanted.is_empty(), "{kind}");
        let missing: Vec<_> = wanted
            .difference(&codes(&destination, kind))
            .cloned()
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_is_cloned_through_a_container_that_is_made_for_it() {
    let stage = Stage::oic3().await;
    let request = stage.request();
    let run = stage.run(&request).await;
    assert!(
        matches!(run.status, RunStatus::Done | RunStatus::Partial),
        "{run:#?}"
    );
    is_cloned(&stage).await;
    let parts = stage.parts(&request);
    assert!(
        parts.iter().all(|one| one.state == StepState::Done),
        "{parts:#?}"
    );
    let archive = parts.iter().find_map(|one| one.archive.clone()).unwrap();
    assert_eq!(archive.name, request.job_name);
    assert!(archive.bytes > 0);
    assert!(stage.names().contains(&archive.name));
    let left: Vec<_> = parts.iter().flat_map(|one| &one.residuals).collect();
    assert!(left.iter().any(|one| one.key == "beside/callers"));
    // Imported to stay inactive: what is active in the source is named.
    assert!(
        left.iter().any(|one| one.kind == ResidualKind::Inactive),
        "{left:#?}"
    );
    let destination = stage.catalogue("destination").await;
    let active = destination
        .artifacts
        .iter()
        .filter(|one| one.state == Some(State::Active));
    assert_eq!(active.count(), 0);
    assert!(!run.headline.unwrap_or_default().is_empty());
    // As the destination was before: named by the run, and backed up by one of its own.
    let kept = stage.journal().run(&request.run.before_change()).unwrap();
    assert_eq!(
        (kept.status, kept.snapshot),
        (RunStatus::Done, run.snapshot)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn older_generations_are_cloned_into_the_newest() {
    for source in [InstanceSpec::gen2("source"), InstanceSpec::ics("source")] {
        let stage = Stage::new(source, Duration::from_millis(60)).await;
        let request = stage.request();
        let run = stage.run(&request).await;
        assert!(
            matches!(run.status, RunStatus::Done | RunStatus::Partial),
            "{run:#?}"
        );
        is_cloned(&stage).await;
        let parts = stage.parts(&request);
        let left: Vec<_> = parts.iter().flat_map(|one| &one.residuals).collect();
        assert!(left.iter().any(|one| one.key == "beside/addresses"));
        // Nothing is called missing because another generation lists it in another way.
        let missing: Vec<&str> = left
            .iter()
            .filter(|one| one.kind == ResidualKind::Missing)
            .map(|one| one.key.as_str())
            .collect();
        assert!(
            missing.iter().all(|key| *key == "missing/agentGroup"),
            "{left:#?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_that_lies_there_is_imported_activated_and_removed() {
    let stage = Stage::oic3().await;
    let kept = CloneRequest {
        destination: None,
        with_secrets: true,
        ..stage.request()
    };
    let run = stage.run(&kept).await;
    assert_eq!(run.status, RunStatus::Done, "{run:#?}");
    assert_eq!(run.instance_name.as_deref(), Some("source"));
    let archive = stage
        .names()
        .into_iter()
        .find(|name| *name == kept.job_name);
    let imported = CloneRequest {
        run: RunId::fresh(),
        archive,
        mode: CloneMode::ImportActivate,
        with_secrets: true,
        remove_archive: true,
        ..stage.request()
    };
    let run = stage.run(&imported).await;
    assert!(
        matches!(run.status, RunStatus::Done | RunStatus::Partial),
        "{run:#?}"
    );
    is_cloned(&stage).await;
    let destination = stage.catalogue("destination").await;
    assert!(
        destination
            .artifacts
            .iter()
            .any(|one| one.state == Some(State::Active))
    );
    assert!(!stage.names().contains(&kept.job_name));
    let parts = stage.parts(&imported);
    let last = parts.last().unwrap();
    assert_eq!(
        (last.part, last.state),
        (ClonePart::Remove, StepState::Done)
    );
}

/// All files below a folder.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_the_archive_nor_the_password_lies_on_this_computer_afterwards() {
    let stage = Stage::oic3().await;
    let request = CloneRequest {
        with_secrets: true,
        ..stage.request()
    };
    stage.run(&request).await;
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|one| one == part);
    let all = files(stage.folder.path());
    assert!(!all.is_empty(), "the journal at least");
    for file in all {
        let bytes = std::fs::read(&file).unwrap();
        // What every ZIP begins with.
        assert!(!holds(&bytes, b"PK\x03\x04"), "{}", file.display());
        let key = stage.access.key.as_bytes();
        assert!(!holds(&bytes, key), "{}", file.display());
    }
}
