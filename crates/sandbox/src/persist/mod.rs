//! What a sandbox keeps in a folder: instances with what ran in them, jobs, stored archives and
//! grants. Tokens, faults and counts end with the process.
//!
//! One file, `state.json`, replaced as a whole: written beside it and renamed, a moment after each
//! change and once more at the end.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clone::Job;
use crate::house::{House, hold, read};
use crate::identity::Directory;
use crate::monitoring::Journal;
use crate::sandbox::SandboxError;
use crate::store::Instance;
use crate::swift::ObjectStore;

/// The form of the file; another one is refused.
const VERSION: u32 = 1;
/// How long changes are gathered before they are written.
const PAUSE: Duration = Duration::from_millis(150);

/// The content of the file, read.
#[derive(Debug, Deserialize)]
pub(crate) struct Saved {
    version: u32,
    pub instances: Vec<Instance>,
    pub journals: BTreeMap<String, Journal>,
    pub jobs: Vec<Job>,
    pub objects: ObjectStore,
    pub directory: Directory,
}

/// The same, to be written.
#[derive(Serialize)]
struct Saving<'house> {
    version: u32,
    instances: Vec<&'house Instance>,
    journals: BTreeMap<&'house str, &'house Journal>,
    jobs: &'house [Job],
    objects: &'house ObjectStore,
    directory: &'house Directory,
}

fn file(folder: &Path) -> PathBuf {
    folder.join("state.json")
}

/// Reads what an earlier sandbox kept; nothing where there was none.
pub(crate) fn load(folder: &Path) -> Result<Option<Saved>, SandboxError> {
    let failed = |reason: String| SandboxError::State {
        folder: folder.to_owned(),
        reason,
    };
    let opened = match File::open(file(folder)) {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error.to_string())),
    };
    let saved: Saved = serde_json::from_reader(BufReader::new(opened))
        .map_err(|error| failed(error.to_string()))?;
    if saved.version != VERSION {
        return Err(failed(format!("it has the form {}", saved.version)));
    }
    Ok(Some(saved))
}

/// Writes what the house holds now.
pub(crate) fn save(house: &House, folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let beside = folder.join("state.json.new");
    {
        let contents: Vec<_> = house
            .residents
            .iter()
            .map(|one| read(&one.content))
            .collect();
        let journals: Vec<_> = house
            .residents
            .iter()
            .map(|one| hold(&one.journal))
            .collect();
        let (jobs, objects, directory) = (
            hold(&house.jobs),
            hold(&house.objects),
            hold(&house.directory),
        );
        let saving = Saving {
            version: VERSION,
            instances: contents.iter().map(|one| &**one).collect(),
            journals: house
                .residents
                .iter()
                .zip(&journals)
                .map(|(resident, journal)| (resident.name.as_str(), &**journal))
                .collect(),
            jobs: &jobs,
            objects: &objects,
            directory: &directory,
        };
        let mut out = BufWriter::new(private(&beside)?);
        serde_json::to_writer(&mut out, &saving)?;
        out.flush()?;
        out.get_ref().sync_all()?;
    }
    fs::rename(beside, file(folder))
}

/// A new file for this user alone: archives and connections may hold secrets.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes after changes, until its task is ended.
pub(crate) async fn keep(house: Arc<House>, folder: PathBuf) {
    loop {
        house.changed.notified().await;
        tokio::time::sleep(PAUSE).await;
        let (house, folder) = (Arc::clone(&house), folder.clone());
        // What cannot be written now is tried again at the next change and at the end, which says so.
        let _ = tokio::task::spawn_blocking(move || save(&house, &folder)).await;
    }
}
