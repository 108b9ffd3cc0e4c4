//! What depends on what.

use waybill_app::GraphFormat;
use waybill_app::view::{GraphView, ImpactView, PlaceRef, SavedFile};
use waybill_model::ArtifactId;

use super::{Answer, App};
use crate::dialogs;

#[tauri::command]
pub async fn graph(app: App<'_>, place: PlaceRef, refresh: bool) -> Answer<GraphView> {
    app.graph(&place, refresh).await
}

#[tauri::command]
pub async fn impact(app: App<'_>, place: PlaceRef, id: ArtifactId) -> Answer<ImpactView> {
    app.impact(&place, &id).await
}

#[tauri::command]
pub async fn graph_save(
    app: App<'_>,
    window: tauri::WebviewWindow,
    place: PlaceRef,
) -> Answer<Option<SavedFile>> {
    let Some(path) = dialogs::save(&window, "Save drawing", "dependencies.svg").await else {
        return Ok(None);
    };
    let saved = app.graph_write(&place, GraphFormat::Svg, &path).await?;
    Ok(Some(saved))
}
