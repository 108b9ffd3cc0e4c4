//! What the branch holds: folders of instances with their notes, and the commits that brought them.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use git2::{Commit, ObjectType, Oid, Repository, Sort, Tree, TreeWalkMode, TreeWalkResult};

use super::names;
use super::store::Store;
use crate::{CopyHead, CopyNote, NOTE, Result, TargetError};

/// A repository that is read, with what its faults are called.
pub(super) struct History<'a> {
    pub(super) store: &'a Store,
    pub(super) repository: &'a Repository,
    /// The pattern of the folders of instances.
    pub(super) pattern: &'a str,
}

/// The folder of an instance in one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) folder: String,
    pub(super) note: Oid,
}

/// A commit that brought a copy.
#[derive(Clone, Debug)]
pub(super) struct Brought {
    pub(super) commit: Oid,
    pub(super) place: Place,
}

/// The copy that the branch holds of an instance now.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) note: CopyNote,
    pub(super) commit: Oid,
    /// Where the contents of its files lie, by path.
    pub(super) blobs: BTreeMap<String, Oid>,
}

impl History<'_> {
    pub(super) fn fault(&self, cause: &git2::Error) -> TargetError {
        self.store.fault(cause, "the history")
    }

    pub(super) fn commit(&self, oid: Oid) -> Result<Commit<'_>> {
        self.repository
            .find_commit(oid)
            .map_err(|cause| self.fault(&cause))
    }

    fn tree(&self, oid: Oid) -> Result<Tree<'_>> {
        self.repository
            .find_tree(oid)
            .map_err(|cause| self.fault(&cause))
    }

    /// The folder of an instance in a commit, if there is one.
    pub(super) fn folder_tree(&self, commit: &Commit<'_>, folder: &str) -> Result<Option<Oid>> {
        let tree = commit.tree().map_err(|cause| self.fault(&cause))?;
        Ok(tree
            .get_path(Path::new(folder))
            .ok()
            .map(|entry| entry.id()))
    }

    /// The contents below a folder, by path.
    pub(super) fn blobs(&self, folder: Oid) -> Result<BTreeMap<String, Oid>> {
        let mut blobs = BTreeMap::new();
        self.tree(folder)?
            .walk(TreeWalkMode::PreOrder, |above, entry| {
                if entry.kind() == Some(ObjectType::Blob) {
                    let name = String::from_utf8_lossy(entry.name_bytes());
                    blobs.insert(format!("{above}{name}"), entry.id());
                }
                TreeWalkResult::Ok
            })
            .map_err(|cause| self.fault(&cause))?;
        Ok(blobs)
    }

    pub(super) fn content(&self, blob: Oid, what: &str) -> Result<Vec<u8>> {
        self.repository
            .odb()
            .and_then(|objects| objects.read(blob).map(|object| object.data().to_vec()))
            .map_err(|cause| self.store.fault(&cause, what))
    }

    /// A note, if it is one that this program understands.
    pub(super) fn note(&self, blob: Oid) -> Result<Option<CopyNote>> {
        let content = self.content(blob, NOTE)?;
        Ok(serde_json::from_slice::<CopyNote>(&content)
            .ok()
            .filter(|note| note.format == 1))
    }

    /// The folders of instances in a tree.
    fn places(&self, root: Oid) -> Result<Vec<Place>> {
        let mut open = vec![(String::new(), root)];
        for part in self.pattern.trim_matches('/').split('/') {
            let mut below = Vec::new();
            for (above, tree) in open {
                for entry in &self.tree(tree)? {
                    let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
                    if entry.kind() == Some(ObjectType::Tree) && names::may_be(part, &name) {
                        let path = if above.is_empty() {
                            name
                        } else {
                            format!("{above}/{name}")
                        };
                        below.push((path, entry.id()));
                    }
                }
            }
            open = below;
        }
        let mut places = Vec::new();
        for (folder, tree) in open {
            if let Some(entry) = self.tree(tree)?.get_name(NOTE) {
                places.push(Place {
                    folder,
                    note: entry.id(),
                });
            }
        }
        Ok(places)
    }

    /// The commits behind `head` that brought copies, newest first. The visitor ends it with `false`.
    pub(super) fn walk(
        &self,
        head: Oid,
        mut visit: impl FnMut(Brought) -> Result<bool>,
    ) -> Result<()> {
        let mut known: BTreeMap<Oid, Rc<Vec<Place>>> = BTreeMap::new();
        let mut places = |tree: Oid| -> Result<Rc<Vec<Place>>> {
            if let Some(found) = known.get(&tree) {
                return Ok(Rc::clone(found));
            }
            let found = Rc::new(self.places(tree)?);
            known.insert(tree, Rc::clone(&found));
            Ok(found)
        };
        for oid in self.behind(head, None)? {
            let commit = self.commit(oid)?;
            let mine = places(commit.tree_id())?;
            let mut before = Vec::new();
            for parent in commit.parents() {
                before.push(places(parent.tree_id())?);
            }
            for place in mine.iter() {
                let is_new = !before.iter().any(|places| places.contains(place));
                if is_new
                    && !visit(Brought {
                        commit: oid,
                        place: place.clone(),
                    })?
                {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The commits behind `head` and not behind `known`, newest first.
    pub(super) fn behind(&self, head: Oid, known: Option<Oid>) -> Result<Vec<Oid>> {
        let walk = || -> Result<Vec<Oid>, git2::Error> {
            let mut walk = self.repository.revwalk()?;
            walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?;
            walk.push(head)?;
            if let Some(known) = known {
                walk.hide(known)?;
            }
            walk.collect()
        };
        walk().map_err(|cause| self.fault(&cause))
    }

    /// Whether `old` is in the history of `new`.
    pub(super) fn goes_on_from(&self, new: Oid, old: Oid) -> bool {
        new == old
            || self
                .repository
                .graph_descendant_of(new, old)
                .unwrap_or(false)
    }

    /// A commit in a person's words.
    pub(super) fn words(&self, oid: Oid) -> Result<String> {
        let commit = self.commit(oid)?;
        let summary = commit.summary_bytes().unwrap_or_default();
        let author = commit.author();
        Ok(super::wire::one_line(&format!(
            "`{}` by {} ({})",
            String::from_utf8_lossy(summary),
            String::from_utf8_lossy(author.name_bytes()),
            short(oid),
        )))
    }

    /// What the branch holds of an instance. A folder that somebody else filled or changed is an error: it
    /// would be lost from the branch.
    pub(super) fn held(&self, head: Oid, folder: &str) -> Result<Option<Held>> {
        let commit = self.commit(head)?;
        let Some(tree) = self.folder_tree(&commit, folder)? else {
            return Ok(None);
        };
        let foreign = || TargetError::Unusable {
            what: "The folder in the repository",
            detail: format!("`{folder}` holds files that no copy put there"),
        };
        let mut blobs = self.blobs(tree).map_err(|_| foreign())?;
        let note_blob = blobs.remove(NOTE).ok_or_else(foreign)?;
        let note = self.note(note_blob)?.ok_or_else(foreign)?;
        let place = Place {
            folder: folder.to_owned(),
            note: note_blob,
        };
        // The commit that brought this note, and whoever changed something after it.
        let mut changed = None;
        for oid in self.behind(head, None)? {
            let commit = self.commit(oid)?;
            let now = self.folder_tree(&commit, folder)?;
            let mut brought = true;
            let mut differs = true;
            for parent in commit.parents() {
                let before = self.folder_tree(&parent, folder)?;
                differs &= before != now;
                if let Some(before) = before
                    && let Some(entry) = self.tree(before)?.get_name(NOTE)
                    && entry.id() == place.note
                {
                    brought = false;
                }
            }
            let has = match now {
                Some(now) => self
                    .tree(now)?
                    .get_name(NOTE)
                    .is_some_and(|entry| entry.id() == place.note),
                None => false,
            };
            if has && brought {
                if now != Some(tree) || !is_whole(&note, &blobs) {
                    return Err(TargetError::MovedOn {
                        target: self.store.title().to_owned(),
                        detail: format!(
                            "files of the copy in `{folder}` were changed by {}",
                            self.words(changed.unwrap_or(oid))?
                        ),
                    });
                }
                return Ok(Some(Held {
                    note,
                    commit: oid,
                    blobs,
                }));
            }
            if differs && changed.is_none() {
                changed = Some(oid);
            }
        }
        Err(foreign())
    }

    /// The copies behind a commit, newest first. A folder that was used again stands for the newest copy;
    /// those before it go by commit and folder.
    pub(super) fn copies(&self, head: Oid) -> Result<Vec<CopyHead>> {
        let mut copies: Vec<CopyHead> = Vec::new();
        self.walk(head, |brought| {
            if let Some(note) = self.note(brought.place.note)? {
                let mut copy = note.head;
                if copies.iter().any(|newer| newer.folder == copy.folder) {
                    copy.folder = format!("{}:{}", brought.commit, brought.place.folder);
                }
                copies.push(copy);
            }
            Ok(true)
        })?;
        Ok(copies)
    }

    /// The copy in a folder of a commit.
    pub(super) fn place(&self, commit: &Commit<'_>, folder: &str) -> Result<Option<Brought>> {
        let Some(tree) = self.folder_tree(commit, folder)? else {
            return Ok(None);
        };
        Ok(self.tree(tree)?.get_name(NOTE).map(|entry| Brought {
            commit: commit.id(),
            place: Place {
                folder: folder.to_owned(),
                note: entry.id(),
            },
        }))
    }

    /// The copy that a commit brought, or the only one that it holds.
    pub(super) fn brought_by(&self, commit: Oid) -> Result<Option<Brought>> {
        let mine = self.commit(commit)?;
        let places = self.places(mine.tree_id())?;
        let mut news = places.clone();
        for parent in mine.parents() {
            let before = self.places(parent.tree_id())?;
            news.retain(|place| !before.contains(place));
        }
        let only = |mut places: Vec<Place>| (places.len() == 1).then(|| places.remove(0));
        Ok(only(news)
            .or_else(|| only(places))
            .map(|place| Brought { commit, place }))
    }
}

fn is_whole(note: &CopyNote, blobs: &BTreeMap<String, Oid>) -> bool {
    note.files.len() == blobs.len() && note.files.iter().all(|file| blobs.contains_key(&file.path))
}

/// The beginning of a commit's name, as people write it.
pub(super) fn short(oid: Oid) -> String {
    oid.to_string()[..10].to_owned()
}
