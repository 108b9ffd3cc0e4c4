//! The folders of the person at this machine in which Waybill would keep something. Tests must
//! leave them alone.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::bail;

/// What could be changed: name, size and time of every file.
pub type Look = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Where programs of this user keep their data.
pub struct Folders {
    places: Vec<PathBuf>,
}

impl Folders {
    /// The folders of this platform, wherever the user's settings have moved them.
    pub fn of_this_user() -> Self {
        let home = env::home_dir().unwrap_or_default();
        let named = [
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_STATE_HOME",
            "XDG_CACHE_HOME",
            "APPDATA",
            "LOCALAPPDATA",
        ]
        .into_iter()
        .filter_map(env::var_os)
        .map(PathBuf::from);
        let usual = [
            "",
            ".config",
            ".config/autostart",
            ".local/share",
            ".local/share/applications",
            ".local/state",
            ".cache",
            "Library/Application Support",
            "Library/Caches",
            "Library/LaunchAgents",
            "Library/Logs",
            "Library/Preferences",
            "Library/WebKit",
        ]
        .into_iter()
        .map(|folder| home.join(folder));
        Self {
            places: named.chain(usual).collect(),
        }
    }

    /// Everything in these places that bears the product's name, with all that lies in it.
    pub fn look(&self) -> Look {
        let mut look = Look::new();
        for place in &self.places {
            for entry in fs::read_dir(place).into_iter().flatten().flatten() {
                if entry
                    .file_name()
                    .to_string_lossy()
                    .to_lowercase()
                    .contains("waybill")
                {
                    note(&entry.path(), &mut look);
                }
            }
        }
        look
    }

    /// Fails, naming what changed, where these places are not as they were.
    pub fn compare(&self, before: &Look) -> anyhow::Result<()> {
        let after = self.look();
        let changed: Vec<_> = after
            .iter()
            .filter(|(path, state)| before.get(*path) != Some(state))
            .map(|(path, _)| path)
            .chain(before.keys().filter(|path| !after.contains_key(*path)))
            .collect();
        if changed.is_empty() {
            println!("  {} files, as they were", after.len());
            return Ok(());
        }
        for path in &changed {
            println!("  changed: {}", path.display());
        }
        bail!(
            "a test changed folders of this user (or Waybill was open meanwhile: close it and try again)"
        )
    }
}

fn note(path: &Path, look: &mut Look) {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return;
    };
    if metadata.is_dir() {
        look.insert(path.to_owned(), (0, None));
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            note(&entry.path(), look);
        }
    } else {
        look.insert(path.to_owned(), (metadata.len(), metadata.modified().ok()));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Folders;

    #[test]
    fn a_new_a_changed_and_a_removed_file_are_noticed() -> anyhow::Result<()> {
        let home = tempfile::tempdir()?;
        let ours = home.path().join("org.Waybill.desktop");
        fs::create_dir(&ours)?;
        fs::write(ours.join("settings.json"), "{}")?;
        fs::write(home.path().join("unrelated"), "")?;
        let folders = Folders {
            places: vec![home.path().to_owned()],
        };
        let before = folders.look();

        fs::write(home.path().join("unrelated"), "changed")?;
        assert!(folders.compare(&before).is_ok());
        fs::write(ours.join("settings.json"), "{\"a\":1}")?;
        assert!(folders.compare(&before).is_err());
        fs::remove_file(ours.join("settings.json"))?;
        assert!(folders.compare(&before).is_err());
        fs::write(ours.join("waybill.db"), "")?;
        assert!(folders.compare(&before).is_err());
        Ok(())
    }
}
