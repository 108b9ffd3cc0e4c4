//! The same with the archives of real instances.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use waybill_model::Generation;
use waybill_sandbox::{InstanceSpec, Sandbox};

use crate::empty::walk;
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
        "the real archives are not on this computer (WAYBILL_ARCHIVES names them)"
    );
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn real_archives_go_round_in_oic3() {
    let Some(folder) = archives() else { return };
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("source"))
        .instance(InstanceSpec::oic3("destination").empty())
        .load(folder)
        .activation_time(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    // They need an agent group, an integration that is in none of the archives, and values that the
    // source does not have either.
    let but = [
        "HEALTHCARE_ADT_PROJECT",
        "LL_ERPPO_BACKEND_B2B",
        "TALEO_EBS_ORC",
    ];
    let stage = Stage::of(sandbox);
    walk(&stage, Generation::Oic3, Generation::Oic3, &but).await;
}
