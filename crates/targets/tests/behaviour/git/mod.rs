//! The Git target against the real Git: by a path, through OpenSSH's server, and over HTTPS.

mod bench;
mod copies;
mod faults;
mod https;
mod others;
mod places;

use bytes::Bytes;
use waybill_targets::{CopyFile, CopyHead, Finished, Result, Target};

use crate::suite::sha256;

/// A copy: its head and its files.
#[derive(Clone)]
pub struct Load {
    pub head: CopyHead,
    pub files: Vec<(CopyFile, Bytes)>,
}

impl Load {
    /// Copy number `build` of an instance, with these files.
    pub fn new(instance: &str, build: u64, files: &[(&str, &[u8])]) -> Self {
        Self {
            head: CopyHead {
                folder: format!("OIC_Backups/2026/11/{build:02}/{instance}"),
                title: format!("{instance}: copy {build}"),
                body: "changed HELLO 01.00.0000, by anna".to_owned(),
                instance: instance.to_owned(),
                snapshot: format!("{instance}-{build}"),
                taken: format!("2026-11-{build:02}T20:00:00Z").parse().unwrap(),
                build,
            },
            files: files
                .iter()
                .map(|(path, content)| (file(path, content), Bytes::copy_from_slice(content)))
                .collect(),
        }
    }

    pub fn list(&self) -> Vec<CopyFile> {
        self.files.iter().map(|(file, _)| file.clone()).collect()
    }

    /// Copies it, all that is not there.
    pub async fn carry(&self, target: &dyn Target) -> Result<Finished> {
        let mut writer = target.begin(&self.head, &self.list()).await?;
        for (file, content) in &self.files {
            if !writer.has(file) {
                writer.put(file, content.clone()).await?;
            }
        }
        writer.finish().await
    }

    /// Reads it back, byte for byte.
    pub async fn compare(&self, target: &dyn Target, name: &str) {
        let reader = target.open(name).await.unwrap();
        assert_eq!(reader.note().head, self.head);
        assert_eq!(reader.note().files.len(), self.files.len());
        for (file, content) in &self.files {
            assert_eq!(
                reader.read(&file.path).await.unwrap(),
                *content,
                "{}",
                file.path
            );
        }
    }
}

fn file(path: &str, content: &[u8]) -> CopyFile {
    CopyFile {
        path: path.to_owned(),
        origin: format!("origin/{path}"),
        sha256: sha256(content),
        size: content.len() as u64,
    }
}
