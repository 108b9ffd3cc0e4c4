//! The one folder in which Waybill keeps everything of a user.

use std::fs;
use std::path::{Path, PathBuf};

use super::file_failed;
use crate::view::{CommandError, ErrorCode};

/// The data folder of this user on this platform. Callers look at `WAYBILL_HOME` and `--home` first.
///
/// # Errors
/// The platform names no folder for this user.
pub fn default_home() -> Result<PathBuf, CommandError> {
    directories::ProjectDirs::from("", "", "Waybill")
        .map(|folders| folders.data_dir().to_path_buf())
        .ok_or_else(|| {
            CommandError::new(
                ErrorCode::FileFailed,
                "This user has no home folder, so there is no place for the data of Waybill.",
            )
            .guide("Name a data folder with `--home DIR` or the environment variable WAYBILL_HOME.")
        })
}

/// The data folder and the names in it.
#[derive(Clone, Debug)]
pub(crate) struct HomeFolder {
    root: PathBuf,
}

impl HomeFolder {
    /// Makes the folder if it is not there; on Unix nobody but the user may look into it.
    pub(crate) fn open(root: &Path) -> Result<Self, CommandError> {
        let root =
            std::path::absolute(root).map_err(|source| file_failed("found", root, &source))?;
        let home = Self { root };
        make_private(&home.root)?;
        make_private(&home.logs())?;
        Ok(home)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.root.join("settings.json")
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.root.join("waybill.db")
    }

    pub(crate) fn vault(&self) -> PathBuf {
        self.root.join("vault")
    }

    pub(crate) fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// Moves that are prepared, one file each.
    pub(crate) fn waybills(&self) -> PathBuf {
        self.root.join("waybills")
    }

    /// The values that artifacts take in each instance, one file each; no secrets.
    pub(crate) fn bindings(&self) -> PathBuf {
        self.root.join("bindings")
    }

    /// What planned waybills will send, encrypted.
    pub(crate) fn cargo(&self) -> PathBuf {
        self.root.join("cargo")
    }

    /// What is kept for a target beside its copies: the objects of a repository.
    pub(crate) fn target(&self, id: &str) -> PathBuf {
        self.root.join("targets").join(id)
    }

    /// Copies that are open, encrypted; cleared when nobody looks at them any more.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.root.join("scratch")
    }

    /// The secrets encrypted with a passphrase, where that place was chosen.
    pub(crate) fn secrets(&self) -> PathBuf {
        self.root.join("secrets.age")
    }

    /// Where the practice instances answer while a program has them running.
    pub(crate) fn practice(&self) -> PathBuf {
        self.root.join("practice.json")
    }
}

/// Makes a folder; on Unix nobody but the user may look into it.
pub(crate) fn make_private(folder: &Path) -> Result<(), CommandError> {
    fs::create_dir_all(folder).map_err(|source| file_failed("made", folder, &source))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
            .map_err(|source| file_failed("made private", folder, &source))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_look_into_the_folder() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let home = HomeFolder::open(&folder.path().join("deep").join("home")).unwrap();
        for path in [home.root().to_path_buf(), home.logs()] {
            let mode = fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
    }

    #[test]
    fn a_file_in_the_way_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("home");
        fs::write(&path, "in the way").unwrap();
        assert!(HomeFolder::open(&path).is_err());
    }
}
