//! A file system of one megabyte, where this user may mount one.

use std::{path::Path, process::Command};

use tempfile::TempDir;

/// A small file system; it goes with this.
pub struct Small {
    folder: TempDir,
}

impl Small {
    pub fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(folder.path())
            .output()
            .is_ok_and(|said| said.status.success());
        if !mounted {
            println!("passed over: this user may not mount a small file system");
            return None;
        }
        Some(Self { folder })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("-l")
            .arg(self.folder.path())
            .output();
    }
}
