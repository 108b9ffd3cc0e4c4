//! Two places side by side, whole or a project of them, and where a text is used.

use tauri::ipc::Channel;
use waybill_app::view::{
    CompareView, DifferenceView, PlaceRef, SavedFile, SearchRequest, SearchView, WorkProgress,
};
use waybill_model::{ArtifactId, TextDifference};

use super::{Answer, App, teller};
use crate::dialogs;

#[tauri::command]
pub async fn compare(
    app: App<'_>,
    left: PlaceRef,
    right: PlaceRef,
    refresh: bool,
    ticket: String,
    on_progress: Channel<WorkProgress>,
) -> Answer<CompareView> {
    let work = app.work(&ticket);
    let tell = teller(on_progress);
    app.compare(&left, &right, refresh, &tell, work.clone())
        .await
}

#[tauri::command]
pub async fn project_compare(
    app: App<'_>,
    left: PlaceRef,
    right: PlaceRef,
    id: ArtifactId,
    ticket: String,
    on_progress: Channel<WorkProgress>,
) -> Answer<CompareView> {
    let work = app.work(&ticket);
    let tell = teller(on_progress);
    app.project_compare(&left, &right, &id, &tell, work.clone())
        .await
}

#[tauri::command]
pub async fn difference(
    app: App<'_>,
    left: PlaceRef,
    left_id: ArtifactId,
    right: PlaceRef,
    right_id: ArtifactId,
) -> Answer<DifferenceView> {
    app.difference(&left, &left_id, &right, &right_id).await
}

#[tauri::command]
pub async fn difference_text(
    app: App<'_>,
    left: PlaceRef,
    left_id: ArtifactId,
    right: PlaceRef,
    right_id: ArtifactId,
    key: String,
) -> Answer<TextDifference> {
    app.difference_text(&left, &left_id, &right, &right_id, &key)
        .await
}

#[tauri::command]
pub async fn compare_save(
    app: App<'_>,
    window: tauri::WebviewWindow,
    left: PlaceRef,
    right: PlaceRef,
) -> Answer<Option<SavedFile>> {
    let Some(path) = dialogs::save(&window, "Save comparison", "comparison.html").await else {
        return Ok(None);
    };
    let work = app.work("compare-save");
    let saved = app.compare_write(&left, &right, &path, work.clone()).await;
    saved.map(Some)
}

#[tauri::command]
pub async fn search(
    app: App<'_>,
    request: SearchRequest,
    ticket: String,
    on_progress: Channel<WorkProgress>,
) -> Answer<SearchView> {
    let work = app.work(&ticket);
    app.search(&request, &teller(on_progress), &work).await
}
