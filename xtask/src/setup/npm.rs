//! The npm packages of the front end and of the provider that signing in is tested against, exactly
//! as their lock files name them.

use std::{fs, path::Path, process::Command, time::SystemTime};

use anyhow::{Context, bail};

use crate::{
    child,
    workspace::{NPM, Workspace},
};

/// The oldest Node that the tools of the front end run on.
const NODE_MAJOR: u32 = 20;

/// Installs the packages of a folder of the project where they are not there or older than its lock
/// file.
pub fn install(workspace: &Workspace, folder: &str) -> anyhow::Result<()> {
    let node = child::output(Command::new("node").arg("--version"))
        .with_context(|| format!("Node {NODE_MAJOR} or later is needed: https://nodejs.org"))?;
    if major(&node).is_none_or(|major| major < NODE_MAJOR) {
        bail!(
            "Node {} is too old, {NODE_MAJOR} or later is needed: https://nodejs.org",
            node.trim()
        );
    }
    if is_current(&workspace.root.join(folder))? {
        println!("  installed and as new as package-lock.json");
        return Ok(());
    }
    child::run(Command::new(NPM).current_dir(&workspace.root).args([
        "ci",
        "--prefix",
        folder,
        "--no-audit",
        "--no-fund",
    ]))
}

/// `v20.11.1` is 20.
fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// npm leaves a list of what it installed; it is older than the lock file once that has changed.
fn is_current(folder: &Path) -> anyhow::Result<bool> {
    let lock = changed(&folder.join("package-lock.json")).with_context(|| {
        format!(
            "{} has no package-lock.json: is this clone whole?",
            folder.display()
        )
    })?;
    Ok(changed(&folder.join("node_modules/.package-lock.json")).is_ok_and(|done| done >= lock))
}

fn changed(path: &Path) -> anyhow::Result<SystemTime> {
    let metadata =
        fs::metadata(path).with_context(|| format!("{} is not there", path.display()))?;
    Ok(metadata.modified()?)
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.11.1\n"), Some(20));
        assert_eq!(major("not node"), None);
    }
}
