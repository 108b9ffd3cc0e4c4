//! A place that only writes, lists, reads and removes whole files, as object storage does; and one that only writes.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::Bytes;
use waybill_targets::{Entry, Files, NOTE, Result, Stage, StageState, Target, TargetError, Tree};

use crate::suite::{self, Bench, Cargo};

type Kept = Arc<Mutex<BTreeMap<String, Bytes>>>;

/// Files in memory.
struct Plain {
    kept: Kept,
    readable: bool,
    /// What was written and removed, in order.
    told: Arc<Mutex<Vec<String>>>,
}

#[async_trait]
impl Files for Plain {
    fn title(&self) -> String {
        "memory".to_owned()
    }

    fn can_read(&self) -> bool {
        self.readable
    }

    async fn connect(&self, told: &(dyn Fn(Stage) + Send + Sync)) -> Result<()> {
        told(Stage {
            name: "Connect",
            state: StageState::Passed,
            words: String::new(),
        });
        Ok(())
    }

    async fn size(&self, path: &str) -> Result<Option<u64>> {
        Ok(self
            .kept
            .lock()
            .unwrap()
            .get(path)
            .map(|content| content.len() as u64))
    }

    async fn list(&self, folder: &str) -> Result<Vec<Entry>> {
        assert!(self.readable, "nothing is listed where nothing can be");
        let below = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let kept = self.kept.lock().unwrap();
        Ok(kept
            .iter()
            .filter(|(path, _)| path.starts_with(&below))
            .map(|(path, content)| Entry {
                path: path.clone(),
                size: content.len() as u64,
            })
            .collect())
    }

    async fn read(&self, path: &str) -> Result<Bytes> {
        assert!(self.readable, "nothing is read where nothing can be");
        let kept = self.kept.lock().unwrap();
        kept.get(path).cloned().ok_or_else(|| TargetError::Missing {
            target: self.title(),
            what: format!("file `{path}`"),
        })
    }

    async fn write(&self, path: &str, content: Bytes) -> Result<()> {
        self.told.lock().unwrap().push(format!("write {path}"));
        self.kept.lock().unwrap().insert(path.to_owned(), content);
        Ok(())
    }

    async fn remove(&self, path: &str) -> Result<()> {
        self.told.lock().unwrap().push(format!("remove {path}"));
        self.kept.lock().unwrap().remove(path);
        Ok(())
    }
}

/// A place of its own, which all targets of the bench share.
#[derive(Default)]
struct Memory {
    kept: Kept,
    told: Arc<Mutex<Vec<String>>>,
}

impl Memory {
    fn open(&self, readable: bool) -> Tree<Plain> {
        Tree::new(Arc::new(Plain {
            kept: Arc::clone(&self.kept),
            readable,
            told: Arc::clone(&self.told),
        }))
    }

    fn when(&self, what: &str) -> usize {
        let told = self.told.lock().unwrap();
        told.iter()
            .position(|line| line == what)
            .unwrap_or_else(|| panic!("{what} in {told:?}"))
    }
}

#[async_trait]
impl Bench for Memory {
    fn target(&self) -> Arc<dyn Target> {
        Arc::new(self.open(true))
    }

    async fn flip(&self, folder: &str, path: &str) -> bool {
        let mut kept = self.kept.lock().unwrap();
        let content = kept.get_mut(&format!("{folder}/{path}")).unwrap();
        let mut changed = content.to_vec();
        changed[0] ^= 1;
        *content = Bytes::from(changed);
        true
    }
}

#[tokio::test]
async fn a_plain_place_does_what_every_target_does() {
    suite::is_checked(&Memory::default()).await;
    suite::written_and_read_back(&Memory::default()).await;
    suite::carried_once(&Memory::default()).await;
    suite::taken_up_again(&Memory::default()).await;
    suite::names(&Memory::default()).await;
    suite::two_writers(&Memory::default()).await;
    suite::flipped_byte(&Memory::default()).await;
    suite::removed(&Memory::default()).await;
}

#[tokio::test]
async fn the_note_is_written_last_and_goes_first() {
    let bench = Memory::default();
    let cargo = Cargo::small("2026/11/21/Test");
    cargo.carry(&*bench.target()).await.unwrap();
    let note = bench.when(&format!("write 2026/11/21/Test/{NOTE}"));
    for file in &cargo.files {
        assert!(bench.when(&format!("write 2026/11/21/Test/{}", file.path)) < note);
    }
    bench.target().remove("2026/11/21/Test").await.unwrap();
    let note = bench.when(&format!("remove 2026/11/21/Test/{NOTE}"));
    for file in &cargo.files {
        assert!(bench.when(&format!("remove 2026/11/21/Test/{}", file.path)) > note);
    }
    assert!(bench.kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_place_that_only_takes_files_is_given_all_and_the_note() {
    let bench = Memory::default();
    let blind = bench.open(false);
    let checked = blind.check(&|_| {}).await.unwrap();
    assert_eq!(checked.notes.len(), 1);
    let cargo = Cargo::small("2026/11/21/Test");
    cargo.carry(&blind).await.unwrap();
    cargo.carry(&blind).await.unwrap();
    let paths: Vec<String> = bench.kept.lock().unwrap().keys().cloned().collect();
    assert_eq!(paths.len(), cargo.files.len() + 1, "{paths:?}");
    cargo.compare(&*bench.target()).await;
}

#[tokio::test]
async fn a_file_that_was_not_announced_or_is_another_is_refused() {
    let bench = Memory::default();
    let cargo = Cargo::small("2026/11/21/Test");
    let target = bench.target();
    let mut writer = target.begin(&cargo.head, &cargo.files[1..]).await.unwrap();
    let content = cargo.contents[&cargo.files[0].path].clone();
    writer.put(&cargo.files[0], content).await.unwrap_err();
    // Something else than announced: seen at the latest when finishing.
    let put = writer
        .put(&cargo.files[1], Bytes::from_static(b"other"))
        .await;
    let refused = match put {
        Ok(()) => writer.finish().await.map(drop).unwrap_err(),
        Err(refused) => refused,
    };
    assert!(matches!(refused, TargetError::Refused { .. }), "{refused}");
    assert!(target.copies().await.unwrap().is_empty());

    let writer = target.begin(&cargo.head, &cargo.files).await;
    let unfinished = match writer {
        Ok(writer) => writer.finish().await.map(drop).unwrap_err(),
        Err(busy) => busy,
    };
    assert!(
        matches!(unfinished, TargetError::Missing { .. }),
        "{unfinished}"
    );
}
