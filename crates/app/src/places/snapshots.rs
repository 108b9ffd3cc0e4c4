//! Snapshots in a list, and opened.

use waybill_engine::snapshot::{self, ItemChange as EngineChange, tags};
use waybill_engine::{RunId, Selection, SnapshotStatus as EngineStatus};
use waybill_model::{Catalogue, Environment};
use waybill_vault::SnapshotRecord;

use super::open::blocking;
use crate::Waybill;
use crate::view::{
    CommandError, ItemChange, SnapshotDetail, SnapshotItem, SnapshotStatus, SnapshotSummary,
    UnreadItem,
};

impl Waybill {
    /// The snapshots, newest first; of one instance, if one is named. The instance may have been
    /// removed since. Without a vault there are none.
    ///
    /// # Errors
    /// The failures of the vault and its password.
    pub async fn snapshots(
        &self,
        instance: Option<&str>,
    ) -> Result<Vec<SnapshotSummary>, CommandError> {
        if !self.shared.vault.exists() {
            return Ok(Vec::new());
        }
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let wanted = instance.map(|named| {
            self.stored_instance(named)
                .map_or_else(|_| named.to_owned(), |instance| instance.id)
        });
        blocking(move || {
            let mut all: Vec<SnapshotSummary> = snapshot::list(&vault)?
                .iter()
                .map(snapshot_summary)
                .filter(|summary| {
                    wanted
                        .as_ref()
                        .is_none_or(|id| summary.instance_id == *id || summary.instance_name == *id)
                })
                .collect();
            all.reverse();
            Ok(all)
        })
        .await
    }

    /// A snapshot, opened.
    ///
    /// # Errors
    /// `UnknownSubject`, `VaultDamaged`, and the failures of the vault and its password.
    pub async fn snapshot_detail(&self, id: &str) -> Result<SnapshotDetail, CommandError> {
        let place = self.open_snapshot(id).await?;
        let id = place.record().id.clone();
        let check = self.shared.journal.last_check("snapshot", &id)?;
        let mut detail = blocking(move || {
            let before = place.before()?;
            let difference = place.difference(before.as_ref().map(|(_, manifest)| manifest));
            // Without a catalogue the snapshot is still worth its archives.
            let catalogue = place.catalogue().unwrap_or_default();
            let manifest = place.manifest();
            let mut items: Vec<SnapshotItem> = manifest
                .artifacts
                .iter()
                .map(|entry| {
                    let change = difference.changes.get(&entry.id).copied();
                    item(entry, change.unwrap_or(EngineChange::Same), &catalogue)
                })
                .collect();
            items.extend(
                difference
                    .removed
                    .iter()
                    .map(|entry| item(entry, EngineChange::Removed, &Catalogue::default())),
            );
            items.sort_by(|left, right| left.id.cmp(&right.id));
            let mut summary = snapshot_summary(place.record());
            summary.status = status(place.status());
            summary.selection = manifest.selection != Selection::Everything;
            let unread = manifest.unread.iter().map(|unread| UnreadItem {
                id: Some(unread.id.clone()),
                kind: unread.id.kind,
                name: unread.name.clone(),
                reason: unread.reason.clone(),
                guidance: unread.guidance.clone(),
            });
            let gaps = manifest.gaps.iter().filter(|gap| !gap.not_offered);
            let gaps = gaps.map(|gap| UnreadItem {
                id: None,
                kind: gap.kind,
                name: gap.project.clone().unwrap_or_default(),
                reason: gap.reason.clone(),
                guidance: None,
            });
            Ok(SnapshotDetail {
                summary,
                items,
                unread: unread.chain(gaps).collect(),
                verified_at: None,
                verify_passed: None,
                before: before.map(|(id, _)| id),
                tool_version: manifest.tool.version.clone(),
            })
        })
        .await?;
        // A snapshot that says complete or partial was read back when it was taken.
        let taken = (detail.summary.status != SnapshotStatus::Unverified)
            .then(|| detail.summary.taken_at.clone());
        detail.verified_at = check.as_ref().map(|check| check.at.clone()).or(taken);
        detail.verify_passed = match check {
            Some(check) => Some(check.passed),
            None => detail.verified_at.is_some().then_some(true),
        };
        Ok(detail)
    }
}

/// A snapshot as lists show it.
fn snapshot_summary(record: &SnapshotRecord) -> SnapshotSummary {
    let brief = snapshot::brief(record);
    let short_id = snapshot::short(&record.id).to_owned();
    let status = status(tags::status(&record.tags));
    let Some(brief) = brief else {
        // Another program wrote it, or its head was lost: restic's own facts remain.
        return SnapshotSummary {
            id: record.id.clone(),
            short_id,
            instance_id: String::new(),
            instance_name: record.label.clone(),
            environment: Environment::Other,
            taken_at: record.time.to_string(),
            status,
            artifacts: 0,
            unread: 0,
            added: 0,
            changed: 0,
            removed: 0,
            carried: 0,
            bytes: record.bytes,
            asked_by: String::new(),
            note: None,
            selection: false,
            before_change: false,
        };
    };
    let run = record.tags.iter().find_map(|tag| tag.strip_prefix("run:"));
    SnapshotSummary {
        id: record.id.clone(),
        short_id,
        instance_id: brief.instance.id,
        instance_name: brief.instance.name,
        environment: brief.instance.environment,
        taken_at: brief.taken_at,
        status,
        artifacts: brief.artifacts,
        unread: brief.unread,
        added: brief.added,
        changed: brief.changed,
        removed: brief.removed,
        carried: brief.carried,
        bytes: record.bytes,
        asked_by: brief.asked.by,
        note: brief.asked.note,
        selection: brief.chosen,
        before_change: run.is_some_and(|run| RunId::named(run).keeps_before_a_change()),
    }
}

fn item(
    entry: &waybill_engine::manifest::ArtifactEntry,
    change: EngineChange,
    catalogue: &Catalogue,
) -> SnapshotItem {
    let artifact = catalogue.get(&entry.id);
    let file = entry.main_file();
    SnapshotItem {
        id: entry.id.clone(),
        name: entry.name.clone(),
        path: file.path.clone(),
        bytes: file.size,
        change: match change {
            EngineChange::Added => ItemChange::Added,
            EngineChange::Changed => ItemChange::Changed,
            EngineChange::Same => ItemChange::Same,
            EngineChange::Removed => ItemChange::Removed,
        },
        updated_by: artifact.and_then(|artifact| artifact.updated_by.clone()),
        updated: artifact.and_then(|artifact| artifact.updated.clone()),
    }
}

pub(crate) fn status(status: EngineStatus) -> SnapshotStatus {
    match status {
        EngineStatus::Complete => SnapshotStatus::Complete,
        EngineStatus::Partial => SnapshotStatus::Partial,
        EngineStatus::Unverified => SnapshotStatus::Unverified,
    }
}
