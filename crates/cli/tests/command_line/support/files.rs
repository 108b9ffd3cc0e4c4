//! Folders and files as tests look at them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// All files below a folder by their path in it, with `/` between names.
pub fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for path in paths_below(folder) {
        let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
        files.insert(name.to_owned(), fs::read(&path).unwrap());
    }
    files
}

/// The files below a folder. What goes away meanwhile is left out.
pub fn paths_below(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => paths.push(entry.path()),
                _ => {}
            }
        }
    }
    paths.sort();
    paths
}

/// The largest file below a folder.
pub fn largest_file(folder: &Path) -> PathBuf {
    paths_below(folder)
        .into_iter()
        .max_by_key(|path| fs::metadata(path).unwrap().len())
        .unwrap()
}

/// Changes one byte in the middle of a file, as a failing disk does.
pub fn flip_a_byte(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    let mut rights = fs::metadata(path).unwrap().permissions();
    #[expect(
        clippy::permissions_set_readonly_false,
        reason = "a file of the test, in a folder nobody else may enter"
    )]
    rights.set_readonly(false);
    fs::set_permissions(path, rights).unwrap();
    fs::write(path, bytes).unwrap();
}
