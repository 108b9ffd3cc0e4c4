//! Looking into files and integrations, and calling off what takes long.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Serialize;
use tauri::ipc::Channel;
use waybill_app::view::{DesignView, InspectAnswer, PlaceRef, SavedFile};
use waybill_model::ArtifactId;

use super::{Answer, App};
use crate::dialogs;

/// What is told at the end of an inspection; its answers came before.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspected {
    passed_over: u32,
    /// So many answers were sent. A large one can arrive after this.
    answers: u32,
}

#[tauri::command]
pub async fn inspect(
    app: App<'_>,
    paths: Vec<PathBuf>,
    ticket: String,
    on_answer: Channel<InspectAnswer>,
) -> Answer<Inspected> {
    let work = app.work(&ticket);
    let answers = Arc::new(AtomicU32::new(0));
    let sent = Arc::clone(&answers);
    let tell = move |answer| {
        // A window that is gone hears nothing more.
        if on_answer.send(answer).is_ok() {
            sent.fetch_add(1, Ordering::Relaxed);
        }
    };
    let passed_over = app.inspect_all(paths, true, tell, work.clone()).await?;
    Ok(Inspected {
        passed_over,
        answers: answers.load(Ordering::Relaxed),
    })
}

#[tauri::command]
pub async fn inspect_save(
    app: App<'_>,
    window: tauri::WebviewWindow,
    paths: Vec<PathBuf>,
) -> Answer<Option<SavedFile>> {
    let Some(path) = dialogs::save(&window, "Save what was found", "archives.html").await else {
        return Ok(None);
    };
    let work = app.work("inspect-save");
    let saved = app.inspect_write(paths, &path, work.clone()).await?;
    Ok(Some(saved))
}

#[tauri::command]
pub async fn design(app: App<'_>, place: PlaceRef, id: ArtifactId) -> Answer<DesignView> {
    app.design(&place, &id).await
}

#[tauri::command]
pub async fn design_text(
    app: App<'_>,
    place: PlaceRef,
    id: ArtifactId,
    path: String,
) -> Answer<String> {
    app.design_text(&place, &id, &path).await
}

#[tauri::command]
pub fn work_cancel(app: App<'_>, ticket: String) {
    app.work_cancel(&ticket);
}

#[tauri::command]
pub async fn folder_choose(window: tauri::WebviewWindow) -> Answer<Option<String>> {
    let folder = dialogs::folder(&window, "Choose a folder").await;
    Ok(folder.map(|path| path.display().to_string()))
}
