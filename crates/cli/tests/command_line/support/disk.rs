//! A small disk, to be filled.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::home::say;

/// A file system of a few megabytes, as long as this value lives.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts it at a folder, which is made where it is missing; `None`, and a plain word, where this user
    /// may not.
    pub fn mount(at: &Path, megabytes: u32) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
            .arg(at)
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            say("this user may not mount a small disk; no disk is filled");
            return None;
        }
        Some(Self(at.to_owned()))
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Takes all room that is left, to the last byte but this many.
    pub fn fill(&self, but: usize) {
        let mut file = File::create(self.ballast()).unwrap();
        let mut size = 1 << 20;
        let mut taken = 0;
        while size > 0 {
            match file.write(&vec![1; size]) {
                Ok(written) if written > 0 => taken += written,
                _ => size /= 2,
            }
        }
        file.set_len(u64::try_from(taken.saturating_sub(but)).unwrap())
            .unwrap();
    }

    /// Makes room again.
    pub fn free(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    /// Nothing can be written on it any more, or again.
    pub fn read_only(&self, read_only: bool) {
        let how = if read_only {
            "remount,ro"
        } else {
            "remount,rw"
        };
        let mounted = Command::new("mount")
            .args(["-o", how])
            .arg(&self.0)
            .status();
        assert!(mounted.is_ok_and(|status| status.success()));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
