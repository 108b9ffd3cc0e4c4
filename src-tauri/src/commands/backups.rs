//! Backups and snapshots.

use waybill_app::view::{RunSummary, SelectionView, SnapshotDetail, SnapshotSummary};

use super::{Answer, App};
use crate::dialogs;

#[tauri::command]
pub async fn backup_start(
    app: App<'_>,
    instance: String,
    selection: SelectionView,
    note: Option<String>,
) -> Answer<RunSummary> {
    app.backup_start(&instance, selection, note).await
}

#[tauri::command]
pub async fn snapshots(app: App<'_>, instance: Option<String>) -> Answer<Vec<SnapshotSummary>> {
    app.snapshots(instance.as_deref()).await
}

#[tauri::command]
pub async fn snapshot_detail(app: App<'_>, id: String) -> Answer<SnapshotDetail> {
    app.snapshot_detail(&id).await
}

#[tauri::command]
pub async fn snapshot_verify(app: App<'_>, id: String) -> Answer<RunSummary> {
    app.snapshot_verify(&id).await
}

#[tauri::command]
pub async fn snapshot_extract(
    app: App<'_>,
    window: tauri::WebviewWindow,
    id: String,
) -> Answer<Option<RunSummary>> {
    let Some(folder) = dialogs::folder(&window, "Restore to an empty folder").await else {
        return Ok(None);
    };
    app.snapshot_extract(&id, &folder).await.map(Some)
}
