//! Places, their artifacts, and saving them as files.

use waybill_app::view::{ArtifactDetail, CatalogueView, PlaceRef, SavedFile};
use waybill_model::ArtifactId;

use super::{Answer, App};
use crate::dialogs;

#[tauri::command]
pub async fn catalogue(app: App<'_>, place: PlaceRef, refresh: bool) -> Answer<CatalogueView> {
    app.catalogue(&place, refresh).await
}

#[tauri::command]
pub async fn artifact_detail(
    app: App<'_>,
    place: PlaceRef,
    id: ArtifactId,
) -> Answer<ArtifactDetail> {
    app.artifact_detail(&place, &id).await
}

#[tauri::command]
pub async fn artifact_export(
    app: App<'_>,
    window: tauri::WebviewWindow,
    place: PlaceRef,
    id: ArtifactId,
) -> Answer<Option<SavedFile>> {
    let name = app.artifact_file_name(&place, &id).await?;
    let Some(path) = dialogs::save(&window, "Export archive", &name).await else {
        return Ok(None);
    };
    app.save_artifact(&place, &id, &path).await.map(Some)
}

#[tauri::command]
pub async fn inventory_export(
    app: App<'_>,
    window: tauri::WebviewWindow,
    place: PlaceRef,
    ids: Option<Vec<ArtifactId>>,
) -> Answer<Option<SavedFile>> {
    let Some(path) = dialogs::save(&window, "Save inventory", "inventory.csv").await else {
        return Ok(None);
    };
    app.inventory_write(&place, ids.as_deref(), &path)
        .await
        .map(Some)
}

#[tauri::command]
pub async fn files_choose(window: tauri::WebviewWindow) -> Answer<Vec<String>> {
    Ok(dialogs::open_archives(&window).await)
}
