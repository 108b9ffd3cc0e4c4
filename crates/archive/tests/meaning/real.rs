//! The real archives, wherever they lie.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use waybill_archive::{Opened, read_design};

/// Every real archive, by path from the folder of archives; empty, and said so, where it is absent.
pub fn archives() -> BTreeMap<String, Vec<u8>> {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        PathBuf::from,
    );
    let mut found = BTreeMap::new();
    let Ok(sources) = std::fs::read_dir(&folder) else {
        eprintln!("passed over: no real archives in {}", folder.display());
        return found;
    };
    for source in sources {
        let source = source.unwrap().path();
        if !source.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(source).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|ending| ending != "txt") {
                let name = file.strip_prefix(&folder).unwrap();
                found.insert(
                    name.to_string_lossy().into_owned(),
                    std::fs::read(&file).unwrap(),
                );
            }
        }
    }
    found
}

/// One real archive with its design.
pub fn one(name: &str) -> Option<Opened> {
    let archives = archives();
    let (_, bytes) = archives.iter().find(|(path, _)| path.ends_with(name))?;
    Some(read_design(bytes).unwrap())
}
