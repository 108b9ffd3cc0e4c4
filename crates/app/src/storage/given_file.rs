//! Files that a person names: they may be anything.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

/// The bytes of a file of at most `most` bytes. Pipes and devices, which may wait or go on for ever, are
/// refused.
///
/// # Errors
/// `FileTooLarge`; `InvalidInput` for what is no file; those of the file system.
pub(crate) fn read_given(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let no_file = || io::Error::new(io::ErrorKind::InvalidInput, "it is not a file");
    // Before it is opened: opening a pipe may wait for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(no_file());
    }
    let file = File::open(path)?;
    let known = file.metadata()?;
    if !known.is_file() {
        return Err(no_file());
    }
    let mut bytes = Vec::new();
    if known.len() <= most {
        // It may grow meanwhile.
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    }
    if known.len() > most || bytes.len() as u64 > most {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it is too large",
        ));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_files_and_what_is_no_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("given");
        fs::write(&path, b"12345").unwrap();
        assert_eq!(read_given(&path, 5).unwrap(), b"12345");
        let kind = |path: &Path| read_given(path, 4).unwrap_err().kind();
        assert_eq!(kind(&path), io::ErrorKind::FileTooLarge);
        assert_eq!(kind(folder.path()), io::ErrorKind::InvalidInput);
        assert_eq!(kind(&folder.path().join("none")), io::ErrorKind::NotFound);
        #[cfg(unix)]
        assert_eq!(kind(Path::new("/dev/zero")), io::ErrorKind::InvalidInput);
    }
}
