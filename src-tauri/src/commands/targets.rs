//! Targets, and copies of snapshots there.

use tauri::ipc::Channel;
use waybill_app::view::{
    CopyView, LyingCopy, RunSummary, TargetForm, TargetReport, TargetSecrets, TargetStage,
    TargetView,
};

use super::{Answer, App};

#[tauri::command]
pub async fn targets(app: App<'_>) -> Answer<Vec<TargetView>> {
    app.targets().await
}

#[tauri::command]
pub async fn target_save(
    app: App<'_>,
    form: TargetForm,
    secrets: Option<TargetSecrets>,
) -> Answer<TargetView> {
    app.target_save(form, secrets.unwrap_or_default()).await
}

#[tauri::command]
pub async fn target_remove(app: App<'_>, id: String) -> Answer<()> {
    app.target_remove(&id).await
}

#[tauri::command]
pub async fn target_check(
    app: App<'_>,
    form: TargetForm,
    secrets: Option<TargetSecrets>,
    on_stage: Channel<TargetStage>,
) -> Answer<TargetReport> {
    let tell = move |stage: &TargetStage| {
        // A window that was closed wants no more stages.
        let _ = on_stage.send(stage.clone());
    };
    app.target_check(form, secrets.unwrap_or_default(), tell)
        .await
}

#[tauri::command]
pub async fn target_copies(app: App<'_>, id: String) -> Answer<Vec<LyingCopy>> {
    app.target_copies(&id).await
}

#[tauri::command]
pub async fn copy_now(
    app: App<'_>,
    target: String,
    snapshot: Option<String>,
) -> Answer<RunSummary> {
    app.copy_now(&target, snapshot.as_deref()).await
}

#[tauri::command]
pub async fn copies_of(app: App<'_>, snapshot: String) -> Answer<Vec<CopyView>> {
    app.copies_of(&snapshot).await
}
