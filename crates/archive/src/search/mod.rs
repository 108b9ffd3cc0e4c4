//! Where a word stands in an archive, in the words of the designer: a setting of a connection, a
//! cell of a lookup, a field of a map; in other files by line.
//!
//! Secrets cannot be searched for: a word that stands only in one gives no match, so that nobody
//! can guess one letter by letter. What is shown of a match is masked.

mod excerpt;
mod file;
mod integration;
mod needle;

use std::collections::HashSet;
use std::path::Path;

use waybill_model::{Piece, Scope};

pub use excerpt::excerpt;
pub use needle::Needle;

use crate::container::{Container, check_depth, has_ending, is_zip};
use crate::findings::{mask, mask_value};
use crate::limits::Budget;
use crate::{ArchiveError, Limits, folder, model, roots};

/// Matches in one archive; who finds more has to ask more precisely.
const MOST: usize = 10_000;

/// One place where the word stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The file, with the archives around it; empty where the searched file is no archive.
    pub path: String,
    /// Where in it, in the words of the designer; `line 12` in files that have no other words.
    pub place: String,
    /// What stands there, at most some 120 characters, the word marked as changed. Secrets are
    /// dots.
    pub excerpt: Vec<Piece>,
}

/// Searches an archive and all archives in it. Files that cannot be read are passed over, as when
/// the archive is read; at most 10,000 matches are given.
pub fn search(bytes: &[u8], needle: &Needle, limits: Limits) -> Result<Vec<Match>, ArchiveError> {
    let mut found = Search::new(needle);
    if is_zip(bytes) {
        let mut budget = Budget::new(limits, bytes.len() as u64, true);
        let mut container = Container::open(bytes, &mut budget)?;
        found.walk(&mut container, 1, &mut budget)?;
    } else {
        file::look(&mut found, "", bytes);
    }
    Ok(found.matches)
}

/// Searches a folder and all archives in it, packed and unpacked.
pub fn search_in_folder(
    path: &Path,
    needle: &Needle,
    limits: Limits,
) -> Result<Vec<Match>, ArchiveError> {
    let (mut container, mut budget) = folder::open(path, limits, true)?;
    let mut found = Search::new(needle);
    found.walk(&mut container, 1, &mut budget)?;
    Ok(found.matches)
}

/// A search under way.
struct Search<'needle> {
    needle: &'needle Needle,
    /// The archives around the files that are looked at, with a slash at the end.
    around: String,
    matches: Vec<Match>,
}

impl<'needle> Search<'needle> {
    fn new(needle: &'needle Needle) -> Self {
        Self {
            needle,
            around: String::new(),
            matches: Vec::new(),
        }
    }

    fn walk(
        &mut self,
        container: &mut Container<'_>,
        depth: usize,
        budget: &mut Budget,
    ) -> Result<(), ArchiveError> {
        check_depth(depth, budget)?;
        let mut done = HashSet::new();
        for root in roots::integrations_under(container, "") {
            match model::read(container, &root.folder, &Scope::Global, budget) {
                Ok(read) => integration::look(self, &root.folder, &read, &mut done),
                Err(ArchiveError::DamagedFile { .. } | ArchiveError::Missing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let names: Vec<String> = container.names().map(str::to_owned).collect();
        for name in names {
            if self.matches.len() >= MOST {
                return Ok(());
            }
            if done.contains(&name) || file::is_generated(&name) {
                continue;
            }
            let bytes = match container.read(&name, budget) {
                Ok(bytes) => bytes,
                Err(ArchiveError::DamagedFile { .. }) => continue,
                Err(error) => return Err(error),
            };
            if !is_zip(&bytes) {
                file::look(self, &name, &bytes);
            } else if !has_ending(&name, "xlsx") && !has_ending(&name, "docx") {
                self.nested(&name, &bytes, depth, budget)?;
            }
        }
        Ok(())
    }

    fn nested(
        &mut self,
        name: &str,
        bytes: &[u8],
        depth: usize,
        budget: &mut Budget,
    ) -> Result<(), ArchiveError> {
        let outside = self.around.len();
        self.around.push_str(name);
        self.around.push('/');
        let inner = Container::open(bytes, budget)
            .and_then(|mut container| self.walk(&mut container, depth + 1, budget));
        self.around.truncate(outside);
        match inner {
            Err(ArchiveError::Damaged { .. } | ArchiveError::DamagedFile { .. }) => Ok(()),
            other => other,
        }
    }

    /// Looks at a text that stands at a place.
    fn text(&mut self, path: &str, place: impl FnOnce() -> String, text: &str) {
        if self.matches.len() < MOST
            && let Some(excerpt) = excerpt(text, self.needle)
        {
            self.add(path, &place(), excerpt);
        }
    }

    /// Looks at a name and the value that stands under it: the value first, which may be secret by
    /// its name, then the name.
    fn named(&mut self, path: &str, place: impl FnOnce() -> String, name: &str, value: &str) {
        if self.matches.len() >= MOST || !(self.needle.is_in(value) || self.needle.is_in(name)) {
            return;
        }
        let shown = mask_value(name, value);
        let found = excerpt::of_masked(&shown, self.needle)
            .or_else(|| excerpt::of_masked(&format!("{name}: {shown}"), self.needle));
        if let Some(excerpt) = found {
            self.add(path, &place(), excerpt);
        }
    }

    fn add(&mut self, path: &str, place: &str, excerpt: Vec<Piece>) {
        self.matches.push(Match {
            path: format!("{}{path}", self.around),
            place: mask(place).into_owned(),
            excerpt,
        });
    }
}
