//! Reads and writes `settings.json`. Another program of the same user (the command line beside the
//! window) may write it too: it is read again when it changed, and changed under a lock.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use jiff::Timestamp;
use serde_json::Value;

use super::StoredSettings;
use super::stored::VERSION;
use crate::storage::{file_failed, write_atomically};
use crate::view::{CommandError, ErrorCode};

/// The settings on disk and their copy in memory.
#[derive(Debug)]
pub(crate) struct SettingsStore {
    path: PathBuf,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    settings: StoredSettings,
    seen: Option<Fingerprint>,
    notice: Option<String>,
}

/// What tells that the file was written by somebody else.
type Fingerprint = (SystemTime, u64);

impl SettingsStore {
    /// Reads the file. A damaged one is kept aside under another name, and the settings begin anew;
    /// [`Self::notice`] says so.
    pub(crate) fn open(path: PathBuf, now: Timestamp) -> Result<Self, CommandError> {
        let mut seen = fingerprint(&path);
        let (settings, notice) = match read(&path)? {
            Read::Settings(settings) => (*settings, None),
            Read::Nothing => (StoredSettings::default(), None),
            Read::Damaged(reason) => {
                let aside = keep_aside(&path, now)?;
                seen = None;
                let notice = format!(
                    "The settings file was damaged ({reason}) and was kept aside as `{}`. Waybill begins with empty settings; instances have to be added again, snapshots are untouched.",
                    aside.display()
                );
                (StoredSettings::default(), Some(notice))
            }
        };
        Ok(Self {
            path,
            held: Mutex::new(Held {
                settings,
                seen,
                notice,
            }),
        })
    }

    /// What a person should know about the file.
    pub(crate) fn notice(&self) -> Option<String> {
        self.held().notice.clone()
    }

    /// The settings as they are now.
    pub(crate) fn read(&self) -> StoredSettings {
        let mut held = self.held();
        self.take_up_changes(&mut held);
        held.settings.clone()
    }

    /// Changes the settings and writes them, or leaves all as it was.
    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&mut StoredSettings) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        let mut held = self.held();
        let _lock = self.lock()?;
        // Whatever the time and size of the file say: two writes may share both. What a newer program
        // wrote is never written over, and what cannot be understood is kept.
        match read(&self.path)? {
            Read::Settings(settings) => {
                held.settings = *settings;
                held.seen = fingerprint(&self.path);
            }
            Read::Nothing => {}
            Read::Damaged(reason) => {
                let aside = keep_aside(&self.path, Timestamp::now())?;
                tracing::warn!(reason, aside = %aside.display(), "the settings file was damaged and was kept aside");
                held.seen = None;
            }
        }
        let mut settings = held.settings.clone();
        let answer = change(&mut settings)?;
        if settings != held.settings || held.seen.is_none() {
            settings.version = VERSION;
            let mut text = serde_json::to_vec_pretty(&settings).map_err(CommandError::internal)?;
            text.push(b'\n');
            write_atomically(&self.path, &text)?;
            held.seen = fingerprint(&self.path);
            held.settings = settings;
        }
        Ok(answer)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what another program wrote. A file that cannot be read now changes nothing here: the
    /// copy in memory is whole, and the next change writes it.
    fn take_up_changes(&self, held: &mut Held) {
        let now = fingerprint(&self.path);
        if now.is_some()
            && now != held.seen
            && let Ok(Read::Settings(settings)) = read(&self.path)
        {
            held.settings = *settings;
            held.seen = now;
        }
    }

    fn lock(&self) -> Result<File, CommandError> {
        let path = self.path.with_extension("lock");
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

enum Read {
    Settings(Box<StoredSettings>),
    Nothing,
    Damaged(String),
}

fn read(path: &Path) -> Result<Read, CommandError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(Read::Nothing),
        Err(source) => return Err(file_failed("read", path, &source)),
    };
    let value: Value = match serde_json::from_slice(&bytes) {
        Ok(value) => value,
        Err(reason) => return Ok(Read::Damaged(reason.to_string())),
    };
    let version = value.get("version").and_then(Value::as_u64);
    if version.is_some_and(|version| version > u64::from(VERSION)) {
        return Err(CommandError::new(
            ErrorCode::FileFailed,
            format!(
                "`{}` was written by a newer version of Waybill.",
                path.display()
            ),
        )
        .guide("Update Waybill on this computer, or choose another data folder.")
        .with("path", path.display()));
    }
    Ok(match serde_json::from_value(value) {
        Ok(settings) => Read::Settings(Box::new(settings)),
        Err(reason) => Read::Damaged(reason.to_string()),
    })
}

fn keep_aside(path: &Path, now: Timestamp) -> Result<PathBuf, CommandError> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ");
    let aside = path.with_file_name(format!("settings.damaged-{stamp}.json"));
    fs::rename(path, &aside).map_err(|source| file_failed("kept aside", path, &source))?;
    Ok(aside)
}

fn fingerprint(path: &Path) -> Option<Fingerprint> {
    let facts = fs::metadata(path).ok()?;
    Some((facts.modified().ok()?, facts.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{SettingsView, Theme};

    fn open(folder: &Path) -> SettingsStore {
        SettingsStore::open(folder.join("settings.json"), Timestamp::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn what_is_set_is_there_after_a_restart_and_unknown_members_stay() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("settings.json"),
            r#"{"version":1,"settings":{"theme":"light","later":7},"colour":"blue"}"#,
        )
        .unwrap();
        open(folder.path())
            .change(|settings| {
                settings.set_view(&SettingsView {
                    theme: Theme::Dark,
                    ..settings.view()
                });
                Ok(())
            })
            .unwrap();
        let again = open(folder.path()).read();
        assert_eq!(again.view().theme, Theme::Dark);
        assert_eq!(again.settings["later"], 7);
        assert_eq!(again.other["colour"], "blue");
    }

    #[test]
    fn a_value_that_makes_no_sense_does_not_cost_the_others() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("settings.json"),
            r#"{"version":1,"settings":{"theme":"purple","notify":false}}"#,
        )
        .unwrap();
        let view = open(folder.path()).read().view();
        assert_eq!(view.theme, Theme::System);
        assert!(!view.notify);
    }

    #[test]
    fn a_damaged_file_is_kept_aside_and_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        fs::write(&path, "{ \"version\": 1, ").unwrap();
        let store = open(folder.path());
        let notice = store.notice().unwrap();
        assert!(
            notice.contains("settings.damaged-19700101T000000Z.json"),
            "{notice}"
        );
        store.change(|_| Ok(())).unwrap();
        assert_eq!(
            fs::read(folder.path().join("settings.damaged-19700101T000000Z.json")).unwrap(),
            b"{ \"version\": 1, "
        );
        assert!(path.exists());
    }

    #[test]
    fn a_newer_file_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        fs::write(&path, r#"{"version":3}"#).unwrap();
        let error = SettingsStore::open(path.clone(), Timestamp::UNIX_EPOCH).unwrap_err();
        assert!(error.message.contains("newer version"));
        assert_eq!(fs::read(&path).unwrap(), br#"{"version":3}"#);
    }

    #[test]
    fn a_file_that_a_newer_or_broken_program_wrote_meanwhile_is_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        let set = |settings: &mut StoredSettings| {
            settings.vault.account = Some("mine".into());
            Ok(())
        };
        let store = open(folder.path());
        fs::write(&path, r#"{"version":3,"later":true}"#).unwrap();
        assert!(store.change(set).is_err());
        assert_eq!(fs::read(&path).unwrap(), br#"{"version":3,"later":true}"#);

        let strange = r#"{"version":2,"instances":[{"signIn":{"type":"later"}}]}"#;
        fs::write(&path, strange).unwrap();
        store.change(set).unwrap();
        let kept = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().contains("damaged"))
            .any(|path| fs::read(path).unwrap() == strange.as_bytes());
        assert!(kept);
    }

    #[test]
    fn an_earlier_file_is_written_in_the_present_form() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        fs::write(&path, r#"{"version":1,"instances":[]}"#).unwrap();
        let store = open(folder.path());
        assert_eq!(store.read().version, 1);
        let set = |settings: &mut StoredSettings| {
            settings.vault.account = Some("mine".into());
            Ok(())
        };
        store.change(set).unwrap();
        assert_eq!(open(folder.path()).read().version, VERSION);
    }

    #[test]
    fn a_change_that_fails_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        let failed: Result<(), _> = store.change(|settings| {
            settings.vault.account = Some("half".into());
            Err(CommandError::internal("x"))
        });
        assert!(failed.is_err());
        assert_eq!(store.read().vault.account, None);
        assert!(!folder.path().join("settings.json").exists());
    }

    #[test]
    fn what_another_program_wrote_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let (window, command_line) = (open(folder.path()), open(folder.path()));
        command_line
            .change(|settings| {
                settings.vault.account = Some("vault/elsewhere".into());
                Ok(())
            })
            .unwrap();
        window
            .change(|settings| {
                settings.secret_store = Some(crate::view::SecretStoreKind::Session);
                Ok(())
            })
            .unwrap();
        let settings = command_line.read();
        assert_eq!(settings.vault.account.as_deref(), Some("vault/elsewhere"));
        assert!(settings.secret_store.is_some());
    }
}
