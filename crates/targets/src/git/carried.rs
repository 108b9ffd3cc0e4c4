//! Which contents lie among the objects on this computer, by their SHA-256: Git knows them by another hash.
//! A file of lines `sha256 object`; each is written at once and after its object, so that a kill costs at most
//! the last.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use git2::Oid;

/// The file.
#[derive(Clone, Debug)]
pub(super) struct Carried(PathBuf);

impl Carried {
    pub(super) fn new(cache: &Path) -> Self {
        Self(cache.join("carried.txt"))
    }

    /// What it knows. Half a line, of a kill, is passed over.
    pub(super) fn read(&self) -> HashMap<String, Oid> {
        let text = fs::read(&self.0).unwrap_or_default();
        String::from_utf8_lossy(&text)
            .lines()
            .filter_map(|line| {
                let (sha256, oid) = line.split_once(' ')?;
                let whole = sha256.len() == 64 && oid.len() == 40;
                Some((
                    sha256.to_owned(),
                    Oid::from_str(oid).ok().filter(|_| whole)?,
                ))
            })
            .collect()
    }

    pub(super) fn add(&self, sha256: &str, oid: Oid) -> io::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.0)?;
        // The empty line before ends half a line of an earlier kill.
        file.write_all(format!("\n{sha256} {oid}").as_bytes())
    }

    /// Forgets all; what is there is then carried again.
    pub(super) fn forget(&self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_line_of_a_kill_costs_that_line_alone() {
        let folder = tempfile::tempdir().unwrap();
        let carried = Carried::new(folder.path());
        let oid = Oid::from_str(&"1".repeat(40)).unwrap();
        carried.add(&"a".repeat(64), oid).unwrap();
        let mut text = fs::read(&carried.0).unwrap();
        text.extend_from_slice(format!("\n{} 22", "b".repeat(64)).as_bytes());
        fs::write(&carried.0, text).unwrap();
        carried.add(&"c".repeat(64), oid).unwrap();
        let known = carried.read();
        let mut names: Vec<_> = known.keys().map(|name| &name[..1]).collect();
        names.sort_unstable();
        assert_eq!(names, ["a", "c"]);
    }
}
