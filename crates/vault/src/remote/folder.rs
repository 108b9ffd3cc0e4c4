//! A folder of this computer as a place that keeps files, each written under another name first.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{RemoteFile, RemoteFiles};

/// A vault's folder.
pub(crate) struct FolderFiles(PathBuf);

impl FolderFiles {
    pub(crate) fn new(folder: &Path) -> Self {
        Self(folder.to_path_buf())
    }

    fn list_into(&self, folder: &str, found: &mut Vec<RemoteFile>) -> io::Result<()> {
        let items = match fs::read_dir(self.0.join(folder)) {
            Ok(items) => items,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        for item in items {
            let item = item?;
            let Ok(name) = item.file_name().into_string() else {
                continue;
            };
            let path = if folder.is_empty() {
                name
            } else {
                format!("{folder}/{name}")
            };
            let facts = match item.metadata() {
                Ok(facts) => facts,
                // Lock files come and go.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            if facts.is_dir() {
                self.list_into(&path, found)?;
            } else {
                found.push(RemoteFile {
                    path,
                    size: facts.len(),
                    modified: facts
                        .modified()
                        .ok()
                        .and_then(|time| Timestamp::try_from(time).ok()),
                });
            }
        }
        Ok(())
    }
}

impl RemoteFiles for FolderFiles {
    fn location(&self) -> String {
        self.0.display().to_string()
    }

    fn list(&self, folder: &str) -> io::Result<Vec<RemoteFile>> {
        let mut found = Vec::new();
        self.list_into(folder, &mut found)?;
        Ok(found)
    }

    fn get(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(self.0.join(path))
    }

    fn get_part(&self, path: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut file = fs::File::open(self.0.join(path))?;
        file.seek(SeekFrom::Start(offset))?;
        let mut part = vec![0; length];
        file.read_exact(&mut part)?;
        Ok(part)
    }

    fn put(&self, path: &str, content: &[u8]) -> io::Result<()> {
        let path = self.0.join(path);
        let folder = path.parent().unwrap_or(&self.0);
        fs::create_dir_all(folder)?;
        // Named as the store library names what is not whole yet.
        let mut part = tempfile::Builder::new()
            .suffix("-tmp-")
            .tempfile_in(folder)?;
        part.write_all(content)?;
        part.as_file().sync_all()?;
        part.persist(&path).map_err(|error| error.error)?;
        Ok(())
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        match fs::remove_file(self.0.join(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
