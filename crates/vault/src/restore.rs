//! Restoring files of a snapshot to a folder.
//!
//! The store library's own restore panics on damaged data; this one reads file by file, writes
//! each under another name and renames it, and goes on after a failure. A file that is already
//! there with other content is left alone.

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rustic_core::repofile::Node;

use crate::attend::{Attendance, guarded};
use crate::error::{Result, VaultError};
use crate::progress::{Progress, WriteProgress};
use crate::safe_name::safe_path;
use crate::vault::{Reader, Vault};

const DOING: &str = "Restoring the snapshot";

/// What became of one file.
#[derive(Debug)]
pub struct Restored {
    /// Path inside the snapshot.
    pub path: String,
    /// Where it is now, or should have been.
    pub destination: PathBuf,
    /// Size in bytes.
    pub size: u64,
    /// Why it was not restored, if it was not.
    pub problem: Option<VaultError>,
}

impl Vault {
    /// Writes the files of a snapshot that `keep` wants into `destination`, which is made where it
    /// is not there. Names that Windows cannot hold are changed (`safe_path`). One result per file.
    ///
    /// # Errors
    /// `NoSuchSnapshot`, `AmbiguousSnapshot`, `Cancelled`, `DiskFull` (what was restored until then
    /// stays), `Damaged` where the list of files cannot be read.
    pub fn restore(
        &self,
        id: &str,
        destination: &Path,
        keep: &dyn Fn(&str) -> bool,
        progress: &dyn WriteProgress,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<Restored>> {
        let mut files = self.file_nodes(DOING, id)?;
        files.retain(|(path, _)| keep(path));
        let reader = self.reader(DOING)?;
        let all = files.len() as u64;
        let bytes = files.iter().map(|(_, node)| node.meta.size).sum();
        let files_done = AtomicU64::new(0);
        let bytes_done = AtomicU64::new(0);
        let stop = AtomicBool::new(false);
        let position = || Progress {
            files_done: files_done.load(Ordering::Relaxed),
            files: all,
            bytes_done: bytes_done.load(Ordering::Relaxed),
            bytes,
        };
        let subject = format!("snapshot {id}");
        let attendance = Attendance {
            operation: DOING,
            subject: &subject,
            progress,
            cancelled,
        };
        attendance.run(&position, &|| stop.store(true, Ordering::Relaxed), || {
            let mut taken = HashSet::new();
            let mut restored = Vec::with_capacity(files.len());
            for (path, node) in files {
                if stop.load(Ordering::Relaxed) {
                    return Err(VaultError::Cancelled { operation: DOING });
                }
                let target = destination.join(safe_path(&path, &mut taken));
                let problem = match self.restore_file(&reader, &path, &node, &target) {
                    Ok(()) => None,
                    Err(full @ VaultError::DiskFull { .. }) => return Err(full),
                    Err(error) => Some(error),
                };
                files_done.fetch_add(1, Ordering::Relaxed);
                bytes_done.fetch_add(node.meta.size, Ordering::Relaxed);
                restored.push(Restored {
                    path,
                    destination: target,
                    size: node.meta.size,
                    problem,
                });
            }
            Ok(restored)
        })
    }

    fn restore_file(&self, reader: &Reader, path: &str, node: &Node, target: &Path) -> Result<()> {
        let io = |error| VaultError::io(DOING, target, error);
        let folder = target.parent().unwrap_or(target);
        fs::create_dir_all(folder).map_err(io)?;
        let mut part = tempfile::Builder::new()
            .prefix(".waybill-")
            .suffix(".part")
            .tempfile_in(folder)
            .map_err(io)?;
        guarded(DOING, path, || {
            reader
                .dump(node, part.as_file_mut())
                .map_err(|error| self.failure(DOING, path, &error))
        })?;
        let written = part.as_file().metadata().map_err(io)?.len();
        if written != node.meta.size {
            return Err(VaultError::damaged(
                DOING,
                path,
                format!("{written} bytes where {} are due", node.meta.size),
            ));
        }
        if let Some(modified) = node.meta.mtime {
            // A file system that cannot keep the time keeps the content all the same.
            let _ = part.as_file().set_modified(modified.into());
        }
        part.as_file_mut().flush().map_err(io)?;
        match part.persist_noclobber(target) {
            Ok(_) => Ok(()),
            Err(refused) if target.exists() => {
                if same_content(refused.file.path(), target).map_err(io)? {
                    return Ok(());
                }
                Err(io(std::io::Error::new(
                    std::io::ErrorKind::AlreadyExists,
                    "another file of this name is already there and was left alone",
                )))
            }
            Err(refused) => Err(io(refused.error)),
        }
    }
}

fn same_content(one: &Path, other: &Path) -> std::io::Result<bool> {
    if fs::metadata(one)?.len() != fs::metadata(other)?.len() {
        return Ok(false);
    }
    Ok(fs::read(one)? == fs::read(other)?)
}
