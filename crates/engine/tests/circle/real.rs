//! The same with what real instances exported.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use waybill_model::{ArtifactKind, Generation};
use waybill_sandbox::{InstanceSpec, Sandbox};

use crate::empty::{Walked, walk};
use crate::stage::Stage;

/// The folder of real archives, or a plain word that there is none.
fn archives() -> Option<PathBuf> {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    let mut out = std::io::stderr();
    let _ = writeln!(
        out,
        "the real archives are not on this computer (WAYBILL_ARCHIVES names them): passed over"
    );
    None
}

/// Every file of the folder with the generation that made what is in it, found once for all tests.
fn made(folder: &Path) -> &'static [(PathBuf, Generation)] {
    static MADE: OnceLock<Vec<(PathBuf, Generation)>> = OnceLock::new();
    MADE.get_or_init(|| {
        let owners = std::fs::read_dir(folder).unwrap();
        let owners = owners.filter_map(|owner| std::fs::read_dir(owner.ok()?.path()).ok());
        let files = owners.flatten().map(|file| file.unwrap().path());
        let made = files.filter_map(|file| {
            let opened = waybill_archive::read(&std::fs::read(&file).ok()?).ok()?;
            let inside = opened.contents.integrations.iter();
            let own = inside.filter_map(|one| one.generation).max();
            Some((file, own.unwrap_or(Generation::Oic3)))
        });
        made.collect()
    })
}

/// An empty destination, and instances filled with the archives that each generation made.
async fn into(folder: &Path, to: Generation, from: &[Generation]) -> Stage {
    let chosen = tempfile::tempdir().unwrap();
    for (file, generation) in made(folder) {
        if from.contains(generation) {
            std::fs::copy(file, chosen.path().join(file.file_name().unwrap())).unwrap();
        }
    }
    let sandbox = from.iter().fold(Sandbox::builder(), |sandbox, generation| {
        sandbox.instance(InstanceSpec::new(format!("{generation:?}"), *generation))
    });
    let sandbox = sandbox
        .instance(InstanceSpec::new("destination", to).empty())
        .load(chosen.path())
        .activation_time(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    Stage::of(sandbox)
}

/// One needs an agent group, the other calls an integration that is in none of the archives.
const CANNOT_GO: [&str; 2] = ["HEALTHCARE_ADT_PROJECT", "LL_ERPPO_BACKEND_B2B"];

/// From each instance that holds something, and back each time.
async fn round(to: Generation, from: &[Generation]) -> Vec<Walked> {
    let Some(folder) = archives() else {
        return Vec::new();
    };
    let stage = into(&folder, to, from).await;
    let instances = stage.bench.sandbox.ready.instances.iter();
    // What has the code of another lies in one more instance, of the newest generation.
    let filled = instances.filter(|one| !one.files.is_empty() && from.contains(&one.generation));
    let mut walked = Vec::new();
    for name in filled.map(|one| one.name.clone()) {
        walked.push(walk(&stage, &name, &CANNOT_GO).await);
    }
    assert!(walked.len() >= from.len());
    walked
}

/// Something went each time, and what stands on the waybill is of these kinds alone. Nothing is held where the
/// archives are absent.
fn held(walked: &[Walked], said: &[ArtifactKind]) {
    for one in walked {
        assert!(one.archives >= 1 && one.same >= 12, "{one:#?}");
        assert!(
            one.told.keys().all(|id| said.contains(&id.kind)),
            "{one:#?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_ics_to_ics() {
    let walked = round(Generation::Ics, &[Generation::Ics]).await;
    held(&walked, &[ArtifactKind::Schedule]);
}

#[tokio::test(flavor = "multi_thread")]
async fn from_ics_and_gen2_to_gen2() {
    let walked = round(Generation::Gen2, &[Generation::Ics, Generation::Gen2]).await;
    held(&walked, &[ArtifactKind::Schedule]);
}

#[tokio::test(flavor = "multi_thread")]
async fn from_all_to_oic3_with_projects() {
    let from = [Generation::Ics, Generation::Gen2, Generation::Oic3];
    let walked = round(Generation::Oic3, &from).await;
    held(&walked, &[ArtifactKind::Schedule, ArtifactKind::Project]);
    let archives: usize = walked.iter().map(|one| one.archives).sum();
    assert!(walked.is_empty() || archives >= 18, "{walked:#?}");
}
