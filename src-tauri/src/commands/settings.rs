//! Settings, the place for secrets, Home.

use secrecy::SecretString;
use tauri::AppHandle;
use waybill_app::view::{AboutView, HomeView, SecretStoreKind, SecretStoreView, SettingsView};

use super::{Answer, App};
use crate::tray;

#[tauri::command]
pub fn about(app: App<'_>) -> AboutView {
    app.about()
}

#[tauri::command]
pub async fn home(app: App<'_>) -> Answer<HomeView> {
    app.home().await
}

#[tauri::command]
pub fn settings_get(app: App<'_>) -> Answer<SettingsView> {
    app.settings_get()
}

#[tauri::command]
pub async fn settings_set(
    app: App<'_>,
    handle: AppHandle,
    settings: SettingsView,
) -> Answer<SettingsView> {
    let settings = app.settings_set(settings)?;
    tray::renew(&handle).await;
    Ok(settings)
}

#[tauri::command]
pub async fn secrets_status(app: App<'_>) -> Answer<SecretStoreView> {
    app.secrets_status().await
}

#[tauri::command]
pub async fn secrets_choose(
    app: App<'_>,
    kind: SecretStoreKind,
    passphrase: Option<String>,
) -> Answer<SecretStoreView> {
    app.secrets_choose(kind, passphrase.map(SecretString::from))
        .await
}

#[tauri::command]
pub async fn secrets_unlock(app: App<'_>, passphrase: String) -> Answer<SecretStoreView> {
    app.secrets_unlock(SecretString::from(passphrase)).await
}
