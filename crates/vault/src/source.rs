//! The entries of a snapshot as the store library reads them.
//!
//! Folders are given explicitly, once each, before what they hold. A file's content is fetched when
//! its turn comes, counted in the ledger, and any failure closes the gate, because the library
//! itself would go on without the file.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use jiff::Timestamp;
use rustic_core::repofile::{Metadata, Node, NodeType};
use rustic_core::{ReadSource, ReadSourceEntry, ReadSourceOpen, RusticResult};

use crate::entry::{Content, Entry, assert_order};
use crate::error::{Result, VaultError};
use crate::gate::Gate;
use crate::ledger::Ledger;

/// Fetches what a [`Content`] stands for.
pub(crate) type Fetch = dyn Fn(&Content) -> Result<Bytes> + Send + Sync;

/// The entries of one snapshot, in order.
pub(crate) struct EntrySource {
    items: Vec<Item>,
    bytes: u64,
    shared: Arc<Shared>,
}

struct Shared {
    fetch: Box<Fetch>,
    gate: Arc<Gate>,
    ledger: Arc<Ledger>,
}

#[derive(Clone)]
struct Item {
    path: PathBuf,
    node: Node,
    file: Option<File>,
}

#[derive(Clone)]
struct File {
    line: usize,
    path: Arc<str>,
    size: u64,
    content: Arc<Content>,
}

impl EntrySource {
    /// Takes entries that are in order; refuses others.
    pub(crate) fn new(
        entries: Vec<Entry>,
        folders_modified: Timestamp,
        gate: Arc<Gate>,
        ledger: Arc<Ledger>,
        fetch: Box<Fetch>,
    ) -> Result<Self> {
        assert_order(entries.iter().map(|entry| entry.path.as_str()))?;
        let bytes = entries.iter().map(|entry| entry.size).sum();
        let mut items = Vec::with_capacity(entries.len());
        let mut open_folders: Vec<String> = Vec::new();
        for (line, entry) in entries.into_iter().enumerate() {
            let parts: Vec<&str> = entry.path.split('/').collect();
            let (name, folders) = parts.split_last().unwrap_or((&"", &[]));
            let shared = open_folders
                .iter()
                .zip(folders)
                .take_while(|(open, wanted)| open == *wanted)
                .count();
            open_folders.truncate(shared);
            for folder in &folders[shared..] {
                open_folders.push((*folder).to_owned());
                items.push(Item {
                    path: open_folders.iter().collect(),
                    node: node(
                        folder,
                        NodeType::Dir,
                        0o700 | DIRECTORY,
                        folders_modified,
                        0,
                    ),
                    file: None,
                });
            }
            items.push(Item {
                path: parts.iter().collect(),
                node: node(name, NodeType::File, 0o600, entry.modified, entry.size),
                file: Some(File {
                    line,
                    path: entry.path.as_str().into(),
                    size: entry.size,
                    content: Arc::new(entry.content),
                }),
            });
        }
        Ok(Self {
            items,
            bytes,
            shared: Arc::new(Shared {
                fetch,
                gate,
                ledger,
            }),
        })
    }
}

/// How restic marks a folder in a mode (Go's `fs.ModeDir`).
const DIRECTORY: u32 = 1 << 31;

fn node(name: &str, node_type: NodeType, mode: u32, modified: Timestamp, size: u64) -> Node {
    let meta = Metadata {
        mode: Some(mode),
        mtime: Some(modified),
        atime: Some(modified),
        ctime: Some(modified),
        size,
        links: 1,
        ..Metadata::default()
    };
    Node::new_node(OsStr::new(name), node_type, meta)
}

impl ReadSource for EntrySource {
    type Open = EntryContent;
    type Iter = std::vec::IntoIter<RusticResult<ReadSourceEntry<EntryContent>>>;

    fn size(&self) -> RusticResult<Option<u64>> {
        Ok(Some(self.bytes))
    }

    fn entries(&self) -> Self::Iter {
        self.items
            .iter()
            .map(|item| {
                Ok(ReadSourceEntry {
                    path: item.path.clone(),
                    node: item.node.clone(),
                    open: item.file.clone().map(|file| EntryContent {
                        file,
                        shared: self.shared.clone(),
                    }),
                })
            })
            .collect::<Vec<_>>()
            .into_iter()
    }
}

/// The content of one entry, not yet fetched.
pub(crate) struct EntryContent {
    file: File,
    shared: Arc<Shared>,
}

impl ReadSourceOpen for EntryContent {
    type Reader = EntryReader;

    fn open(self) -> RusticResult<EntryReader> {
        let Shared { fetch, gate, .. } = &*self.shared;
        if gate.is_closed() {
            return Err(Gate::refusal());
        }
        let fetched = fetch(&self.file.content).and_then(|content| {
            if content.len() as u64 == self.file.size {
                Ok(content)
            } else {
                Err(VaultError::ContentUnreadable {
                    path: self.file.path.to_string(),
                    detail: format!(
                        "it has {} bytes where {} were announced",
                        content.len(),
                        self.file.size
                    ),
                })
            }
        });
        match fetched {
            Ok(content) => Ok(EntryReader {
                rest: content,
                ended: false,
                file: self.file,
                shared: self.shared,
            }),
            Err(error) => {
                gate.fail(match error {
                    kept @ (VaultError::ContentUnreadable { .. } | VaultError::DiskFull { .. }) => {
                        kept
                    }
                    other => VaultError::ContentUnreadable {
                        path: self.file.path.to_string(),
                        detail: other.to_string(),
                    },
                });
                Err(Gate::refusal())
            }
        }
    }
}

/// Hands out the content of one entry and reports to the ledger.
pub(crate) struct EntryReader {
    rest: Bytes,
    ended: bool,
    file: File,
    shared: Arc<Shared>,
}

impl Read for EntryReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.shared.gate.is_closed() {
            return Err(io::Error::other("the work was stopped"));
        }
        let taken = buffer.len().min(self.rest.len());
        buffer[..taken].copy_from_slice(&self.rest[..taken]);
        self.rest.advance(taken);
        self.shared.ledger.took(taken as u64);
        // The library may stop reading once it has the announced bytes, so the end counts as seen
        // as soon as nothing is left.
        if self.rest.is_empty() && !self.ended {
            self.ended = true;
            self.shared.ledger.finished(self.file.line);
        }
        Ok(taken)
    }
}
