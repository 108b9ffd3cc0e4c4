//! Keep rules, snapshots that stay for ever, and proof that snapshots can be had back.

use std::path::PathBuf;

use waybill_app::view::{
    DamageView, KeepForm, KeepPreviewView, KeepView, PaperForm, ProofForm, ProofSettings,
    ProofView, RunSummary, SavedFile, SnapshotSummary,
};

use super::{Answer, App};
use crate::dialogs;

#[tauri::command]
pub fn keep_rules(app: App<'_>) -> KeepView {
    app.keep_rules()
}

#[tauri::command]
pub async fn keep_preview(app: App<'_>, form: Option<KeepForm>) -> Answer<KeepPreviewView> {
    app.keep_preview(form.as_ref(), None).await
}

#[tauri::command]
pub async fn keep_save(app: App<'_>, form: KeepForm, previewed: String) -> Answer<KeepView> {
    app.keep_save(&form, &previewed).await
}

#[tauri::command]
pub async fn keep_apply(
    app: App<'_>,
    form: Option<KeepForm>,
    previewed: String,
) -> Answer<RunSummary> {
    app.keep_apply(form.as_ref(), None, &previewed).await
}

#[tauri::command]
pub async fn keep_mark(app: App<'_>, id: String, name: String) -> Answer<SnapshotSummary> {
    app.keep_mark(&id, &name).await
}

#[tauri::command]
pub async fn keep_unmark(app: App<'_>, id: String) -> Answer<SnapshotSummary> {
    app.keep_unmark(&id).await
}

#[tauri::command]
pub fn proof_settings(app: App<'_>) -> Answer<ProofSettings> {
    app.proof_settings()
}

#[tauri::command]
pub fn proof_set(app: App<'_>, form: ProofForm) -> Answer<ProofSettings> {
    app.proof_set(&form)
}

#[tauri::command]
pub fn proof_scratch(app: App<'_>, instance: String, on: bool) -> Answer<ProofSettings> {
    app.proof_scratch(&instance, on)
}

#[tauri::command]
pub async fn proof_restore(
    app: App<'_>,
    snapshot: Option<String>,
    artifacts: Option<u32>,
    into: Option<String>,
) -> Answer<RunSummary> {
    app.proof_restore(snapshot.as_deref(), artifacts, into.as_deref())
        .await
}

#[tauri::command]
pub fn proofs(app: App<'_>) -> Answer<Vec<ProofView>> {
    app.proofs()
}

#[tauri::command]
pub async fn proofs_save(app: App<'_>, window: tauri::WebviewWindow) -> Answer<Option<SavedFile>> {
    let Some(path) = dialogs::save(&window, "Save evidence", "waybill-proofs.html").await else {
        return Ok(None);
    };
    app.proofs_write(PaperForm::Html, &path).map(Some)
}

#[tauri::command]
pub fn vault_damage(app: App<'_>) -> Answer<Vec<DamageView>> {
    app.vault_damage()
}

/// Puts damage right from the copies at targets, or from a folder that is chosen; nothing where none was.
#[tauri::command]
pub async fn vault_mend(
    app: App<'_>,
    window: tauri::WebviewWindow,
    targets: bool,
) -> Answer<Option<RunSummary>> {
    if targets {
        return app.vault_mend_from_target(None).await.map(Some);
    }
    let chosen: Option<PathBuf> =
        dialogs::folder(&window, "Another copy of the vault, or restored files").await;
    match chosen {
        Some(folder) => app.vault_mend(&folder, None).await.map(Some),
        None => Ok(None),
    }
}
