//! The system's own file dialogs.

use std::path::PathBuf;

use rfd::AsyncFileDialog;
use tauri::WebviewWindow;

/// Asks where to save a file; `None` when the dialog was closed.
pub async fn save(window: &WebviewWindow, title: &str, name: &str) -> Option<PathBuf> {
    let dialog = AsyncFileDialog::new()
        .set_parent(window)
        .set_title(title)
        .set_file_name(name);
    Some(dialog.save_file().await?.path().to_path_buf())
}

/// Asks for a folder; `None` when the dialog was closed.
pub async fn folder(window: &WebviewWindow, title: &str) -> Option<PathBuf> {
    let dialog = AsyncFileDialog::new().set_parent(window).set_title(title);
    Some(dialog.pick_folder().await?.path().to_path_buf())
}

/// Asks for archives to look into; empty when the dialog was closed.
pub async fn open_archives(window: &WebviewWindow) -> Vec<String> {
    let dialog = AsyncFileDialog::new()
        .set_parent(window)
        .set_title("Open archives")
        .add_filter(
            "Oracle Integration archives",
            &["iar", "par", "car", "csv", "dvm", "jar", "js", "zip"],
        );
    let chosen = dialog.pick_files().await.unwrap_or_default();
    chosen
        .iter()
        .map(|file| file.path().display().to_string())
        .collect()
}

/// Asks for the file with a private key; `None` when the dialog was closed.
pub async fn open_key(window: &WebviewWindow) -> Option<String> {
    let dialog = AsyncFileDialog::new()
        .set_parent(window)
        .set_title("Choose the private key")
        .add_filter("Private keys", &["pem", "key", "der", "p8", "p12", "pfx"])
        .add_filter("All files", &["*"]);
    Some(dialog.pick_file().await?.path().display().to_string())
}

/// Asks for one file of any sort; `None` when the dialog was closed.
pub async fn open_any(window: &WebviewWindow, title: &str) -> Option<String> {
    let dialog = AsyncFileDialog::new().set_parent(window).set_title(title);
    Some(dialog.pick_file().await?.path().display().to_string())
}

/// Asks for one JSON file; `None` when the dialog was closed.
pub async fn open_json(window: &WebviewWindow, title: &str) -> Option<PathBuf> {
    let dialog = AsyncFileDialog::new()
        .set_parent(window)
        .set_title(title)
        .add_filter("JSON", &["json"])
        .add_filter("All files", &["*"]);
    Some(dialog.pick_file().await?.path().to_path_buf())
}
