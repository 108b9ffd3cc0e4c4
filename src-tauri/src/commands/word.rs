//! Whom what is told to, and what changed from one backup to the next.

use tauri::ipc::Channel;
use waybill_app::view::{
    DriftAsk, DriftStep, DriftView, WordForm, WordLine, WordSecrets, WordStage, WordTest, WordView,
};

use super::{Answer, App};

#[tauri::command]
pub fn word(app: App<'_>) -> Answer<WordView> {
    app.word()
}

#[tauri::command]
pub async fn word_set(app: App<'_>, form: WordForm, secrets: WordSecrets) -> Answer<WordView> {
    app.word_set(&form, secrets).await
}

#[tauri::command]
pub async fn word_test(
    app: App<'_>,
    way: String,
    on_stage: Channel<WordStage>,
) -> Answer<WordTest> {
    let told = |stage| {
        // The window may be gone.
        let _ = on_stage.send(stage);
    };
    app.word_test(&way, &told).await
}

#[tauri::command]
pub fn word_log(app: App<'_>, limit: u32) -> Answer<Vec<WordLine>> {
    app.word_log(limit)
}

#[tauri::command]
pub async fn drift(app: App<'_>, instance: String, ask: DriftAsk) -> Answer<DriftView> {
    app.drift(&instance, &ask).await
}

#[tauri::command]
pub async fn snapshot_drift(app: App<'_>, id: String) -> Answer<Option<DriftStep>> {
    app.snapshot_drift(&id).await
}
