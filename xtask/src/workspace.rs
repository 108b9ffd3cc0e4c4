//! Where the project lies and how its tools are called.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;

/// The folders of the project on this machine.
#[derive(Clone)]
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Where cargo builds; follows `CARGO_TARGET_DIR`.
    pub target: PathBuf,
}

impl Workspace {
    /// Asks cargo where the workspace of this program is.
    pub fn find() -> anyhow::Result<Self> {
        let metadata = cargo_metadata::MetadataCommand::new()
            .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
            .no_deps()
            .exec()
            .context("cargo could not describe the workspace")?;
        Ok(Self {
            root: metadata.workspace_root.into_std_path_buf(),
            target: metadata.target_directory.into_std_path_buf(),
        })
    }

    /// The cargo that started this program, working in the root of the project.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root);
        command
    }

    /// npm, working on the front end.
    pub fn npm(&self) -> Command {
        let mut command = Command::new(NPM);
        command.current_dir(&self.root).args(["--prefix", "ui"]);
        command
    }

    /// The files generated from Rust that the front end imports.
    pub fn generated_types(&self) -> PathBuf {
        self.root.join("ui/src/lib/backend/generated")
    }

    /// A program of this workspace, as the last debug build left it.
    pub fn program(&self, name: &str) -> PathBuf {
        self.target
            .join("debug")
            .join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// What tests leave behind on purpose: pictures, measurements, reports.
    pub fn test_output(&self) -> PathBuf {
        self.target.join("test-output")
    }
}

/// npm is a script on Windows, and only found there by its whole name.
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Whether a program of this name is on the search path.
pub fn on_path(name: &str) -> bool {
    find_on_path(name).is_some()
}

/// The file that a program name stands for on the search path.
pub fn find_on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| Path::is_file(path))
}
