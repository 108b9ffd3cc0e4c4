//! Files that are written whole or not at all: temporary file beside the target, flushed to the
//! disk, renamed over it.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::view::{CommandError, ErrorCode, SavedFile};

/// Writes `bytes` to `path`. After a crash the file holds either the old or the new bytes. New
/// files can be read by this user alone.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    write(path, bytes).map_err(|source| file_failed("written", path, &source))
}

/// Writes a file that a person asked for, and says what was written.
pub(crate) fn save_file(path: &Path, bytes: &[u8]) -> Result<SavedFile, CommandError> {
    write_atomically(path, bytes)?;
    let shown = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    Ok(SavedFile {
        path: shown.display().to_string(),
        bytes: bytes.len() as u64,
        sha256: sha256(bytes),
    })
}

/// SHA-256 in hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Writes a file that is not to be there yet, whole or not at all. `false`: there is one, which is left
/// as it is.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<bool, CommandError> {
    match put(path, bytes, false) {
        Ok(()) => Ok(true),
        Err(source) if source.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(source) => Err(file_failed("written", path, &source)),
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(path, bytes, true)
}

fn put(path: &Path, bytes: &[u8], over: bool) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".waybill-")
        .suffix(".part")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let put = if over {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    put.map_err(|failed| failed.error)?;
    // The rename itself has to reach the disk as well. Windows has no such call and does not need
    // it, and some file systems (network shares) refuse it: the file is in place all the same.
    #[cfg(unix)]
    if let Err(error) = std::fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::debug!(%error, "a folder could not be flushed to the disk");
    }
    Ok(())
}

/// The error for a file or folder that could not be `done` ("read", "written", "made").
pub(crate) fn file_failed(done: &str, path: &Path, source: &io::Error) -> CommandError {
    let shown = path.display();
    let full = matches!(
        source.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    );
    let error = if full {
        CommandError::new(
            ErrorCode::DiskFull,
            format!("`{shown}` could not be {done}: the disk is full."),
        )
        .guide("Free some space on the disk, then try again. What was saved before is unchanged.")
    } else {
        CommandError::new(
            ErrorCode::FileFailed,
            format!("`{shown}` could not be {done}: {source}."),
        )
        .guide("Check that the disk is connected and that your account may read and write this folder, then try again.")
    };
    error.with("path", shown)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_new_file_takes_the_place_of_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("WB-0001.json");
        assert!(write_new(&path, b"one").unwrap());
        assert!(!write_new(&path, b"two").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_gone_is_named_in_the_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone").join("file.txt");
        let error = write_atomically(&path, b"x").unwrap_err();
        assert_eq!(error.code, ErrorCode::FileFailed);
        assert_eq!(error.context["path"], path.display().to_string());
    }

    #[test]
    fn a_full_disk_is_told_apart() {
        let error = file_failed(
            "written",
            Path::new("/x"),
            &io::Error::from(io::ErrorKind::StorageFull),
        );
        assert_eq!(error.code, ErrorCode::DiskFull);
    }
}
