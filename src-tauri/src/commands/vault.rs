//! The vault and its recovery sheet.

use secrecy::{ExposeSecret, SecretString};
use waybill_app::view::{RunSummary, SavedFile, VaultView};

use super::{Answer, App};
use crate::dialogs;

#[tauri::command]
pub async fn vault_status(app: App<'_>) -> Answer<VaultView> {
    app.vault_status().await
}

#[tauri::command]
pub async fn vault_unlock(app: App<'_>, password: String) -> Answer<VaultView> {
    app.vault_unlock(SecretString::from(password)).await
}

#[tauri::command]
pub async fn vault_check(app: App<'_>) -> Answer<RunSummary> {
    app.vault_check().await
}

#[tauri::command]
pub async fn recovery_sheet_save(
    app: App<'_>,
    window: tauri::WebviewWindow,
) -> Answer<Option<SavedFile>> {
    let name = "waybill-recovery-sheet.html";
    let Some(path) = dialogs::save(&window, "Save recovery sheet", name).await else {
        return Ok(None);
    };
    app.recovery_sheet_write(&path).await.map(Some)
}

/// The one secret that is shown on purpose, in a dialog that the user asked for.
#[tauri::command]
pub async fn vault_password_show(app: App<'_>) -> Answer<String> {
    let password = app.vault_password_show().await?;
    Ok(password.expose_secret().to_owned())
}
