//! A folder of this computer.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use tempfile::TempDir;
use waybill_targets::{Encryption, FolderSettings, FolderTarget, NOTE, Target, TargetError};

use crate::{
    suite::{self, Bench, Cargo},
    tmpfs::Small,
};

/// A folder, encrypted or not.
pub struct Folder {
    root: TempDir,
    small: Mutex<Option<Small>>,
    encryption: Option<Encryption>,
}

impl Folder {
    pub fn new(encryption: Option<Encryption>) -> Self {
        Self {
            root: tempfile::tempdir().unwrap(),
            small: Mutex::new(None),
            encryption,
        }
    }

    pub fn path(&self) -> &Path {
        self.root.path()
    }

    fn at(&self, root: &Path) -> Arc<dyn Target> {
        let target = open(root, false).written_by("anna");
        Arc::new(match &self.encryption {
            Some(encryption) => target.encrypted(encryption.clone()),
            None => target,
        })
    }
}

pub fn open(root: &Path, known: bool) -> FolderTarget {
    FolderTarget::in_folder(FolderSettings {
        root: root.to_owned(),
        known,
    })
    .unwrap()
}

/// Changes a byte in the middle of a file.
pub fn flip(file: &Path) {
    let mut content = std::fs::read(file).unwrap();
    let middle = content.len() / 2;
    content[middle] ^= 1;
    std::fs::write(file, content).unwrap();
}

#[async_trait]
impl Bench for Folder {
    fn target(&self) -> Arc<dyn Target> {
        self.at(self.path())
    }

    async fn full(&self) -> Option<Arc<dyn Target>> {
        let small = Small::mount()?;
        let target = self.at(small.path());
        *self.small.lock().unwrap() = Some(small);
        Some(target)
    }

    async fn flip(&self, folder: &str, path: &str) -> bool {
        let suffix = if self.encryption.is_some() {
            ".age"
        } else {
            ""
        };
        flip(&self.path().join(folder).join(format!("{path}{suffix}")));
        true
    }
}

/// What lies below a folder, but for the mark in the root.
fn lying(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut left: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path.clone());
            }
            found.push(path.strip_prefix(root).unwrap().display().to_string());
        }
    }
    found.retain(|path| path != ".waybill-target");
    found.sort();
    found
}

#[tokio::test]
async fn a_folder_is_checked() {
    let bench = Folder::new(None);
    suite::is_checked(&bench).await;
    assert_eq!(
        lying(bench.path()),
        Vec::<String>::new(),
        "the check leaves nothing"
    );
    let checked = bench.target().check(&|_| {}).await.unwrap();
    assert!(checked.free.is_some());
}

#[tokio::test]
async fn a_folder_is_written_and_read_back() {
    let bench = Folder::new(None);
    suite::written_and_read_back(&bench).await;
    let lying = lying(bench.path());
    assert!(
        !lying
            .iter()
            .any(|path| path.contains("part") || path.contains("lock")),
        "{lying:?}"
    );
}

#[tokio::test]
async fn a_folder_takes_a_copy_once() {
    suite::carried_once(&Folder::new(None)).await;
}

#[tokio::test]
async fn a_folder_takes_a_copy_up_again() {
    suite::taken_up_again(&Folder::new(None)).await;
}

#[tokio::test]
async fn a_full_folder_says_so() {
    suite::full(&Folder::new(None)).await;
}

#[tokio::test]
async fn a_folder_that_fills_up_says_so() {
    let Some(small) = Small::mount() else { return };
    suite::fills_up(&open(small.path(), false), &small.path().join("ballast")).await;
}

#[tokio::test]
async fn a_folder_takes_names_of_all_sorts() {
    suite::names(&Folder::new(None)).await;
}

#[tokio::test]
async fn a_folder_takes_two_thousand_files() {
    suite::many_files(&Folder::new(None)).await;
}

#[tokio::test]
async fn a_folder_has_one_writer() {
    suite::two_writers(&Folder::new(None)).await;
}

#[tokio::test]
async fn a_flipped_byte_in_a_folder_is_found() {
    suite::flipped_byte(&Folder::new(None)).await;
}

#[tokio::test]
async fn a_copy_in_a_folder_is_removed() {
    let bench = Folder::new(None);
    suite::removed(&bench).await;
}

#[tokio::test]
async fn a_share_that_is_not_there_is_not_filled() {
    let folder = tempfile::tempdir().unwrap();
    let cargo = Cargo::small("2026/11/21/Test");
    let gone = folder.path().join("share");
    let away = cargo.carry(&open(&gone, false)).await.unwrap_err();
    assert!(matches!(away, TargetError::Unreachable { .. }), "{away}");
    assert!(!gone.exists());

    std::fs::create_dir(&gone).unwrap();
    cargo.carry(&open(&gone, false)).await.unwrap();
    cargo.compare(&open(&gone, true)).await;

    // The share is away: what is left is the empty folder that it is mounted on.
    std::fs::rename(&gone, folder.path().join("elsewhere")).unwrap();
    std::fs::create_dir(&gone).unwrap();
    let away = cargo.carry(&open(&gone, true)).await.unwrap_err();
    assert!(matches!(away, TargetError::Unreachable { .. }), "{away}");
    let away = open(&gone, true).copies().await.unwrap_err();
    assert!(matches!(away, TargetError::Unreachable { .. }), "{away}");
    assert_eq!(std::fs::read_dir(&gone).unwrap().count(), 0);
}

#[tokio::test]
async fn files_of_others_are_left_alone() {
    let bench = Folder::new(None);
    let cargo = Cargo::small("2026/11/21/Test");
    let folder = bench.path().join("2026/11/21/Test");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mine.txt"), "mine").unwrap();
    let refused = cargo.carry(&*bench.target()).await.unwrap_err();
    assert!(matches!(refused, TargetError::Refused { .. }), "{refused}");
    assert_eq!(
        std::fs::read_to_string(folder.join("mine.txt")).unwrap(),
        "mine"
    );

    let cargo = Cargo::small("2026/11/22/Test");
    cargo.carry(&*bench.target()).await.unwrap();
    let mine = bench.path().join("2026/11/22/Test/mine.txt");
    std::fs::write(&mine, "mine").unwrap();
    bench.target().remove("2026/11/22/Test").await.unwrap();
    assert_eq!(std::fs::read_to_string(mine).unwrap(), "mine");
}

#[tokio::test]
async fn removing_that_was_cut_goes_on() {
    let bench = Folder::new(None);
    let cargo = Cargo::small("2026/11/21/Test");
    cargo.carry(&*bench.target()).await.unwrap();
    let folder = bench.path().join("2026/11/21/Test");
    std::fs::rename(folder.join(NOTE), folder.join("waybill-copy.partial.json")).unwrap();
    std::fs::remove_file(folder.join("manifest.json")).unwrap();
    assert!(bench.target().copies().await.unwrap().is_empty());
    // The copy can be completed again, or removed to its end.
    let finished = cargo.carry(&*bench.target()).await.unwrap();
    assert_eq!(finished.kept, cargo.files.len() as u64 - 1);
    cargo.compare(&*bench.target()).await;
    std::fs::rename(folder.join(NOTE), folder.join("waybill-copy.partial.json")).unwrap();
    bench.target().remove("2026/11/21/Test").await.unwrap();
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_try_with_other_files_leaves_nothing_of_the_former() {
    let bench = Folder::new(None);
    let former = Cargo::many("2026/11/21/Test", 6, 1_000);
    let target = bench.target();
    let mut writer = target.begin(&former.head, &former.files).await.unwrap();
    for file in &former.files {
        writer
            .put(file, former.contents[&file.path].clone())
            .await
            .unwrap();
    }
    drop(writer);
    let cargo = Cargo::many("2026/11/21/Test", 3, 1_000);
    cargo.carry(&*bench.target()).await.unwrap();
    cargo.compare(&*bench.target()).await;
    let files = lying(bench.path())
        .into_iter()
        .filter(|path| path.contains("FLOW_"))
        .count();
    assert_eq!(files, 3);
}

#[tokio::test]
async fn an_old_lock_counts_for_nothing_and_a_young_one_for_all() {
    let bench = Folder::new(None);
    let lock = bench.path().join(".waybill-lock");
    let cargo = Cargo::small("2026/11/21/Test");
    let now = jiff::Timestamp::now();
    for (minutes, counts) in [(5, true), (20, false)] {
        let then = now - jiff::SignedDuration::from_mins(minutes);
        let text =
            format!(r#"{{"owner":"ben on nb-2","id":"0123456789abcdef","refreshed":"{then}"}}"#);
        std::fs::write(&lock, text).unwrap();
        let ended = cargo.carry(&*bench.target()).await;
        if counts {
            let busy = ended.unwrap_err();
            assert!(matches!(busy, TargetError::Busy { .. }), "{busy}");
            assert!(busy.to_string().contains("ben on nb-2"), "{busy}");
        } else {
            ended.unwrap();
        }
    }
    assert!(!lock.exists());
}
