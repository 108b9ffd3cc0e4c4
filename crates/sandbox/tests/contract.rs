//! The sandbox answers in the shape of every recorded sample, and takes every recorded request.
//!
//! The test walks the whole folder: a file that no rule places fails it, so that a new sample is
//! noticed. Passed over, in plain words, where the folder of samples is absent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at what it did not expect"
)]

mod recorded;
mod support;

use std::path::Path;

use support::{Caller, beside};
use waybill_sandbox::Sandbox;

/// All samples below a folder, by their path in it.
fn samples(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap();
            let name = name.to_str().unwrap().replace('\\', "/");
            // The index of the folder is no sample.
            if name != "README.md" {
                names.push(name);
            }
        }
    }
    names.sort();
    names
}

#[tokio::test]
async fn every_recorded_sample_is_honoured() {
    let Some(folder) = beside("WAYBILL_OIC_SAMPLES", "oic/samples") else {
        return;
    };
    let names = samples(&folder);
    assert!(names.len() > 50, "only {} samples", names.len());
    let mut wrong = Vec::new();
    for name in &names {
        if let Err(error) = recorded::check(&folder, name).await {
            wrong.push(format!("{name}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_file_that_no_rule_places_is_noticed() {
    let folder = std::env::temp_dir();
    let error = recorded::check(&folder, "something-new.json")
        .await
        .unwrap_err();
    assert!(error.starts_with("no rule places it"), "{error}");
}

#[tokio::test]
async fn lists_and_objects_say_the_same() {
    let running = Sandbox::builder().synthetic(20, 5).start().await.unwrap();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    for kind in ["integrations", "connections"] {
        let one = &caller.list(kind).await[0];
        let got = caller
            .get(&format!("{kind}/{}", one["id"].as_str().unwrap()))
            .await
            .json();
        assert_eq!(&got, one);
    }
    let id = caller.get("connections/NO").await;
    assert_eq!(id.header("opc-request-id").unwrap().len(), 66);
    running.shutdown().await;
}
