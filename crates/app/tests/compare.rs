//! Places side by side, one artifact of both, drift.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

use std::fs;

use support::{bench, ended, save};
use tokio_util::sync::CancellationToken;
use waybill_app::view::{ErrorCode, PlaceRef, SelectionView, Verdict};
use waybill_model::{Area, ArtifactId};
use waybill_sandbox::{InstanceSpec, Sandbox};

/// A library of one function in a folder of its own, whose second line is this.
fn library(folder: &std::path::Path, name: &str, line: &str) -> PlaceRef {
    let own = folder.join(name);
    fs::create_dir(&own).unwrap();
    let script = format!("function tax(amount) {{\n  {line}\n}}\n");
    fs::write(own.join("TAXES.js"), script).unwrap();
    PlaceRef::File {
        path: own.join("TAXES.js").display().to_string(),
    }
}

#[tokio::test]
async fn a_difference_has_a_sentence_and_its_texts_are_at_hand() {
    let bench = bench();
    let app = &bench.app;
    let folder = tempfile::tempdir().unwrap();
    let left = library(folder.path(), "left", "return amount * 0.19;");
    let right = library(folder.path(), "right", "return amount * 0.07;");
    let cancel = CancellationToken::new();
    let view = app
        .compare(&left, &right, false, &|_| {}, cancel)
        .await
        .unwrap();
    assert_eq!(view.counts.different, 1, "{view:?}");
    let id = &view.rows[0].id;
    let difference = app.difference(&left, id, &right, id).await.unwrap();
    assert_eq!(difference.verdict, Verdict::Different);
    assert!(
        difference.headline.contains("function"),
        "{}",
        difference.headline
    );
    let sections = &difference.difference.sections;
    let section = sections
        .iter()
        .find(|section| section.area == Area::Functions && section.has_text)
        .unwrap();
    let text = app
        .difference_text(&left, id, &right, id, &section.key)
        .await
        .unwrap();
    let changed = text.lines.iter().filter(|line| line.changed).count();
    assert!(changed >= 1, "{text:?}");
    let error = app
        .difference_text(&left, id, &right, id, "no such section")
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::UnknownSubject);

    // What was changed on disk is seen by the next comparison.
    let PlaceRef::File { path } = &right else {
        unreachable!()
    };
    let PlaceRef::File { path: own } = &left else {
        unreachable!()
    };
    fs::copy(own, path).unwrap();
    let cancel = CancellationToken::new();
    let view = app
        .compare(&left, &right, false, &|_| {}, cancel)
        .await
        .unwrap();
    assert_eq!(view.counts.same, 1, "{view:?}");
    let difference = app.difference(&left, id, &right, id).await.unwrap();
    assert_eq!(difference.verdict, Verdict::Same);
    let nowhere: ArtifactId = "lookup:NOWHERE".parse().unwrap();
    let error = app
        .difference(&left, &nowhere, &right, &nowhere)
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::UnknownSubject);
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_needs_a_complete_backup_and_can_be_called_off() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(8, 3)
        .start()
        .await
        .unwrap();
    let bench = bench();
    let app = &bench.app;
    let instance = save(&bench, &sandbox, "dev").await;
    let error = app.drift_places(&instance.id).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::UnknownSubject);
    assert!(error.guidance.is_some());
    let run = app
        .backup_start(&instance.id, SelectionView::Everything, None)
        .await
        .unwrap();
    ended(app, &run.id).await;
    let (left, right) = app.drift_places(&instance.name).await.unwrap();
    let cancel = CancellationToken::new();
    cancel.cancel();
    let error = app
        .compare(&left, &right, true, &|_| {}, cancel)
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::Cancelled);
    let cancel = CancellationToken::new();
    let view = app
        .compare(&left, &right, true, &|_| {}, cancel)
        .await
        .unwrap();
    assert_eq!(view.rows.len(), usize::try_from(view.counts.same).unwrap());
    assert_eq!(view.left.title, view.right.title);
    assert_eq!(view.left.instance_id.as_deref(), Some(instance.id.as_str()));
}
