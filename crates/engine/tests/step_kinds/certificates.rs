//! Certificates come from the files that a person gives.

use waybill_engine::waybill::{Bindings, CertificateBinding, Policies, secret_account};
use waybill_engine::{RunStatus, sha256};
use waybill_model::{ArtifactId, ArtifactKind};

use crate::stage::{Stage, choice, stage};
use crate::{goes_well, words};

const PUBLIC: &str = "USER|PGP|PUBLIC|bank_pgp";
const PRIVATE: &str = "USER|PGP|PRIVATE|payroll_pgp";

fn certificate(code: &str) -> ArtifactId {
    ArtifactId::global(ArtifactKind::Certificate, code, None)
}

fn bound(stage: &Stage, code: &str, secrets: &[&str]) -> CertificateBinding {
    let bytes = format!("key of {code}");
    let file = code.replace('|', "-");
    let path = stage.bench.folder.path().join(file);
    std::fs::write(&path, &bytes).unwrap();
    CertificateBinding {
        path: path.to_str().unwrap().to_owned(),
        sha256: sha256(bytes.as_bytes()),
        certificate_type: "PGP".to_owned(),
        category: None,
        secrets: secrets.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn bindings(stage: &Stage) -> Bindings {
    let mut bindings = Bindings::default();
    let public = bound(stage, PUBLIC, &[]);
    bindings.certificates.insert(certificate(PUBLIC), public);
    let private = bound(stage, PRIVATE, &["passPhrase"]);
    bindings.certificates.insert(certificate(PRIVATE), private);
    let account = secret_account("destination", &certificate(PRIVATE), "passPhrase");
    let mut book = stage.book.0.lock().unwrap();
    book.insert(account, "canary-pass".to_owned());
    bindings
}

async fn there(stage: &Stage) -> Vec<String> {
    let catalogue = stage.catalogue("destination").await;
    let all = catalogue.artifacts.into_iter().map(|own| own.id);
    all.filter(|id| id.kind == ArtifactKind::Certificate)
        .map(|id| id.code)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn those_with_a_file_arrive_and_the_others_are_said_to_stay_behind() {
    let stage = stage(2, 0).await;
    let bindings = bindings(&stage);
    let waybill = stage
        .plan(
            |catalogue| choice(catalogue, |id| id.kind == ArtifactKind::Certificate),
            Policies::default(),
            bindings.clone(),
        )
        .await;
    assert_eq!(words(&waybill), ["import", "import"]);
    goes_well(&stage, &waybill).await;
    let mut here = there(&stage).await;
    here.sort();
    assert_eq!(here, [PRIVATE, PUBLIC]);
    let written = serde_json::to_string(&waybill).unwrap();
    assert!(!written.contains("canary-pass"));

    // Once they are there they stay as they are.
    let again = stage
        .plan(
            |catalogue| choice(catalogue, |id| id.kind == ArtifactKind::Certificate),
            Policies::default(),
            bindings,
        )
        .await;
    assert_eq!(words(&again), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_file_under_the_same_path_is_not_sent() {
    let stage = stage(2, 0).await;
    let bindings = bindings(&stage);
    let path = bindings.certificates[&certificate(PUBLIC)].path.clone();
    let waybill = stage
        .plan(
            |catalogue| choice(catalogue, |id| id.kind == ArtifactKind::Certificate),
            Policies::default(),
            bindings,
        )
        .await;
    std::fs::write(&path, "another key").unwrap();
    stage.bench.sandbox.control().reset_calls();
    let run = stage.haul(&waybill).await;
    assert_eq!(run.status, RunStatus::Failed, "{:?}", run.headline);
    assert!(
        run.headline
            .as_ref()
            .is_some_and(|words| words.contains("its content has changed")),
        "{:?}",
        run.headline
    );
    assert_eq!(stage.all_effects(), 0);
    assert_eq!(there(&stage).await, Vec::<String>::new());
}
