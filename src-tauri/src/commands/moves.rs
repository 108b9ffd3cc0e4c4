//! Moves that are prepared: chosen, planned, bound, signed off, saved and taken in.

use std::path::PathBuf;

use secrecy::SecretString;
use tauri::WebviewWindow;
use tauri::ipc::Channel;
use waybill_app::view::{
    BindingInput, CertificateInput, InstanceView, MoveConnection, MoveConnections, MoveEdit,
    MovePlan, MoveSummary, MoveView, NeedsView, PaperForm, SavedFile, WhatView, WorkProgress,
};
use waybill_model::ArtifactId;

use super::{Answer, App, teller};
use crate::dialogs;

#[tauri::command]
pub async fn moves(app: App<'_>) -> Answer<Vec<MoveSummary>> {
    app.moves().await
}

#[tauri::command]
pub async fn move_new(app: App<'_>, edit: MoveEdit) -> Answer<MoveView> {
    app.move_new(edit).await
}

#[tauri::command]
pub async fn move_view(app: App<'_>, id: String) -> Answer<MoveView> {
    app.move_view(&id).await
}

#[tauri::command]
pub async fn move_edit(app: App<'_>, id: String, edit: MoveEdit) -> Answer<MoveView> {
    app.move_edit(&id, edit).await
}

#[tauri::command]
pub async fn move_delete(app: App<'_>, id: String) -> Answer<()> {
    app.move_delete(&id).await
}

#[tauri::command]
pub async fn move_what(
    app: App<'_>,
    id: String,
    refresh: bool,
    ticket: String,
    on_progress: Channel<WorkProgress>,
) -> Answer<WhatView> {
    let work = app.work(&ticket);
    let tell = teller(on_progress);
    app.move_what(&id, refresh, &tell, work.clone()).await
}

#[tauri::command]
pub async fn move_needs(app: App<'_>, id: String) -> Answer<NeedsView> {
    app.move_needs(&id).await
}

#[tauri::command]
pub async fn move_plan(
    app: App<'_>,
    id: String,
    refresh: bool,
    ticket: String,
    on_progress: Channel<WorkProgress>,
) -> Answer<MovePlan> {
    let work = app.work(&ticket);
    let tell = teller(on_progress);
    app.move_plan(&id, refresh, &tell, work.clone()).await
}

#[tauri::command]
pub async fn move_planned(app: App<'_>, id: String) -> Answer<Option<MovePlan>> {
    app.move_planned(&id).await
}

#[tauri::command]
pub async fn move_acknowledge(
    app: App<'_>,
    id: String,
    rule: String,
    subject: Option<ArtifactId>,
    read: bool,
) -> Answer<MovePlan> {
    app.move_acknowledge(&id, &rule, subject.as_ref(), read)
        .await
}

#[tauri::command]
pub async fn move_connections(app: App<'_>, id: String) -> Answer<MoveConnections> {
    app.move_connections(&id).await
}

#[tauri::command]
pub async fn move_bind(
    app: App<'_>,
    id: String,
    connection: ArtifactId,
    input: BindingInput,
    secrets: Vec<(String, SecretString)>,
    keep: bool,
) -> Answer<MoveConnection> {
    app.move_bind(&id, &connection, input, secrets, keep).await
}

#[tauri::command]
pub async fn attachment_choose(window: WebviewWindow) -> Answer<Option<String>> {
    Ok(dialogs::open_any(&window, "Choose a file").await)
}

#[tauri::command]
pub async fn move_certificate(
    app: App<'_>,
    id: String,
    certificate: ArtifactId,
    input: CertificateInput,
    secrets: Vec<(String, SecretString)>,
    keep: bool,
) -> Answer<MoveView> {
    app.move_certificate(&id, &certificate, input, secrets, keep)
        .await
}

#[tauri::command]
pub async fn bindings_load(
    app: App<'_>,
    window: WebviewWindow,
    id: String,
) -> Answer<Option<MoveView>> {
    let Some(path) = dialogs::open_json(&window, "Open bindings").await else {
        return Ok(None);
    };
    app.bindings_read(&id, &path).await.map(Some)
}

#[tauri::command]
pub async fn bindings_save(
    app: App<'_>,
    window: WebviewWindow,
    id: String,
) -> Answer<Option<SavedFile>> {
    let Some(path) = dialogs::save(&window, "Save bindings", "bindings.json").await else {
        return Ok(None);
    };
    app.bindings_write(&id, &path).await.map(Some)
}

#[tauri::command]
pub async fn move_sign_off(app: App<'_>, id: String, by: String) -> Answer<MoveView> {
    app.move_sign_off(&id, &by).await
}

#[tauri::command]
pub async fn sign_off_require(
    app: App<'_>,
    instance: String,
    required: bool,
) -> Answer<InstanceView> {
    app.sign_off_require(&instance, required).await
}

#[tauri::command]
pub async fn move_save(
    app: App<'_>,
    window: WebviewWindow,
    id: String,
    form: PaperForm,
) -> Answer<Option<SavedFile>> {
    let Some(path) = paper(&window, "Save waybill", &id, form).await else {
        return Ok(None);
    };
    app.move_write(&id, form, &path).await.map(Some)
}

#[tauri::command]
pub async fn move_open(app: App<'_>, window: WebviewWindow) -> Answer<Option<MoveView>> {
    let Some(path) = dialogs::open_json(&window, "Open waybill").await else {
        return Ok(None);
    };
    app.move_take_in(&path).await.map(Some)
}

/// Asks where to save a paper of this form; the name begins with `stem`.
pub(super) async fn paper(
    window: &WebviewWindow,
    title: &str,
    stem: &str,
    form: PaperForm,
) -> Option<PathBuf> {
    let ending = match form {
        PaperForm::Html => "html",
        PaperForm::Json => "json",
        PaperForm::Csv => "csv",
    };
    dialogs::save(window, title, &format!("{stem}.{ending}")).await
}
