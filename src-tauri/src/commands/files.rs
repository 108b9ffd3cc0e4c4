//! Opening what Waybill wrote in the system's file manager.

use std::path::{Path, PathBuf};

use tauri_plugin_opener::OpenerExt;
use waybill_app::view::{CommandError, ErrorCode};

use super::{Answer, App};

/// Folders of Waybill that a person may look into.
#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OwnFolder {
    /// The data folder.
    Home,
    /// The logs.
    Logs,
    /// The vault.
    Vault,
}

#[tauri::command]
pub fn reveal(handle: tauri::AppHandle, path: PathBuf) -> Answer<()> {
    if !path.exists() {
        return Err(failed(&path, "it is no longer there"));
    }
    handle
        .opener()
        .reveal_item_in_dir(&path)
        .map_err(|error| failed(&path, &error.to_string()))
}

#[tauri::command]
pub fn folder_open(app: App<'_>, handle: tauri::AppHandle, which: OwnFolder) -> Answer<()> {
    let about = app.about();
    let home = PathBuf::from(about.home);
    let path = match which {
        OwnFolder::Home => home,
        OwnFolder::Logs => PathBuf::from(about.logs),
        OwnFolder::Vault => home.join("vault"),
    };
    handle
        .opener()
        .open_path(path.display().to_string(), None::<&str>)
        .map_err(|error| failed(&path, &error.to_string()))
}

fn failed(path: &Path, why: &str) -> CommandError {
    CommandError {
        code: ErrorCode::FileFailed,
        message: format!("`{}` could not be opened: {why}.", path.display()),
        guidance: None,
        retryable: false,
        context: std::collections::BTreeMap::new(),
        exchange: None,
    }
}
