//! The archives of real instances, where this computer has them.

use std::path::{Path, PathBuf};

/// The folder of real archives, or a plain word that there is none.
pub fn real_archives() -> Option<PathBuf> {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    super::home::say("the real archives are not on this computer (WAYBILL_ARCHIVES names them)");
    None
}
