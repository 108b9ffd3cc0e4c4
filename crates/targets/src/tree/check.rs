//! Trying a target out.

use bytes::Bytes;

use super::{content::Content, lock::random, paths::below};
use crate::{Checked, CopyFile, Files, Result, Stage, StageState, TargetError};

const PROBE: &str = "probe.txt";
const TEXT: &str = "Waybill writes this file to see whether it can, and removes it again.\n";

type Told<'a> = &'a (dyn Fn(Stage) + Send + Sync);

/// Connects, signs in, writes, lists, reads and removes.
pub async fn check<F: Files + ?Sized>(content: &Content<F>, told: Told<'_>) -> Result<Checked> {
    let files = &content.files;
    files.connect(told).await?;
    let folder = format!(".waybill-check-{}", random());
    let file = CopyFile {
        path: PROBE.to_owned(),
        origin: String::new(),
        sha256: super::paths::sha256(TEXT.as_bytes()),
        size: TEXT.len() as u64,
    };
    let name = content.name(&folder, PROBE);
    stage(told, "Write", write(content, &folder, &file).await)?;
    let mut checked = Checked::default();
    if files.can_read() {
        stage(told, "List", list(content, &folder, &name).await)?;
        if content.can_open().await? {
            stage(
                told,
                "Read",
                content.read_sound(&folder, &file).await.map(drop),
            )?;
        } else {
            stage(told, "Read", files.read(&name).await.map(drop))?;
            checked.notes.push(
                "Without a secret key, copies are compared as they lie there, and cannot be opened from here."
                    .to_owned(),
            );
        }
    } else {
        for name in ["List", "Read"] {
            told(Stage {
                name,
                state: StageState::Skipped,
                words: "Nothing can be listed or read there.".to_owned(),
            });
        }
        checked.notes.push(
            "Nothing can be read there: copies are compared by what the server says that it took, and cannot be \
             opened from here."
                .to_owned(),
        );
    }
    let removed = match files.remove(&name).await {
        Ok(()) => files.remove_empty(&folder).await,
        Err(reason) => Err(reason),
    };
    if files.can_read() {
        stage(told, "Remove", removed)?;
    } else {
        told(Stage {
            name: "Remove",
            state: if removed.is_ok() {
                StageState::Passed
            } else {
                StageState::Skipped
            },
            words: if removed.is_ok() {
                String::new()
            } else {
                format!("`{name}` stays there.")
            },
        });
    }
    if files.can_read() {
        checked.free = files.free().await?;
    }
    Ok(checked)
}

async fn write<F: Files + ?Sized>(
    content: &Content<F>,
    folder: &str,
    file: &CopyFile,
) -> Result<()> {
    let raw = content.seal(Bytes::from_static(TEXT.as_bytes())).await?;
    content.files.make_folder(folder).await?;
    content.write(folder, file, raw, 0).await.map(drop)
}

async fn list<F: Files + ?Sized>(content: &Content<F>, folder: &str, name: &str) -> Result<()> {
    let found = content.files.list(folder).await?;
    if found.iter().any(|entry| entry.path == name) {
        return Ok(());
    }
    Err(content.missing(format!(
        "`{}` although it was just written",
        below("", name)
    )))
}

fn stage(told: Told<'_>, name: &'static str, ended: Result<(), TargetError>) -> Result<()> {
    told(Stage {
        name,
        state: if ended.is_ok() {
            StageState::Passed
        } else {
            StageState::Failed
        },
        words: ended
            .as_ref()
            .err()
            .map(ToString::to_string)
            .unwrap_or_default(),
    });
    ended
}
