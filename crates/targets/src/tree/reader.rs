//! Reading a copy.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;

use super::content::Content;
use crate::{CopyNote, CopyReader, Files, Result};

/// A whole copy that is read.
pub struct TreeReader<F: Files + ?Sized> {
    content: Arc<Content<F>>,
    folder: String,
    note: CopyNote,
    by_path: BTreeMap<String, usize>,
}

impl<F: Files + ?Sized> TreeReader<F> {
    pub fn new(content: &Arc<Content<F>>, folder: &str, mut note: CopyNote) -> Self {
        folder.clone_into(&mut note.head.folder);
        let by_path = note
            .files
            .iter()
            .enumerate()
            .map(|(at, file)| (file.path.clone(), at))
            .collect();
        Self {
            content: Arc::clone(content),
            folder: folder.to_owned(),
            note,
            by_path,
        }
    }
}

#[async_trait]
impl<F: Files + ?Sized> CopyReader for TreeReader<F> {
    fn note(&self) -> &CopyNote {
        &self.note
    }

    async fn read(&self, path: &str) -> Result<Bytes> {
        match self.by_path.get(path) {
            Some(at) => {
                self.content
                    .read_sound(&self.folder, &self.note.files[*at])
                    .await
            }
            None => Err(self
                .content
                .missing(format!("file `{path}` in the copy `{}`", self.folder))),
        }
    }
}
