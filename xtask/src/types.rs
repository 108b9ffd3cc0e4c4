//! The TypeScript types that the front end imports: generated from Rust by tests that `ts-rs`
//! writes (`export_bindings_…`), committed, and compared here.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

use crate::{child, workspace::Workspace};

/// Replaces the committed types by fresh ones.
pub fn write(workspace: &Workspace) -> anyhow::Result<()> {
    let fresh = export(workspace)?;
    let committed = workspace.generated_types();
    if committed.exists() {
        fs::remove_dir_all(&committed)
            .with_context(|| format!("{} could not be emptied", committed.display()))?;
    }
    for (name, text) in &fresh {
        let path = committed.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, text)
            .with_context(|| format!("{} could not be written", path.display()))?;
    }
    println!("  {} files in {}", fresh.len(), committed.display());
    Ok(())
}

/// Fails, naming the files, where the committed types are not what Rust says today.
pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let fresh = export(workspace)?;
    let committed = read(&workspace.generated_types())?;
    let mut differences = differences(&fresh, &committed);
    if differences.is_empty() {
        println!("  {} generated files agree with Rust", fresh.len());
        return Ok(());
    }
    differences.sort();
    for line in &differences {
        println!("  {line}");
    }
    bail!("the types of the front end are stale: run `cargo xtask types` and commit what it wrote")
}

type Files = BTreeMap<PathBuf, String>;

fn differences(fresh: &Files, committed: &Files) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, text) in fresh {
        match committed.get(name) {
            None => lines.push(format!("missing: {}", name.display())),
            Some(old) if old != text => lines.push(format!("changed: {}", name.display())),
            Some(_) => {}
        }
    }
    for name in committed.keys().filter(|name| !fresh.contains_key(*name)) {
        lines.push(format!("no longer generated: {}", name.display()));
    }
    lines
}

/// Runs the exports of every crate into a temporary folder and reads what they wrote.
fn export(workspace: &Workspace) -> anyhow::Result<Files> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    child::run(
        workspace
            .cargo()
            .env("TS_RS_EXPORT_DIR", folder.path())
            .args([
                "test",
                "--quiet",
                "--workspace",
                "--lib",
                "--",
                "export_bindings",
            ]),
    )?;
    let files = read(folder.path())?;
    if files.is_empty() {
        bail!("no type was exported: no test of this workspace is called `export_bindings_…`");
    }
    Ok(files)
}

fn read(folder: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    collect(folder, folder, &mut files)?;
    Ok(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Files) -> anyhow::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "ts") {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("{} could not be read", path.display()))?;
            let name = path.strip_prefix(root)?.to_owned();
            files.insert(name, text.replace("\r\n", "\n"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Files, differences};

    fn files(entries: &[(&str, &str)]) -> Files {
        entries
            .iter()
            .map(|(name, text)| ((*name).into(), (*text).into()))
            .collect()
    }

    #[test]
    fn every_way_to_be_stale_is_named() {
        let fresh = files(&[("Scope.ts", "a"), ("Run.ts", "b"), ("Same.ts", "c")]);
        let committed = files(&[("Scope.ts", "old"), ("Gone.ts", "d"), ("Same.ts", "c")]);
        assert_eq!(
            differences(&fresh, &committed),
            [
                "missing: Run.ts",
                "changed: Scope.ts",
                "no longer generated: Gone.ts"
            ]
        );
    }
}
