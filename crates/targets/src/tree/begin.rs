//! Beginning a copy, or taking it up again: what lies there already, and what is left of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    content::Content,
    drop_all,
    lock::Lock,
    paths::{PARTIAL, PLAN, below, folders, growing},
    writer::TreeWriter,
};
use crate::{CopyFile, CopyHead, CopyNote, Files, NOTE, Result, TargetError};

fn planned(head: &CopyHead, files: &[CopyFile]) -> CopyNote {
    let mut files = files.to_vec();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    CopyNote {
        format: 1,
        head: head.clone(),
        files,
    }
}

/// Where nothing can be read: everything is carried.
pub async fn blindly<F: Files + ?Sized>(
    content: &Arc<Content<F>>,
    head: &CopyHead,
    files: &[CopyFile],
) -> Result<TreeWriter<F>> {
    content.cipher(true).await?;
    Ok(TreeWriter::new(
        content,
        head.folder.clone(),
        planned(head, files),
    ))
}

/// Looks at what lies there and makes it ready for what is missing.
pub async fn begin<F: Files + ?Sized>(
    content: &Arc<Content<F>>,
    lock: Lock<F>,
    head: &CopyHead,
    files: &[CopyFile],
) -> Result<TreeWriter<F>> {
    match prepare(content, head, planned(head, files)).await {
        Ok(writer) => Ok(writer.locked(lock)),
        Err(reason) => {
            lock.release().await;
            Err(reason)
        }
    }
}

async fn prepare<F: Files + ?Sized>(
    content: &Arc<Content<F>>,
    head: &CopyHead,
    plan: CopyNote,
) -> Result<TreeWriter<F>> {
    let sees = content.can_open().await?;
    let files = &content.files;
    let folder = head.folder.as_str();
    let partial = format!("{folder}{PARTIAL}");
    let base = if files.can_rename() {
        partial.as_str()
    } else {
        folder
    };

    let lying = sizes(content, folder).await?;
    if lying.contains_key(&content.name(folder, NOTE)) {
        if !sees {
            return Err(content.refused(
                "Copying",
                &format!("there is a copy in `{folder}`, and no secret key to compare it with"),
            ));
        }
        let note = content.note(folder, NOTE).await?;
        let Some(note) = note.filter(|note| note.files == plan.files) else {
            return Err(content.refused("Copying", &format!("another copy lies in `{folder}`")));
        };
        let have: BTreeSet<String> = have(content, folder, &note, &plan, &lying);
        if have.len() == plan.files.len() {
            return Ok(TreeWriter::new(content, folder.to_owned(), plan).whole(have));
        }
        // Something of it is gone: it does not count until that is carried again.
        content.demote(folder, &note, PLAN).await?;
        if files.can_rename() {
            files.rename(folder, &partial).await?;
        }
    } else if files.can_rename() && !lying.is_empty() {
        if !lying.contains_key(&content.name(folder, PLAN)) {
            return Err(content.refused(
                "Copying",
                &format!("in `{folder}` lie files that are no copy"),
            ));
        }
        files.rename(folder, &partial).await?;
    }

    let lying = sizes(content, base).await?;
    let former = if sees {
        content.note(base, PLAN).await?
    } else {
        None
    };
    let have = former
        .as_ref()
        .map(|former| have(content, base, former, &plan, &lying))
        .unwrap_or_default();
    let parts: BTreeMap<String, u64> = if files.can_append() && !content.is_sealed() {
        plan.files
            .iter()
            .filter_map(|file| {
                let there = *lying.get(&below(base, &growing(file)))?;
                Some((file.path.clone(), there))
            })
            .collect()
    } else {
        BTreeMap::new()
    };

    drop_all(
        &**files,
        old(content, base, former.as_ref(), &plan, &have, &parts, &lying),
    )
    .await?;
    enough_space(content, &plan, &have, &parts).await?;
    let wanted: Vec<String> = plan
        .files
        .iter()
        .map(|file| below(base, &file.path))
        .collect();
    let own = below(base, NOTE);
    for wanted in folders(wanted.iter().map(String::as_str).chain([own.as_str()])) {
        let prefix = format!("{wanted}/");
        let is_there = lying
            .range(prefix.clone()..)
            .next()
            .is_some_and(|(path, _)| path.starts_with(&prefix));
        if !is_there {
            files.make_folder(wanted).await?;
        }
    }
    if former.as_ref() != Some(&plan) {
        content.write_note(base, PLAN, &plan).await?;
    }
    Ok(TreeWriter::new(content, base.to_owned(), plan).with(have, parts))
}

async fn sizes<F: Files + ?Sized>(
    content: &Content<F>,
    folder: &str,
) -> Result<BTreeMap<String, u64>> {
    let entries = content.files.list(folder).await?;
    Ok(entries
        .into_iter()
        .map(|entry| (entry.path, entry.size))
        .collect())
}

/// The planned files that lie there whole, by what an earlier try meant to write.
fn have<F: Files + ?Sized>(
    content: &Content<F>,
    base: &str,
    former: &CopyNote,
    plan: &CopyNote,
    lying: &BTreeMap<String, u64>,
) -> BTreeSet<String> {
    let meant: BTreeMap<&str, &CopyFile> = former
        .files
        .iter()
        .map(|file| (file.path.as_str(), file))
        .collect();
    plan.files
        .iter()
        .filter(|file| {
            let same = meant
                .get(file.path.as_str())
                .is_some_and(|other| other.sha256 == file.sha256);
            let size = lying.get(&content.name(base, &file.path));
            same && size.is_some_and(|size| content.is_sealed() || *size == file.size)
        })
        .map(|file| file.path.clone())
        .collect()
}

/// What an earlier try left that is of no use now. In the folder of a copy on its way that is everything
/// else; in a folder that has its own name already only what an earlier plan names.
fn old<F: Files + ?Sized>(
    content: &Content<F>,
    base: &str,
    former: Option<&CopyNote>,
    plan: &CopyNote,
    have: &BTreeSet<String>,
    parts: &BTreeMap<String, u64>,
    lying: &BTreeMap<String, u64>,
) -> Vec<String> {
    let mut kept: BTreeSet<String> = have.iter().map(|path| content.name(base, path)).collect();
    kept.extend(
        plan.files
            .iter()
            .filter(|file| {
                parts
                    .get(&file.path)
                    .is_some_and(|there| *there <= file.size)
            })
            .filter(|file| !have.contains(&file.path))
            .map(|file| below(base, &growing(file))),
    );
    kept.insert(content.name(base, PLAN));
    let named: BTreeSet<String> = former
        .iter()
        .flat_map(|former| &former.files)
        .map(|file| content.name(base, &file.path))
        .collect();
    lying
        .keys()
        .filter(|path| !kept.contains(*path))
        .filter(|path| content.files.can_rename() || named.contains(*path))
        .cloned()
        .collect()
}

async fn enough_space<F: Files + ?Sized>(
    content: &Content<F>,
    plan: &CopyNote,
    have: &BTreeSet<String>,
    parts: &BTreeMap<String, u64>,
) -> Result<()> {
    let Some(free) = content.files.free().await? else {
        return Ok(());
    };
    let needed: u64 = plan
        .files
        .iter()
        .filter(|file| !have.contains(&file.path))
        .map(|file| {
            file.size
                .saturating_sub(parts.get(&file.path).copied().unwrap_or(0))
        })
        .sum();
    if needed > free {
        return Err(TargetError::Full {
            target: content.files.title(),
            detail: format!("{needed} bytes are to be carried, and {free} are free"),
        });
    }
    Ok(())
}
