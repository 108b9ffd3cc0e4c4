//! A remote place as the store library wants its storage, in the layout that restic has had since
//! version 0.9: `data/ab/abcd…` and one folder for each other kind (restic's design document,
//! "Repository Layout"; documented).

use std::io;
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use rustic_core::{
    BytesList, ErrorKind, FileType, Id, ReadBackend, RusticError, RusticResult, WriteBackend,
};

use super::RemoteFiles;

/// The store library's way to a remote place.
pub(crate) struct RemoteStore(pub(crate) Arc<dyn RemoteFiles>);

/// Where a file of the repository lies, from the vault's root.
fn path_of(kind: FileType, id: &Id) -> String {
    let hex = id.to_hex();
    let name = hex.as_str();
    match kind {
        FileType::Config => "config".to_owned(),
        FileType::Pack => format!("data/{}/{name}", &name[..2]),
        other => format!("{}/{name}", other.dirname()),
    }
}

fn failed(doing: &'static str, path: &str, error: io::Error) -> Box<RusticError> {
    RusticError::with_source(ErrorKind::Backend, doing, error).attach_context("path", path)
}

impl ReadBackend for RemoteStore {
    fn location(&self) -> String {
        self.0.location()
    }

    fn list_with_size(&self, kind: FileType) -> RusticResult<Vec<(Id, u32)>> {
        if kind == FileType::Config {
            return match self.0.get("config") {
                Ok(config) => Ok(vec![(
                    Id::default(),
                    u32::try_from(config.len()).unwrap_or(u32::MAX),
                )]),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
                Err(error) => Err(failed("Failed to read `{path}`", "config", error)),
            };
        }
        let folder = kind.dirname();
        let listed = self
            .0
            .list(folder)
            .map_err(|error| failed("Failed to list `{path}`", folder, error))?;
        Ok(listed
            .iter()
            .filter_map(|file| {
                let id = Id::from_str(file.id()?).ok()?;
                Some((id, u32::try_from(file.size).ok()?))
            })
            .collect())
    }

    fn read_full(&self, kind: FileType, id: &Id) -> RusticResult<Bytes> {
        let path = path_of(kind, id);
        self.0
            .get(&path)
            .map(Bytes::from)
            .map_err(|error| failed("Failed to read `{path}`", &path, error))
    }

    fn read_partial(
        &self,
        kind: FileType,
        id: &Id,
        _cacheable: bool,
        offset: u32,
        length: u32,
    ) -> RusticResult<Bytes> {
        let path = path_of(kind, id);
        let wanted = length as usize;
        let part = self
            .0
            .get_part(&path, u64::from(offset), wanted)
            .and_then(|part| {
                if part.len() == wanted {
                    Ok(part)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                }
            });
        part.map(Bytes::from)
            .map_err(|error| failed("Failed to read a part of `{path}`", &path, error))
    }

    fn warmup_path(&self, kind: FileType, id: &Id) -> String {
        path_of(kind, id)
    }
}

impl WriteBackend for RemoteStore {
    fn write_bytes(
        &self,
        kind: FileType,
        id: &Id,
        _cacheable: bool,
        content: BytesList,
    ) -> RusticResult<()> {
        let path = path_of(kind, id);
        let content: Vec<u8> = content.into_vec().concat();
        self.0
            .put(&path, &content)
            .map_err(|error| failed("Failed to write `{path}`", &path, error))
    }

    fn remove(&self, kind: FileType, id: &Id, _cacheable: bool) -> RusticResult<()> {
        let path = path_of(kind, id);
        self.0
            .remove(&path)
            .map_err(|error| failed("Failed to remove `{path}`", &path, error))
    }
}
