//! What the benches carry.

use std::collections::BTreeMap;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use waybill_targets::{CopyFile, CopyHead, Finished, Result, Target};

/// A copy to be carried.
pub struct Cargo {
    pub head: CopyHead,
    pub files: Vec<CopyFile>,
    pub contents: BTreeMap<String, Bytes>,
}

impl Cargo {
    pub fn new(folder: &str, contents: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let contents: BTreeMap<String, Bytes> = contents
            .into_iter()
            .map(|(path, content)| (path, Bytes::from(content)))
            .collect();
        let files = contents
            .iter()
            .map(|(path, content)| CopyFile {
                path: path.clone(),
                origin: format!("origin/{path}"),
                sha256: sha256(content),
                size: content.len() as u64,
            })
            .collect();
        let head = CopyHead {
            folder: folder.to_owned(),
            title: format!("Two integrations changed in {folder}"),
            body: "ORDERS 01.00.0002 by anna\nINVOICES 01.00.0000 by ben".to_owned(),
            instance: "Test".to_owned(),
            snapshot: sha256(folder.as_bytes()),
            taken: "2026-11-21T20:15:00Z".parse().unwrap(),
            build: 7,
        };
        Self {
            head,
            files,
            contents,
        }
    }

    /// A few files of every sort.
    pub fn small(folder: &str) -> Self {
        Self::new(
            folder,
            [
                (
                    "Integrations/ORDERS_01.00.0002.iar".to_owned(),
                    noise(1, 70_000),
                ),
                (
                    "Integrations/INVOICES_01.00.0000.iar".to_owned(),
                    noise(2, 300),
                ),
                (
                    "Lookups/COUNTRIES.csv".to_owned(),
                    b"code,name\nAT,\xc3\x96sterreich\n".to_vec(),
                ),
                ("Lookups/EMPTY.csv".to_owned(), Vec::new()),
                ("manifest.json".to_owned(), b"{}".to_vec()),
            ],
        )
    }

    /// This many files of this size.
    pub fn many(folder: &str, count: u64, size: usize) -> Self {
        let file = |at: u64| {
            (
                format!("Integrations/FLOW_{at:05}_01.00.0000.iar"),
                noise(at + 1, size),
            )
        };
        Self::new(folder, (0..count).map(file))
    }

    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    /// Carries what is not there.
    pub async fn carry(&self, target: &dyn Target) -> Result<Finished> {
        let mut writer = target.begin(&self.head, &self.files).await?;
        for file in &self.files {
            if !writer.has(file) {
                writer.put(file, self.contents[&file.path].clone()).await?;
            }
        }
        writer.finish().await
    }

    /// Reads all of it, and compares.
    pub async fn compare(&self, target: &dyn Target) {
        let reader = target.open(&self.head.folder).await.unwrap();
        let note = reader.note();
        assert_eq!(note.head.snapshot, self.head.snapshot);
        assert_eq!(note.head.title, self.head.title);
        let mut files = self.files.clone();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        assert_eq!(note.files, files);
        for (path, content) in &self.contents {
            assert_eq!(&reader.read(path).await.unwrap(), content, "{path}");
        }
    }
}

/// Bytes without a pattern, the same for the same seed.
pub fn noise(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

pub fn sha256(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
