//! Instances as a whole: exported, imported, followed, signed off.

use secrecy::SecretString;
use waybill_app::view::{
    CloneAgreed, CloneAsk, CloneContainer, CloneContainerForm, ClonePlan, CloneView, LyingArchive,
    RunSummary, TargetView,
};

use super::{Answer, App};

#[tauri::command]
pub fn clone_containers(app: App<'_>) -> Vec<CloneContainer> {
    app.clone_containers()
}

#[tauri::command]
pub async fn clone_container_save(
    app: App<'_>,
    form: CloneContainerForm,
    token: SecretString,
) -> Answer<TargetView> {
    app.clone_container_save(form, token).await
}

#[tauri::command]
pub async fn clone_archives(app: App<'_>, container: String) -> Answer<Vec<LyingArchive>> {
    app.clone_archives(&container).await
}

#[tauri::command]
pub fn clone_plan(app: App<'_>, ask: CloneAsk) -> Answer<ClonePlan> {
    app.clone_plan(&ask)
}

#[tauri::command]
pub async fn clone_start(app: App<'_>, ask: CloneAsk, agreed: CloneAgreed) -> Answer<RunSummary> {
    app.clone_start(&ask, &agreed).await
}

#[tauri::command]
pub async fn clone_view(app: App<'_>, run: String) -> Answer<CloneView> {
    app.clone_view(&run).await
}

#[tauri::command]
pub async fn clone_sign(
    app: App<'_>,
    run: String,
    key: String,
    by: Option<String>,
    words: String,
) -> Answer<CloneView> {
    app.clone_sign(&run, &key, by.as_deref(), &words).await
}
