//! The session that tests run in: home, settings, caches, temporary files, all in one new folder.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;
use tempfile::TempDir;

/// Variables that lead to something of the real session.
const LEADING_OUT: &[&str] = &[
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "GNOME_KEYRING_CONTROL",
    "SSH_AUTH_SOCK",
    "WAYBILL_HOME",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
];

/// Folders of the session, each with the variables that name it to programs.
const FOLDERS: &[(&str, &[&str])] = &[
    ("home", &["HOME", "USERPROFILE"]),
    ("home/.config", &["XDG_CONFIG_HOME"]),
    ("home/.local/share", &["XDG_DATA_HOME"]),
    ("home/.local/state", &["XDG_STATE_HOME"]),
    ("home/.cache", &["XDG_CACHE_HOME"]),
    ("home/roaming", &["APPDATA"]),
    ("home/local", &["LOCALAPPDATA"]),
    ("runtime", &["XDG_RUNTIME_DIR"]),
    ("temporary", &["TMPDIR", "TMP", "TEMP"]),
];

/// A folder that stands for a whole user, removed with this value.
pub struct Session {
    folder: TempDir,
}

impl Session {
    /// Makes the folders. The name stays short: sockets lie in them, whose paths may not be long.
    pub fn new() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("waybill-")
            .tempdir()
            .context("no temporary folder for the tests")?;
        for (name, _) in FOLDERS {
            let path = folder.path().join(name);
            fs::create_dir_all(&path)
                .with_context(|| format!("{} could not be made", path.display()))?;
            only_for_this_user(&path)?;
        }
        Ok(Self { folder })
    }

    /// The folder that holds everything of the session.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Makes a command see this session instead of the real one. The tools of Rust are still found
    /// where they are.
    pub fn apply(&self, command: &mut Command) {
        for name in LEADING_OUT {
            command.env_remove(name);
        }
        for (variable, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            if env::var_os(variable).is_none()
                && let Some(home) = env::home_dir()
            {
                command.env(variable, home.join(folder));
            }
        }
        for (name, variables) in FOLDERS {
            for variable in *variables {
                command.env(variable, self.folder.path().join(name));
            }
        }
    }

    /// A file in the session.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[cfg(unix)]
fn only_for_this_user(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
        .with_context(|| format!("{} could not be closed to others", folder.display()))
}

#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature on every system"
)]
fn only_for_this_user(_folder: &Path) -> anyhow::Result<()> {
    Ok(())
}
