//! Where moves lie: one file each, `waybills/WB-0001.json` in the data folder. The window and the
//! command line may both be at it: a new file never takes the place of another one, and a change is
//! made under a lock to what is there at that moment.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::draft::{Draft, VERSION};
use crate::storage::{file_failed, make_private, write_atomically, write_new};
use crate::view::{CommandError, ErrorCode};

/// The folder of moves.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    folder: PathBuf,
}

/// A file of the folder.
pub(super) enum Found {
    /// A move.
    Move(Box<Draft>),
    /// A file that cannot be read: its number, and why.
    Unreadable(String, CommandError),
}

impl Shelf {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    /// All moves, the highest number first.
    pub fn all(&self) -> Result<Vec<Found>, CommandError> {
        let mut numbers = self.numbers()?;
        numbers.sort_unstable_by(|left, right| right.cmp(left));
        let found = numbers.into_iter().filter_map(|number| {
            let id = name(number);
            match self.read(&id) {
                Ok(draft) => Some(Found::Move(Box::new(draft))),
                // Deleted by another program meanwhile.
                Err(error) if error.code == ErrorCode::UnknownSubject => None,
                Err(error) => Some(Found::Unreadable(id, error)),
            }
        });
        Ok(found.collect())
    }

    /// One move.
    pub fn read(&self, id: &str) -> Result<Draft, CommandError> {
        if number(id).is_none() {
            return Err(unknown(id));
        }
        let path = self.path(id);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Err(unknown(id)),
            Err(source) => return Err(file_failed("read", &path, &source)),
        };
        let value: Value =
            serde_json::from_slice(&bytes).map_err(|reason| damaged(&path, &reason))?;
        let version = value.get("version").and_then(Value::as_u64);
        if version.is_some_and(|version| version > u64::from(VERSION)) {
            return Err(CommandError::new(
                ErrorCode::FileFailed,
                format!("`{}` was written by a newer version of Waybill.", path.display()),
            )
            .guide("Update Waybill on this computer to go on with this move. The file is left as it is.")
            .with("path", path.display()));
        }
        serde_json::from_value(value).map_err(|reason| damaged(&path, &reason))
    }

    /// Saves a move under the next number: above all files, and above `at_least`.
    pub fn add(&self, mut draft: Draft, at_least: u32) -> Result<Draft, CommandError> {
        make_private(&self.folder)?;
        let highest = self.numbers()?.into_iter().max().unwrap_or_default();
        let mut number = highest.max(at_least).saturating_add(1);
        loop {
            draft.id = name(number);
            let text = text(&draft)?;
            if write_new(&self.path(&draft.id), &text)? {
                return Ok(draft);
            }
            // Another program took that number.
            number = number.saturating_add(1);
        }
    }

    /// Changes a move and saves it, or leaves all as it was.
    pub fn change<T>(
        &self,
        id: &str,
        change: impl FnOnce(&mut Draft) -> Result<T, CommandError>,
    ) -> Result<(Draft, T), CommandError> {
        let _lock = self.lock()?;
        let before = self.read(id)?;
        let mut draft = before.clone();
        let answer = change(&mut draft)?;
        if draft != before {
            write_atomically(&self.path(id), &text(&draft)?)?;
        }
        Ok((draft, answer))
    }

    /// Deletes a move. A file that cannot be read is left alone.
    pub fn remove(&self, id: &str) -> Result<(), CommandError> {
        let _lock = self.lock()?;
        self.read(id)?;
        let path = self.path(id);
        fs::remove_file(&path).map_err(|source| file_failed("deleted", &path, &source))
    }

    fn numbers(&self) -> Result<Vec<u32>, CommandError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(file_failed("read", &self.folder, &source)),
        };
        let mut numbers = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|source| file_failed("read", &self.folder, &source))?;
            let file = entry.file_name();
            let stem = file.to_str().and_then(|file| file.strip_suffix(".json"));
            numbers.extend(stem.and_then(number));
        }
        Ok(numbers)
    }

    /// One writer at a time, whichever program it is in. The lock ends with the file.
    fn lock(&self) -> Result<File, CommandError> {
        make_private(&self.folder)?;
        let path = self.folder.join("lock");
        let failed = |source: io::Error| file_failed("locked", &path, &source);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok(file)
    }
}

fn name(number: u32) -> String {
    format!("WB-{number:04}")
}

/// The number of a move; none for what is no number of one, such as a path.
pub(super) fn number(id: &str) -> Option<u32> {
    let digits = id.strip_prefix("WB-")?;
    let plain = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = plain.then(|| digits.parse().ok()).flatten()?;
    (name(number) == id).then_some(number)
}

fn text(draft: &Draft) -> Result<Vec<u8>, CommandError> {
    let mut text = serde_json::to_vec_pretty(draft).map_err(CommandError::internal)?;
    text.push(b'\n');
    Ok(text)
}

fn unknown(id: &str) -> CommandError {
    CommandError::unknown("move", id).guide("Move lists those that are prepared.")
}

fn damaged(path: &Path, reason: &serde_json::Error) -> CommandError {
    CommandError::new(
        ErrorCode::FileFailed,
        format!("`{}` is damaged: {reason}.", path.display()),
    )
    .guide("The file is left as it is. Take it from a copy of the data folder, or prepare the move anew.")
    .with("path", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(folder: &Path) -> Shelf {
        Shelf::new(folder.join("waybills"))
    }

    fn draft(name: &str) -> Draft {
        let mut draft = Draft::new(String::new(), "2026-11-19T14:20:00Z".to_owned());
        name.clone_into(&mut draft.name);
        draft
    }

    #[test]
    fn numbers_go_on_and_are_not_given_twice() {
        let folder = tempfile::tempdir().unwrap();
        let (window, command_line) = (shelf(folder.path()), shelf(folder.path()));
        assert_eq!(window.add(draft("a"), 0).unwrap().id, "WB-0001");
        assert_eq!(command_line.add(draft("b"), 0).unwrap().id, "WB-0002");
        window.remove("WB-0002").unwrap();
        assert_eq!(window.add(draft("c"), 2).unwrap().id, "WB-0003");
        assert_eq!(window.read("WB-0003").unwrap().name, "c");
    }

    #[test]
    fn two_programs_at_once_get_numbers_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let ids: std::collections::BTreeSet<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| shelf(folder.path()).add(draft("x"), 0).unwrap().id))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(ids.len(), 8);
        assert_eq!(ids.last().unwrap(), "WB-0008");
    }

    #[test]
    fn changes_of_two_programs_are_both_kept() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = shelf(folder.path());
        shelf.add(draft("a"), 0).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let grown = shelf.change("WB-0001", |draft| {
                        draft.changed();
                        Ok(())
                    });
                    grown.unwrap();
                });
            }
        });
        assert_eq!(shelf.read("WB-0001").unwrap().revision, 9);
    }

    #[test]
    fn damaged_and_newer_files_are_said_and_stay() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = shelf(folder.path());
        shelf.add(draft("good"), 0).unwrap();
        let path = |id: &str| folder.path().join("waybills").join(format!("{id}.json"));
        fs::write(path("WB-0002"), b"{ \"version\": 1, ").unwrap();
        fs::write(path("WB-0003"), br#"{"version":2,"id":"WB-0003"}"#).unwrap();
        let all = shelf.all().unwrap();
        let words: Vec<String> = all
            .iter()
            .map(|found| match found {
                Found::Move(draft) => draft.name.clone(),
                Found::Unreadable(id, error) => format!("{id}: {}", error.message),
            })
            .collect();
        assert_eq!(words.len(), 3);
        assert!(words[0].contains("newer version"), "{words:?}");
        assert!(words[1].contains("is damaged"), "{words:?}");
        assert_eq!(words[2], "good");
        assert!(shelf.remove("WB-0002").is_err());
        assert!(shelf.change("WB-0003", |_| Ok(())).is_err());
        assert_eq!(fs::read(path("WB-0002")).unwrap(), b"{ \"version\": 1, ");
        assert_eq!(shelf.add(draft("next"), 0).unwrap().id, "WB-0004");
    }

    #[test]
    fn a_name_that_is_no_number_leads_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = shelf(folder.path());
        for id in ["../settings", "WB-1", "WB-00001", "wb-0001", "WB-+001", ""] {
            assert_eq!(
                shelf.read(id).unwrap_err().code,
                ErrorCode::UnknownSubject,
                "{id}"
            );
        }
        assert_eq!(number("WB-12345"), Some(12345));
    }
}
