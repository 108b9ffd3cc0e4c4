//! The main window, seen from the shell.

use tauri::{AppHandle, Manager};

/// The label of the main window in `tauri.conf.json`.
pub const MAIN: &str = "main";

/// Shows the main window above the others and gives it the keyboard. What the window system
/// refuses is logged: the window is still there for the person to choose.
pub fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let steps = [
        ("show", window.show()),
        ("unminimize", window.unminimize()),
        ("focus", window.set_focus()),
    ];
    for (step, result) in steps {
        if let Err(error) = result {
            tracing::warn!(step, %error, "the window could not be brought forward");
        }
    }
}
