//! Pushing a release to Git: the archive byte for byte, what is in it unpacked beside it, and a note of which
//! release it is; one commit, one tag. Made again, it is the same commit: where it is there nothing is pushed.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use waybill_engine::copies::unpacked;
use waybill_engine::{Release, ReleaseStage as Stage, sha256};
use waybill_targets::{CopyFile, CopyHead, Target as _, derived_file};

use super::course::{OnProgress, cancelled, doing};
use super::stored::{Detail, deployment, name};
use crate::Waybill;
use crate::places::blocking;
use crate::view::{CommandError, ErrorCode, ReleasePush};

/// The name of the note in the folder of a release.
const NOTE: &str = "release.json";

impl Waybill {
    /// Pushes a release, and reads it back by its tag.
    pub(super) async fn push_release(
        &self,
        row: &Release,
        told: &Detail,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<(), CommandError> {
        let pushing = Box::pin(self.pushed(row, told, progress));
        let pushed = cancel
            .run_until_cancelled(pushing)
            .await
            .unwrap_or_else(|| Err(cancelled()))?;
        let mut told = told.clone();
        told.pushed = Some(pushed);
        self.brought_on(row, told, Stage::Ready).await
    }

    async fn pushed(
        &self,
        row: &Release,
        told: &Detail,
        progress: OnProgress<'_>,
    ) -> Result<ReleasePush, CommandError> {
        let target = told.target.as_deref().ok_or_else(|| {
            CommandError::internal("a release is to be pushed and names no repository")
        })?;
        progress(doing("Reading the release".to_owned()));
        let archive = self.archive_of(row, told).await?;
        let instance = self.stored_instance(&row.instance_id);
        let from = instance.map_or_else(|_| String::new(), |instance| instance.name);
        let files = {
            let (row, told) = (row.clone(), told.clone());
            tokio::task::spawn_blocking(move || contents(&row, &told, &from, archive))
                .await
                .map_err(CommandError::internal)?
        };
        let (folder, tag) = (pattern(&told.folder), pattern(&told.tag));
        let repository = self.repository(target, &folder, Some(&tag)).await?;
        let head = head(row, told);
        progress(doing("Pushing to Git".to_owned()));
        let list: Vec<CopyFile> = files.iter().map(|(file, _)| file.clone()).collect();
        let mut writer = repository.begin(&head, &list).await?;
        for (file, content) in &files {
            if !writer.has(file) {
                writer.put(file, content.clone()).await?;
            }
        }
        let finished = writer.finish().await?;
        progress(doing("Reading it back".to_owned()));
        let tag = named(&told.tag, row);
        let archive = archive_name(row);
        let reader = repository.open(&tag).await?;
        if reader.note().head != head {
            return Err(CommandError::new(
                ErrorCode::BadInput,
                format!("The repository has a tag `{tag}` already, at something else."),
            )
            .guide(
                "Choose another tag for this release, or have that one removed by whoever made it.",
            )
            .with("field", "tag"));
        }
        let back = reader.read(&archive).await?;
        if told.sha256.as_deref() != Some(sha256(&back).as_str()) {
            return Err(CommandError::new(
                ErrorCode::ArchiveDamaged,
                format!("`{archive}` in the repository is not what was exported."),
            )
            .guide("Look at the commit that the tag names; then push again."));
        }
        Ok(ReleasePush {
            reference: finished.reference,
            folder: named(&told.folder, row),
            tag,
            archive,
            at: format!("{:.0}", self.shared.clock.now()),
        })
    }

    /// The archive of a release, as its snapshot holds it.
    pub(super) async fn archive_of(
        &self,
        row: &Release,
        told: &Detail,
    ) -> Result<Bytes, CommandError> {
        let snapshot = row
            .snapshot
            .as_deref()
            .ok_or_else(|| CommandError::internal(format!("{} has no snapshot", name(row.id))))?;
        let place = self.open_snapshot(snapshot).await?;
        let id = deployment(row, told);
        let (stamp, bytes) = blocking(move || place.bytes(&id)).await?;
        if told.sha256.as_deref() != Some(stamp.sha256.as_str()) {
            return Err(CommandError::new(
                ErrorCode::ArchiveDamaged,
                format!(
                    "The snapshot of {} holds another archive than was exported.",
                    name(row.id)
                ),
            )
            .guide("Give this release up, and begin another."));
        }
        Ok(Bytes::from(bytes))
    }
}

/// The files of a release with their contents.
fn contents(row: &Release, told: &Detail, from: &str, archive: Bytes) -> Vec<(CopyFile, Bytes)> {
    let name_of = archive_name(row);
    let mut files: Vec<(CopyFile, Bytes)> = unpacked(&name_of, &archive)
        .into_iter()
        .map(|(path, content)| (derived_file(path, &content), Bytes::from(content)))
        .collect();
    let note = note(row, told, from);
    files.push((derived_file(NOTE, &note), Bytes::from(note)));
    let whole = CopyFile {
        path: name_of.clone(),
        origin: name_of,
        sha256: sha256(&archive),
        size: archive.len() as u64,
    };
    files.push((whole, archive));
    files
}

/// Which release it is, for people and programs that look into the repository. The same at each try.
fn note(row: &Release, told: &Detail, from: &str) -> Vec<u8> {
    let integrations: Vec<String> = told
        .integrations
        .iter()
        .map(waybill_model::ArtifactId::wire)
        .collect();
    let note = json!({
        "release": name(row.id),
        "name": told.name,
        "project": row.project,
        "deployment": told.deployment,
        "build": row.build,
        "instance": from,
        "exported": second(row.began_at),
        "askedBy": told.asked_by,
        "archive": archive_name(row),
        "sha256": told.sha256,
        "integrations": integrations,
    });
    let mut text = serde_json::to_vec_pretty(&note).unwrap_or_default();
    text.push(b'\n');
    text
}

/// What the commit says of itself. The same at each try.
fn head(row: &Release, told: &Detail) -> CopyHead {
    CopyHead {
        folder: named(&told.folder, row),
        title: format!("{}: {}", row.project, told.name),
        body: told.message.clone(),
        instance: row.project.clone(),
        snapshot: told.sha256.clone().unwrap_or_default(),
        taken: second(row.began_at),
        build: row.build,
    }
}

/// To the second, as Git keeps it.
fn second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

fn archive_name(row: &Release) -> String {
    format!("{}.car", row.project)
}

/// A pattern as targets have it: what a copy calls its instance is the project here.
fn pattern(own: &str) -> String {
    own.replace("<project>", "<instance>")
}

/// A pattern filled in, as the repository does it.
fn named(pattern: &str, row: &Release) -> String {
    let plain: String = row
        .project
        .chars()
        .map(|sign| {
            if sign.is_alphanumeric() || "-_".contains(sign) {
                sign
            } else {
                '-'
            }
        })
        .collect();
    pattern
        .replace("<project>", &plain)
        .replace("<build>", &row.build.to_string())
}

#[cfg(test)]
mod tests {
    use waybill_engine::RunId;

    use super::*;

    fn release() -> (Release, Detail) {
        let row = Release {
            id: 12,
            instance_id: "dev".to_owned(),
            project: "ORDERS".to_owned(),
            build: 7,
            stage: Stage::Pushing,
            began_at: "2026-11-22T03:00:00.25Z".parse().unwrap(),
            change_run: RunId::fresh(),
            run: RunId::fresh(),
            snapshot: Some("ab12".to_owned()),
            detail: json!({}),
        };
        let told = Detail {
            name: "Build 7".to_owned(),
            deployment: "BUILD_7".to_owned(),
            folder: "releases/<project>".to_owned(),
            tag: "<project>/<build>".to_owned(),
            sha256: Some("00".to_owned()),
            ..Detail::default()
        };
        (row, told)
    }

    #[test]
    fn folder_and_tag_are_named_after_project_and_build() {
        let (row, told) = release();
        assert_eq!(named(&told.folder, &row), "releases/ORDERS");
        assert_eq!(named(&told.tag, &row), "ORDERS/7");
        assert_eq!(pattern(&told.tag), "<instance>/<build>");
    }

    #[test]
    fn every_try_pushes_the_same() {
        let (row, told) = release();
        let files =
            |archive: &'static [u8]| contents(&row, &told, "DEV", Bytes::from_static(archive));
        assert_eq!(files(b"PK"), files(b"PK"));
        assert_eq!(head(&row, &told), head(&row, &told));
        assert_eq!(head(&row, &told).taken.to_string(), "2026-11-22T03:00:00Z");
        let paths: Vec<String> = files(b"no archive")
            .into_iter()
            .map(|(file, _)| file.path)
            .collect();
        assert_eq!(paths, ["release.json", "ORDERS.car"]);
    }
}
